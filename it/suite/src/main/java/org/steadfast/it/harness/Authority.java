package org.steadfast.it.harness;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.steadfast.simulator.Transport;

/** A certificate authority as an operator would make one, by openssl. Its files live in a folder of its own. */
public final class Authority implements AutoCloseable {
    /** Stands in every certificate, for who looks for names alone. */
    public static final String HOST_NAME = "node.steadfast.example";

    private static final String KEY_PASSWORD = "password-of-the-suites-keys";

    private final TemporaryFolder folder;

    private Authority(TemporaryFolder folder) {
        this.folder = folder;
    }

    public static Authority create() throws IOException, InterruptedException {
        Authority authority = new Authority(TemporaryFolder.create());
        authority.openssl(
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "90",
                "-subj",
                "/CN=authority of the suite",
                "-keyout",
                "ca-key.pem",
                "-out",
                "ca.pem");
        return authority;
    }

    /**
     * Issues a certificate for 127.0.0.1 and for {@link #HOST_NAME}; its key, which is encrypted, and the certificate are named so.
     */
    public void issue(String name) throws IOException, InterruptedException {
        openssl(
                "genpkey",
                "-algorithm",
                "EC",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-aes-256-cbc",
                "-pass",
                "pass:" + KEY_PASSWORD,
                "-out",
                name + "-key.pem");
        openssl(
                "req",
                "-new",
                "-key",
                name + "-key.pem",
                "-passin",
                "pass:" + KEY_PASSWORD,
                "-subj",
                "/CN=" + name,
                "-out",
                name + ".csr");
        Files.writeString(file(name + ".ext"), "subjectAltName=IP:127.0.0.1,DNS:" + HOST_NAME + "\n");
        openssl(
                "x509",
                "-req",
                "-in",
                name + ".csr",
                "-CA",
                "ca.pem",
                "-CAkey",
                "ca-key.pem",
                "-CAcreateserial",
                "-days",
                "60",
                "-extfile",
                name + ".ext",
                "-out",
                name + ".pem");
    }

    /** One file with a certificate and its key, which is not encrypted there: as HAProxy takes them. */
    public Path bundle(String name) throws IOException, InterruptedException {
        openssl("pkey", "-in", name + "-key.pem", "-passin", "pass:" + KEY_PASSWORD, "-out", name + "-open-key.pem");
        return Files.writeString(
                file(name + "-bundle.pem"),
                Files.readString(file(name + ".pem")) + Files.readString(file(name + "-open-key.pem")));
    }

    /** Puts the files of one certificate in the place of another's, each in one step. */
    public void replace(String name, String by) throws IOException {
        for (String end : List.of("-key.pem", ".pem")) {
            Path beside = Files.copy(file(by + end), file(name + end + ".new"), StandardCopyOption.REPLACE_EXISTING);
            Files.move(beside, file(name + end), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /**
     * TLS of a cluster whose nodes all have this certificate, and which demands one for links, between foundation nodes and of
     * whoever speaks with coordinators.
     */
    public ClusterTls cluster(String name) throws IOException, InterruptedException {
        Map<String, String> settings = new HashMap<>(certificate(name));
        settings.put(ClusterTls.PREFIX + "Enabled", "true");
        settings.put(ClusterTls.PREFIX + "TrustStoreFilePath", file("ca.pem").toString());
        settings.put(ClusterTls.PREFIX + "ReloadInterval", "500 ms");
        settings.put(ClusterTls.PREFIX + "RequireLinkCertificate", "true");
        settings.put(ClusterTls.PREFIX + "BetweenFoundationNodes", "true");
        settings.put("STEADFAST__PlatformSettingsConfig__CoordinatorTlsSettings__Enabled", "true");
        return new ClusterTls(settings, transport(), showing(name));
    }

    private Map<String, String> certificate(String name) {
        return Map.of(
                ClusterTls.PREFIX + "CertificateFilePath", file(name + ".pem").toString(),
                ClusterTls.PREFIX + "KeyFilePath", file(name + "-key.pem").toString(),
                ClusterTls.PREFIX + "KeyPassword", KEY_PASSWORD);
    }

    /** Trusts this authority and shows nothing. */
    public Transport transport() {
        return Transport.trusting(file("ca.pem"));
    }

    /** Trusts this authority and shows a certificate of it, as nodes do. */
    private Transport showing(String name) throws IOException, InterruptedException {
        String store = name + ".p12";
        openssl(
                "pkcs12",
                "-export",
                "-in",
                name + ".pem",
                "-inkey",
                name + "-key.pem",
                "-passin",
                "pass:" + KEY_PASSWORD,
                "-out",
                store,
                "-passout",
                "pass:" + KEY_PASSWORD);
        try {
            char[] password = KEY_PASSWORD.toCharArray();
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(KeyStore.getInstance(file(store).toFile(), password), password);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(authorities());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return new Transport(Optional.of(context));
        } catch (GeneralSecurityException e) {
            throw new AssertionError("the certificate of openssl cannot be used", e);
        }
    }

    private KeyStore authorities() throws IOException, GeneralSecurityException {
        KeyStore authorities = KeyStore.getInstance("PKCS12");
        authorities.load(null, null);
        try (InputStream in = Files.newInputStream(file("ca.pem"))) {
            authorities.setCertificateEntry(
                    "authority", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        return authorities;
    }

    /** The authority's own certificate. */
    public Path certificateFile() {
        return file("ca.pem");
    }

    private Path file(String name) {
        return folder.path().resolve(name);
    }

    private void openssl(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(folder.path().toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError(String.join(" ", command) + " failed: " + output);
        }
    }

    @Override
    public void close() throws IOException {
        folder.close();
    }
}
