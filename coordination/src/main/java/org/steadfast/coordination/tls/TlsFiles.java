package org.steadfast.coordination.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;

/** Reads the files that the settings name. Every mistake in them is a {@link NodeFailure} that names the setting. */
final class TlsFiles {
    private static final int LONGEST_FILE = 1 << 20;
    /** The first byte of every PKCS#12 file and of no PEM file. */
    private static final byte PKCS12_START = 0x30;

    private final TlsSettings settings;

    TlsFiles(TlsSettings settings) {
        this.settings = settings;
    }

    /** What a node shows and trusts; without trusted authorities: those that Java trusts. */
    record Content(Optional<CertificateChain> chain, Optional<KeyStore> trusted) {}

    /** Differs whenever the files' contents do. Times of change say nothing on some shared storage. */
    String fingerprint() {
        StringBuilder fingerprint = new StringBuilder();
        Stream.of(settings.keyStoreFile(), settings.certificateFile(), settings.keyFile(), settings.trustStoreFile())
                .filter(TlsSettings::isSet)
                .forEach(file -> fingerprint.append(fingerprint(file)).append('\n'));
        return fingerprint.toString();
    }

    private static String fingerprint(Path file) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes(file));
            return HexFormat.of().formatHex(digest);
        } catch (IOException e) {
            // A file that cannot be read is a state of its own, which reading it reports.
            return e.toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    Content read() throws NodeFailure {
        Optional<CertificateChain> chain = Optional.empty();
        if (TlsSettings.isSet(settings.keyStoreFile())) {
            chain = Optional.of(fromKeyStore());
        } else if (TlsSettings.isSet(settings.certificateFile())) {
            chain = Optional.of(fromPem());
        }
        Optional<KeyStore> trusted =
                TlsSettings.isSet(settings.trustStoreFile()) ? Optional.of(trustStore()) : Optional.empty();
        return new Content(chain, trusted);
    }

    private CertificateChain fromKeyStore() throws NodeFailure {
        Path file = settings.keyStoreFile();
        KeyStore store = open(
                "KeyStore",
                file,
                bytes("KeyStoreFilePath", file),
                settings.keyStorePassword().reveal());
        try {
            List<String> aliases = new ArrayList<>();
            for (String alias : Collections.list(store.aliases())) {
                if (store.isKeyEntry(alias)) {
                    aliases.add(alias);
                }
            }
            if (aliases.size() != 1) {
                throw unusable(
                        "KeyStoreFilePath",
                        file + " must hold one private key with its certificate, not " + aliases.size(),
                        null);
            }
            char[] password = settings.keyStorePassword().reveal().toCharArray();
            PrivateKey key = (PrivateKey) store.getKey(aliases.get(0), password);
            List<X509Certificate> certificates = Arrays.stream(store.getCertificateChain(aliases.get(0)))
                    .map(X509Certificate.class::cast)
                    .toList();
            return new CertificateChain(key, certificates);
        } catch (GeneralSecurityException e) {
            throw unusable(
                    "KeyStorePassword",
                    "does not open the private key in " + file + ", whose password must be that of the file",
                    e);
        }
    }

    private CertificateChain fromPem() throws NodeFailure {
        List<X509Certificate> certificates = certificates("CertificateFilePath", settings.certificateFile());
        Path file = settings.keyFile();
        byte[] pem = bytes("KeyFilePath", file);
        String password = settings.keyPassword().reveal();
        if (PemFiles.isEncrypted(pem) && password.isEmpty()) {
            throw unusable("KeyPassword", "is not set, and the key in " + file + " is encrypted", null);
        }
        String algorithm = certificates.get(0).getPublicKey().getAlgorithm();
        try {
            CertificateChain chain =
                    new CertificateChain(PemFiles.privateKey(pem, algorithm, password.toCharArray()), certificates);
            if (!chain.belongsTogether()) {
                throw unusable("KeyFilePath", foreign(file), null);
            }
            return chain;
        } catch (InvalidKeyException e) {
            throw PemFiles.isEncrypted(pem)
                    ? unusable("KeyPassword", "does not open the key in " + file, e)
                    : unusable("KeyFilePath", foreign(file), e);
        } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
            throw unusable(
                    "KeyFilePath",
                    file + " holds no private key for the " + algorithm + " certificate in "
                            + settings.certificateFile() + ": " + e.getMessage(),
                    e);
        }
    }

    private String foreign(Path file) {
        return "the private key in " + file + " does not belong to the first certificate in "
                + settings.certificateFile();
    }

    private KeyStore trustStore() throws NodeFailure {
        Path file = settings.trustStoreFile();
        byte[] content = bytes("TrustStoreFilePath", file);
        try {
            if (content.length > 0 && content[0] == PKCS12_START) {
                KeyStore store = open(
                        "TrustStore",
                        file,
                        content,
                        settings.trustStorePassword().reveal());
                for (String alias : Collections.list(store.aliases())) {
                    if (store.isCertificateEntry(alias)) {
                        return store;
                    }
                }
                throw unusable(
                        "TrustStoreFilePath",
                        file + " holds no trusted certificate; add one with keytool -importcert, or name a PEM file",
                        null);
            }
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            int count = 0;
            for (Certificate certificate : certificates("TrustStoreFilePath", file)) {
                store.setCertificateEntry("authority" + count++, certificate);
            }
            return store;
        } catch (GeneralSecurityException | IOException e) {
            throw unusable("TrustStoreFilePath", file + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static List<X509Certificate> certificates(String setting, Path file) throws NodeFailure {
        try {
            List<X509Certificate> certificates = PemFiles.certificates(bytes(setting, file));
            if (certificates.isEmpty()) {
                throw unusable(setting, file + " holds no PEM block BEGIN CERTIFICATE", null);
            }
            return certificates;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw unusable(setting, file + " holds a certificate that cannot be read: " + e.getMessage(), e);
        }
    }

    /** @param what the beginning of the names of its two settings */
    private static KeyStore open(String what, Path file, byte[] content, String password) throws NodeFailure {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(content), password.toCharArray());
            return store;
        } catch (IOException e) {
            throw e.getCause() instanceof UnrecoverableKeyException
                    ? unusable(what + "Password", "does not open " + file, e)
                    : unusable(what + "FilePath", file + " is not a PKCS#12 file: " + e.getMessage(), e);
        } catch (GeneralSecurityException e) {
            throw unusable(what + "FilePath", file + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static byte[] bytes(String setting, Path file) throws NodeFailure {
        try {
            return bytes(file);
        } catch (IOException e) {
            throw unusable(setting, "cannot be read: " + e, e);
        }
    }

    private static byte[] bytes(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LONGEST_FILE + 1);
            if (bytes.length > LONGEST_FILE) {
                throw new IOException(file + " is longer than " + LONGEST_FILE + " bytes");
            }
            return bytes;
        }
    }

    static NodeFailure unusable(String setting, String message, Throwable cause) {
        return new NodeFailure(ExitCode.SETTINGS_INVALID, TlsSettings.PATH + "." + setting + ": " + message, cause);
    }
}
