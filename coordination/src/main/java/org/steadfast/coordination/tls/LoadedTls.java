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
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;

/**
 * What the files held when they were read last, ready for use.
 *
 * @param keys what shows the node's certificate; null where it has none
 * @param trust what looks at the certificates of others; null where those count that Java trusts
 */
record LoadedTls(
        SSLContext context,
        Optional<CertificateChain> chain,
        X509ExtendedKeyManager keys,
        X509ExtendedTrustManager trust) {

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
            return new LoadedTls(
                    context,
                    content.chain(),
                    only(X509ExtendedKeyManager.class, keys),
                    only(X509ExtendedTrustManager.class, trust));
        } catch (GeneralSecurityException | IOException e) {
            throw new NodeFailure(
                    ExitCode.SETTINGS_INVALID, TlsSettings.PATH + ": the certificates cannot be used: " + e, e);
        }
    }

    /** Java's own factories make one manager, of the extended kind. */
    private static <T> T only(Class<T> kind, Object[] managers) {
        return managers == null ? null : kind.cast(managers[0]);
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
