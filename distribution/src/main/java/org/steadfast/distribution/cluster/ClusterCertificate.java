package org.steadfast.distribution.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.steadfast.coordination.settings.Secret;
import org.steadfast.coordination.settings.SecretStore;
import org.steadfast.persistence.files.FolderTree;

/**
 * The certificate that all nodes of a cluster show, and its authority where the cluster has one of its own: files in the ThingworxPlatform
 * location, whose passwords are secrets of the keystore. Used by one thread.
 */
final class ClusterCertificate {
    /** Stands in every certificate that a cluster makes, for HAProxy, which looks for names and not for addresses. */
    private static final String NODE_NAME = "node.steadfast.internal";

    private static final String FOLDER = "tls";
    private static final String CERTIFICATE = "certificate.p12";
    private static final String AUTHORITY = "authority.pem";
    private static final String AUTHORITY_KEY = "authority.p12";
    private static final String CERTIFICATE_PASSWORD = "tls.certificate.password";
    private static final String AUTHORITY_PASSWORD = "tls.authority.password";
    /** They count from a day before, for whose clocks are behind. Longer ones some systems do not take, whoever issues them. */
    private static final String CERTIFICATE_DAYS = "825";

    private static final String AUTHORITY_DAYS = "7300";

    private final Path folder;
    private final SecretStore secrets;

    /** @param platform the ThingworxPlatform location */
    ClusterCertificate(Path platform) {
        this.folder = platform.resolve(FOLDER);
        this.secrets = new SecretStore(platform);
    }

    /** The authority of the certificate, PEM; where it is one that everybody knows there is none here. */
    Path authority() {
        return folder.resolve(AUTHORITY);
    }

    /** A name in the certificate for who looks for names and not for addresses; empty where it has none, or there is none here. */
    Optional<String> name() throws IOException {
        if (isOfTheCluster()) {
            return Optional.of(NODE_NAME);
        }
        return shown().flatMap(CertificateFile::name);
    }

    /** The file with the certificate, its chain and its key. */
    Path file() {
        return folder.resolve(CERTIFICATE);
    }

