package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
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

    /**
     * Empty where nodes speak plain HTTP.
     *
     * @param hosts at which users, devices and other nodes reach the nodes
     */
    Optional<TlsChoice> choice(Collection<String> hosts, Outline.Problems problems) throws IOException {
        problems.require(
                List.of(OFF, GENERATED, OWN).contains(tls),
                Subject.TLS,
                "--tls must be " + OFF + ", " + GENERATED + " or " + OWN + ", not " + tls);
        problems.require(
                tls.equals(GENERATED) || names.isEmpty(), Subject.TLS, "--tls-names goes with --tls " + GENERATED);
        problems.require(
                tls.equals(OWN) || certificate == null, Subject.TLS, "--tls-certificate goes with --tls " + OWN);
        problems.require(tls.equals(OWN) || authority == null, Subject.TLS, "--tls-authority goes with --tls " + OWN);
        problems.require(
                tls.equals(OWN) || passwordFile == null, Subject.TLS, "--tls-password-file goes with --tls " + OWN);
        return switch (tls) {
            case GENERATED -> Optional.of(new TlsChoice.Generated(names));
            case OWN -> own(hosts, problems);
            default -> Optional.empty();
        };
    }

    private Optional<TlsChoice> own(Collection<String> hosts, Outline.Problems problems) throws IOException {
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
        check(password, hosts, problems);
        return Optional.of(new TlsChoice.Own(certificate, password, Optional.ofNullable(authority)));
    }

    private void check(Secret password, Collection<String> hosts, Outline.Problems problems) throws IOException {
        if (password.reveal().isEmpty()) {
            problems.require(
                    false,
                    Subject.TLS,
                    "--tls-certificate needs --tls-password-file with the password of that file, or "
                            + Passwords.CERTIFICATE + " in the environment; it must have one");
            return;
        }
        CertificateFile file;
        try {
            file = CertificateFile.read(certificate, password);
        } catch (IOException e) {
            // What Java says of a wrong password and of a file of another kind is the same.
            problems.require(
                    false,
                    Subject.TLS,
                    "--tls-certificate must be a PKCS#12 file of that password; " + certificate + " cannot be taken: "
                            + (e instanceof NoSuchFileException ? "it is not there" : e.getMessage()));
            return;
        }
        problems.require(
                file.until().isAfter(Instant.now()),
                Subject.TLS,
                "--tls-certificate has ended at " + file.until() + "; get another one");
        List<String> others =
                hosts.stream().filter(host -> !file.isFor(host)).sorted().toList();
        problems.require(
                others.isEmpty(),
                Subject.TLS,
                "--tls-certificate must be for all machines of nodes by the names or addresses that nodes listen at, and is not for "
                        + String.join(", ", others) + "; it is for "
                        + (file.names().isEmpty() ? "none" : String.join(", ", file.names())));
        checkAuthority(file, problems);
        boolean areNames = hosts.stream()
                .noneMatch(host -> CertificateFile.ADDRESS.matcher(host).matches());
        problems.require(
                areNames || file.name().isPresent(),
                Subject.TLS,
                "--tls-certificate must be for a name, too, and not for addresses alone: load balancers look for names");
    }

    private void checkAuthority(CertificateFile file, Outline.Problems problems) throws IOException {
        List<X509Certificate> trusted = List.of();
        if (authority != null) {
            try {
                trusted = CertificateFile.pem(authority);
            } catch (IOException e) {
                // Whatever it is, nodes could not use it.
                problems.require(
                        false,
                        Subject.TLS,
                        "--tls-authority must be a file with certificates, PEM; " + authority + " cannot be taken: "
                                + (e instanceof NoSuchFileException ? "it is not there" : e.getMessage()));
                return;
            }
        }
        file.whyNotBy(trusted)
                .ifPresent(why -> problems.require(
                        false,
                        Subject.TLS,
                        "--tls-certificate must be issued by "
                                + (authority == null
                                        ? "an authority that Java trusts, or --tls-authority name the one that has"
                                        : "--tls-authority")
                                + ", for servers, with all of the chain in the file: " + why));
    }
}
