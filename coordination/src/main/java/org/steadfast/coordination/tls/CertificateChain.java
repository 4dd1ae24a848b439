package org.steadfast.coordination.tls;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * A certificate with its chain and its private key.
 *
 * @param certificates the node's own first
 */
record CertificateChain(PrivateKey key, List<X509Certificate> certificates) {

    /** Whether the private key is that of the first certificate. */
    boolean belongsTogether() throws GeneralSecurityException {
        PublicKey own = certificates.get(0).getPublicKey();
        String algorithm = switch (own.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> own.getAlgorithm();
        };
        byte[] sample = {1, 2, 3};
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(sample);
        byte[] signed = signature.sign();
        signature.initVerify(own);
        signature.update(sample);
        return signature.verify(signed);
    }

    /** When the first of them expires. */
    Instant expiry() {
        return certificates.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    /** Whom the certificate is for. */
    String subject() {
        return certificates.get(0).getSubjectX500Principal().getName();
    }
}