    /** The certificate that nodes show; empty where there is none here. */
    Optional<CertificateFile> shown() throws IOException {
        // First: whoever asks of a cluster without need not be able to read its secrets.
        if (Files.notExists(file())) {
            return Optional.empty();
        }
        Optional<Secret> password = secrets.find(CERTIFICATE_PASSWORD);
        if (password.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(CertificateFile.read(file(), password.get()));
        } catch (IOException e) {
            throw new IOException(file() + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Whether the cluster has an authority of its own. */
    boolean isOfTheCluster() {
        return Files.exists(folder.resolve(AUTHORITY_KEY));
    }

    /**
     * Makes or copies the files.
     *
     * @param hosts machines of nodes
     * @param config gets the settings
     */
    void create(TlsChoice choice, Collection<String> hosts, ObjectNode config)
            throws IOException, InterruptedException {
        Files.createDirectories(folder);
        forget(choice);
        ObjectNode settings = config.putObject("TlsSettings");
        settings.put("Enabled", true)
                .put("KeyStoreFilePath", FOLDER + "/" + CERTIFICATE)
                .put("KeyStorePassword", SecretStore.PREFIX + CERTIFICATE_PASSWORD);
        if (choice instanceof TlsChoice.Own own) {
            copy(own);
            if (own.authority().isPresent()) {
                settings.put("TrustStoreFilePath", FOLDER + "/" + AUTHORITY);
            }
        } else if (choice instanceof TlsChoice.Generated generated) {
            makeAuthority();
            Set<String> names = new LinkedHashSet<>(hosts);
            names.addAll(generated.names());
            issue(names);
            settings.put("TrustStoreFilePath", FOLDER + "/" + AUTHORITY);
            // Own certificates may be of an authority that has issued others to anybody, or be for servers only.
            config.putObject("CoordinatorTlsSettings").put("Enabled", true);
        }
    }

    /** Removes what an attempt to lay the cluster out has left that did not come to its end; its authority is nobody's now. */
    private void forget(TlsChoice choice) throws IOException {
        for (Path left : FolderTree.children(folder, "")) {
            boolean isWanted = choice instanceof TlsChoice.Own own
                    && (isSame(left, own.keyStore())
                            || own.authority()
                                    .filter(file -> isSame(left, file))
                                    .isPresent());
            if (!isWanted) {
                FolderTree.delete(left);
            }
        }
        secrets.remove(CERTIFICATE_PASSWORD);
        secrets.remove(AUTHORITY_PASSWORD);
    }

    private static boolean isSame(Path one, Path other) {
        return one.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize());
    }

    private void copy(TlsChoice.Own own) throws IOException {
        put(own.keyStore(), file());
        secrets.put(CERTIFICATE_PASSWORD, own.password());
        if (own.authority().isPresent()) {
            put(own.authority().get(), authority());
        }
    }

    /** As a file that is for its owner alone from the beginning, and on the disk before it has its name. */
    private void put(Path source, Path target) throws IOException {
        Path part = Files.createTempFile(folder, "new", null);
        Files.write(part, Files.readAllBytes(source));
        FolderTree.force(part);
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    }

    private void makeAuthority() throws IOException, InterruptedException {
        secrets.put(AUTHORITY_PASSWORD, SecretStore.random());
        Secret password = password(AUTHORITY_PASSWORD);
        Path work = Files.createTempDirectory(folder, "new");
        try {
            Path key = work.resolve(AUTHORITY_KEY);
            Keytool.run(
                    key,
                    password,
                    words(
                            "-genkeypair -alias authority -keyalg EC -groupname secp256r1 -sigalg SHA256withECDSA -startdate -1d -validity "
                                    + AUTHORITY_DAYS + " -ext bc:c=ca:true,pathlen:0 -ext ku:c=keyCertSign,cRLSign",
                            "-dname",
                            "CN=Authority of a Steadfast cluster"));
            Keytool.run(
                    key,
                    password,
                    words(
                            "-exportcert -rfc -alias authority",
                            "-file",
                            authority().toString()));
            forOwnerAlone(key);
            FolderTree.force(key);
            FolderTree.force(authority());
            Files.move(key, folder.resolve(AUTHORITY_KEY), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            FolderTree.delete(work);
        }
    }

    /**
     * Has the authority of the cluster issue a certificate with a new key, in the place of the one that is there. Nodes that run show it to
     * whoever connects from then on.
     *
     * @param names names and addresses that it is for
     */
    void issue(Collection<String> names) throws IOException, InterruptedException {
        // What an attempt has left that was killed: a private key.
        for (Path left : FolderTree.children(folder, "new")) {
            FolderTree.delete(left);
        }
        Path work = Files.createTempDirectory(folder, "new");
        try {
            Path fresh = work.resolve(CERTIFICATE);
            Path request = work.resolve("request.pem");
            Path issued = work.resolve("issued.pem");
            if (secrets.find(CERTIFICATE_PASSWORD).isEmpty()) {
                secrets.put(CERTIFICATE_PASSWORD, SecretStore.random());
            }
            Secret password = password(CERTIFICATE_PASSWORD);
            Keytool.run(
                    fresh,
                    password,
                    words(
                            "-genkeypair -alias certificate -keyalg EC -groupname secp256r1 -validity 1",
                            "-dname",
                            "CN=Node of a Steadfast cluster"));
            forOwnerAlone(fresh);
            Keytool.run(fresh, password, words("-certreq -alias certificate", "-file", request.toString()));
            Keytool.run(
                    folder.resolve(AUTHORITY_KEY),
                    password(AUTHORITY_PASSWORD),
                    words(
                            "-gencert -rfc -alias authority -sigalg SHA256withECDSA -startdate -1d -validity "
                                    + CERTIFICATE_DAYS + " -ext ku:c=digitalSignature -ext eku=serverAuth,clientAuth",
                            "-ext",
                            "san=" + alternatives(names),
                            "-infile",
                            request.toString(),
                            "-outfile",
                            issued.toString()));
            // The answer is taken where its authority is known; that is an entry of its own, which nobody needs
            // afterwards.
            Keytool.run(
                    fresh,
                    password,
                    words("-importcert -alias authority", "-file", authority().toString()));
            Keytool.run(fresh, password, words("-importcert -alias certificate", "-file", issued.toString()));
            Keytool.run(fresh, password, words("-delete -alias authority"));
            FolderTree.force(fresh);
            Files.move(fresh, folder.resolve(CERTIFICATE), StandardCopyOption.ATOMIC_MOVE);
            FolderTree.force(folder);
        } finally {
            FolderTree.delete(work);
        }
    }

    private static String alternatives(Collection<String> names) {
        Set<String> all = new LinkedHashSet<>(names);
        all.addAll(List.of(NODE_NAME, "localhost", "127.0.0.1"));
        return String.join(
                ",",
                all.stream()
                        .map(name -> (CertificateFile.ADDRESS.matcher(name).matches() ? "ip:" : "dns:") + name)
                        .toList());
    }

    private Secret password(String name) throws IOException {
        return secrets.find(name).orElseThrow(() -> new IOException("the keystore has no secret " + name));
    }

    private static void forOwnerAlone(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    /** The first ones parted at spaces. */
    private static String[] words(String first, String... others) {
        List<String> words = new ArrayList<>(List.of(first.split(" ")));
        words.addAll(List.of(others));
        return words.toArray(String[]::new);
    }
}
