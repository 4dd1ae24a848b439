package org.steadfast.coordination.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;

/** What the files held when they were read last, ready for use. */
record LoadedTls(SSLContext context, Optional<CertificateChain> chain) {

    static LoadedTls of(TlsFiles.Content content) throws NodeFailure {
        try {
            KeyManager[] keys = null;
            if (content.chain().isPresent()) {
                keys = keyManagers(content.chain().get());
            }
            TrustManager[] trust = null;
            if (content.trusted().isPresent()) {
                TrustManagerFactory factory =
                        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                factory.init(content.trusted().get());
                trust = factory.getTrustManagers();
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trust, null);
            return new LoadedTls(context, content.chain());
        } catch (GeneralSecurityException | IOException e) {
            throw new NodeFailure(
                    ExitCode.SETTINGS_INVALID, TlsSettings.PATH + ": the certificates cannot be used: " + e, e);
        }
    }

    private static KeyManager[] keyManagers(CertificateChain chain) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        // Only in memory, so its password protects nothing.
        char[] password = new char[0];
        store.load(null, password);
        store.setKeyEntry("node", chain.key(), password, chain.certificates().toArray(new Certificate[0]));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, password);
        return factory.getKeyManagers();
    }
}
