package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.steadfast.coordination.settings.Secret;
import org.steadfast.distribution.cluster.ClusterAnswers.Subject;
import picocli.CommandLine.Option;

/** Whether the nodes of a cluster that is laid out speak TLS, and by which certificate. */
final class TlsOptions {
    private static final String OFF = "off";
    private static final String GENERATED = "generated";
    private static final String OWN = "own";

    @Option(
            names = "--tls",
            paramLabel = OFF + "|" + GENERATED + "|" + OWN,
            defaultValue = OFF,
            description =
                    "Whether users, devices and nodes speak TLS, and nothing else. generated: the cluster makes an authority of its own, and a"
                            + " certificate for the machines of its nodes. own: by --tls-certificate. Default: ${DEFAULT-VALUE}.")
    private String tls;

    @Option(
            names = "--tls-names",
            paramLabel = "NAME,...",
            split = ",",
            converter = NodeHosts.HostConverter.class,
            description =
                    "With --tls generated, what else users and devices call the cluster: names and addresses, such as those of a load balancer.")
    private List<String> names = List.of();

    @Option(
            names = "--tls-certificate",
            paramLabel = "FILE",
            description =
                    "With --tls own: a PKCS#12 file with one private key, its certificate for all machines of nodes, and the chain of"
                            + " that. It is copied.")
    private Path certificate;

    @Option(
            names = "--tls-authority",
            paramLabel = "FILE",
            description =
                    "With --tls own, the authority that has issued it, PEM. Default: one of those that Java trusts.")
    private Path authority;

    @Option(
            names = "--tls-password-file",
            paramLabel = "FILE",
            description = "A file whose first line is the password of --tls-certificate. Default: what "
                    + Passwords.CERTIFICATE
                    + " has in the environment.")
    private Path passwordFile;

    private final Passwords passwords;

    TlsOptions(Passwords passwords) {
        this.passwords = passwords;
    }

    /** Empty where nodes speak plain HTTP. */
    Optional<TlsChoice> choice(Outline.Problems problems) throws IOException {
        problems.require(
                List.of(OFF, GENERATED, OWN).contains(tls),
                Subject.TLS,
                "--tls must be " + OFF + ", " + GENERATED + " or " + OWN + ", not " + tls);
        problems.require(
                tls.equals(GENERATED) || names.isEmpty(), Subject.TLS, "--tls-names goes with --tls " + GENERATED);
        problems.require(
                tls.equals(OWN) || certificate == null, Subject.TLS, "--tls-certificate goes with --tls " + OWN);
        problems.require(tls.equals(OWN) || authority == null, Subject.TLS, "--tls-authority goes with --tls " + OWN);
        return switch (tls) {
            case GENERATED -> Optional.of(new TlsChoice.Generated(names));
            case OWN -> own(problems);
            default -> Optional.empty();
        };
    }

    private Optional<TlsChoice> own(Outline.Problems problems) throws IOException {
        if (certificate == null) {
            problems.require(
                    false,
                    Subject.TLS,
                    "--tls-certificate is missing; it is the PKCS#12 file of the nodes' certificate");
            return Optional.empty();
        }
        Secret password = passwords
                .find(problems, Subject.TLS, passwordFile, "--tls-password-file", Passwords.CERTIFICATE)
                .orElseGet(() -> new Secret(""));
        why(password).ifPresent(why -> problems.require(false, Subject.TLS, why));
        problems.require(
                authority == null || isCertificate(authority),
                Subject.TLS,
                "--tls-authority must be a file with a certificate, PEM; " + authority + " is none");
        return Optional.of(new TlsChoice.Own(certificate, password, Optional.ofNullable(authority)));
    }

    /** Why the file with the certificate cannot be taken; empty where it can. */
    private Optional<String> why(Secret password) {
        if (!Files.isReadable(certificate)) {
            return Optional.of("--tls-certificate must be a PKCS#12 file; " + certificate + " cannot be read");
        }
        try (InputStream in = Files.newInputStream(certificate)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, password.reveal().toCharArray());
            int keys = 0;
            for (String alias : Collections.list(store.aliases())) {
                keys += store.isKeyEntry(alias) ? 1 : 0;
            }
            return keys == 1
                    ? Optional.empty()
                    : Optional.of("--tls-certificate must have one private key; " + certificate + " has " + keys);
        } catch (IOException | GeneralSecurityException e) {
            // What Java says of a wrong password and of a file of another kind is the same.
            return Optional.of(
                    "--tls-certificate must be a PKCS#12 file, and its password be given by --tls-password-file or "
                            + Passwords.CERTIFICATE + " in the environment; " + certificate + " cannot be opened: "
                            + e.getMessage());
        }
    }

    private static boolean isCertificate(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return !CertificateFactory.getInstance("X.509")
                    .generateCertificates(in)
                    .isEmpty();
        } catch (IOException | GeneralSecurityException e) {
            // That was the question.
            return false;
        }
    }
}
