package org.steadfast.simulator;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * How servers are spoken to: plain, or by TLS with the name in their certificate checked.
 *
 * @param tls knows whom to trust; empty for plain
 */
public record Transport(Optional<SSLContext> tls) {

    /** Without TLS. */
    public static Transport plain() {
        return new Transport(Optional.empty());
    }

    /**
     * By TLS.
     *
     * @param authorities a PEM file with the authorities whose certificates are accepted
     * @throws IllegalArgumentException if the file cannot be used
     */
    public static Transport trusting(Path authorities) {
        try (InputStream in = Files.newInputStream(authorities)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            int count = 0;
            for (Certificate authority : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("authority" + count++, authority);
            }
            if (count == 0) {
                throw new IllegalArgumentException(authorities + " holds no certificate");
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return new Transport(Optional.of(context));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException(authorities + " cannot be used as authorities: " + e, e);
        }
    }

    String webSocketScheme() {
        return tls.isPresent() ? "wss" : "ws";
    }

    String httpScheme() {
        return tls.isPresent() ? "https" : "http";
    }
}
