package org.steadfast.coordination.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Reads certificates and private keys in the PEM format. */
final class PemFiles {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");
    /** What newer Java versions and older ones call the scheme whose parts only its parameters name. */
    private static final List<String> SCHEME_OF_PARTS = List.of("PBES2", "1.2.840.113549.1.5.13");

    private PemFiles() {}

    /** All certificates, in the order of the file. */
    static List<X509Certificate> certificates(byte[] file) throws CertificateException {
        List<X509Certificate> certificates = new ArrayList<>();
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        Matcher blocks = BLOCK.matcher(text(file));
        while (blocks.find()) {
            if (blocks.group(1).equals("CERTIFICATE")) {
                Certificate certificate = factory.generateCertificate(new ByteArrayInputStream(decoded(blocks)));
                certificates.add((X509Certificate) certificate);
            }
        }
        return List.copyOf(certificates);
    }

    /** Whether the file holds a private key of the form that {@link #privateKey} reads with a password. */
    static boolean isEncrypted(byte[] file) {
        return text(file).contains("-----BEGIN ENCRYPTED PRIVATE KEY-----");
    }

    /**
     * The private key in a file.
     *
     * @param algorithm that of the certificate's key
     * @param password of an encrypted key
     * @throws InvalidKeyException if the password does not open it
     */
    static PrivateKey privateKey(byte[] file, String algorithm, char[] password)
            throws GeneralSecurityException, IOException {
        Matcher blocks = BLOCK.matcher(text(file));
        while (blocks.find()) {
            switch (blocks.group(1)) {
                case "PRIVATE KEY" -> {
                    return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(decoded(blocks)));
                }
                case "ENCRYPTED PRIVATE KEY" -> {
                    return KeyFactory.getInstance(algorithm).generatePrivate(decrypted(decoded(blocks), password));
                }
                case "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY" ->
                    throw new IOException(
                            "the key is not PKCS#8; make it so with: openssl pkcs8 -topk8 -in OLD -out NEW");
                default -> {
                    // Certificates may stand in the same file.
                }
            }
        }
        throw new IOException("there is no PEM block BEGIN PRIVATE KEY or BEGIN ENCRYPTED PRIVATE KEY in it");
    }

    private static PKCS8EncodedKeySpec decrypted(byte[] key, char[] password)
            throws GeneralSecurityException, IOException {
        EncryptedPrivateKeyInfo info = encryptedKey(key);
        String scheme = SCHEME_OF_PARTS.contains(info.getAlgName())
                ? info.getAlgParameters().toString()
                : info.getAlgName();
        Cipher cipher = Cipher.getInstance(scheme);
        cipher.init(
                Cipher.DECRYPT_MODE,
                SecretKeyFactory.getInstance(scheme).generateSecret(new PBEKeySpec(password)),
                info.getAlgParameters());
        try {
            return info.getKeySpec(cipher);
        } catch (InvalidKeySpecException e) {
            // What a wrong password makes of the bytes is no key.
            throw new InvalidKeyException("the password does not open the key", e);
        }
    }

    private static EncryptedPrivateKeyInfo encryptedKey(byte[] key) throws IOException {
        try {
            return new EncryptedPrivateKeyInfo(key);
        } catch (IOException e) {
            // Such as triple DES, which "openssl req" takes where it is told nothing else.
            throw new IOException(
                    "Java cannot read how the key is encrypted; encrypt it anew with:"
                            + " openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD -out NEW",
                    e);
        }
    }

    private static byte[] decoded(Matcher block) {
        return Base64.getMimeDecoder().decode(block.group(2));
    }

    private static String text(byte[] file) {
        return new String(file, StandardCharsets.ISO_8859_1);
    }
}
