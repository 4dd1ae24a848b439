package org.steadfast.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.settings.SecretStore;
import org.steadfast.coordination.settings.SettingsFile;
import org.steadfast.coordination.settings.SettingsReader;
import org.steadfast.coordination.tls.TlsSettings;

/** Clusters whose nodes speak TLS from their first start. */
class ClusterTlsTest {
    @TempDir(factory = OpenTempFolder.class)
    private Path temp;

    private Path instance() {
        return temp.resolve("the cluster");
    }

    private Path platform() {
        return instance().resolve("ThingworxPlatform");
    }

    private Path file() {
        return platform().resolve("tls/certificate.p12");
    }

    private String password() throws Exception {
        return new SecretStore(platform())
                .find("tls.certificate.password")
                .orElseThrow()
                .reveal();
    }

    private CommandLineResult create(String... words) {
        List<String> command = new ArrayList<>(List.of("cluster", "create", "--free-ports"));
        command.addAll(List.of(words));
        if (Stream.of(words).noneMatch(word -> word.startsWith("--instance="))) {
            command.add("--instance=" + instance());
        }
        return CommandLineResult.of(command.toArray(String[]::new));
    }

    private X509Certificate[] chain() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file())) {
            store.load(in, password().toCharArray());
        }
        assertThat(store.size()).isOne();
        Certificate[] chain = store.getCertificateChain(store.aliases().nextElement());
        return Stream.of(chain).map(X509Certificate.class::cast).toArray(X509Certificate[]::new);
    }

    private X509Certificate authority() throws Exception {
        try (InputStream in = Files.newInputStream(platform().resolve("tls/authority.pem"))) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    private static List<String> names(X509Certificate certificate) throws Exception {
        return certificate.getSubjectAlternativeNames().stream()
                .map(one -> (String) one.get(1))
                .toList();
    }

    @Test
    void theClusterIssuesItsOwnCertificateAndRenewsIt() throws Exception {
        CommandLineResult result = create("--tls=generated", "--tls-names=plant.example,198.51.100.7");
        assertThat(result.errors()).isEmpty();
        X509Certificate certificate = chain()[0];
        certificate.verify(authority().getPublicKey());
        assertThat(certificate.getBasicConstraints()).as("no authority").isEqualTo(-1);
        assertThat(authority().getBasicConstraints()).isZero();
        assertThat(names(certificate))
                .contains("127.0.0.1", "localhost", "plant.example", "198.51.100.7", "node.steadfast.internal");
        assertThat(Duration.between(Instant.now(), certificate.getNotAfter().toInstant()))
                .isBetween(Duration.ofDays(700), Duration.ofDays(825));
        for (String secret : List.of("authority.p12", "certificate.p12")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(
                            platform().resolve("tls").resolve(secret))))
                    .isEqualTo("rw-------");
        }

        TlsSettings settings = new SettingsReader(
                        SettingsFile.load(platform(), "foundation1", Map.of()), Map.of(), Set.of())
                .section(TlsSettings.PATH, TlsSettings.class);
        assertThat(settings.enabled()).isTrue();
        assertThat(settings.requireLinkCertificate()).isTrue();
        assertThat(settings.betweenFoundationNodes()).isTrue();
        assertThat(settings.keyStoreFile()).isEqualTo(file());

        CommandLineResult renewed = CommandLineResult.of(
                "cluster", "certificate", "--instance=" + instance(), "--renew", "--names=other.example");
        assertThat(renewed.errors()).isEmpty();
        X509Certificate next = chain()[0];
        next.verify(authority().getPublicKey());
        assertThat(next.getPublicKey()).isNotEqualTo(certificate.getPublicKey());
        assertThat(names(next)).containsAll(names(certificate)).contains("other.example");
        assertThat(renewed.out()).contains("plant.example").contains("other.example");
        try (Stream<Path> files = Files.list(platform().resolve("tls"))) {
            assertThat(files.map(one -> one.getFileName().toString()))
                    .containsExactlyInAnyOrder("authority.p12", "authority.pem", "certificate.p12");
        }

        CommandLineResult haproxy = CommandLineResult.of(
                "haproxy", "--instance=" + instance(), "--template=src/main/home/templates/haproxy.cfg");
        assertThat(haproxy.errors()).isEmpty();
        assertThat(haproxy.out())
                .contains("ca-file '" + platform().resolve("tls/authority.pem") + "'")
                .contains("verifyhost node.steadfast.internal");
    }

    /** Issued by another cluster, as by any other authority. */
    @Test
    void aCertificateOfOnesOwnIsTaken() throws Exception {
        create("--tls=generated");
        String password = password();
        Path own = Files.move(file(), temp.resolve("own.p12"));
        Path authority = Files.move(platform().resolve("tls/authority.pem"), temp.resolve("authority.pem"));
        Path secret = Files.writeString(temp.resolve("secret"), password + "\n");
        assertThat(create(
                                "--tls=own",
                                "--tls-certificate=" + own,
                                "--tls-password-file=" + secret,
                                "--instance=" + temp.resolve("else"),
                                "--listen=127.0.0.2")
                        .errors())
                .contains("is not for 127.0.0.2; it is for node.steadfast.internal, localhost, 127.0.0.1");
        assertThat(create(
                                "--tls=own",
                                "--tls-certificate=" + own,
                                "--tls-password-file=" + secret,
                                "--instance=" + temp.resolve("else"))
                        .errors())
                .contains("must be issued by an authority that Java trusts, or --tls-authority name the one that has");
        Path next = temp.resolve("next");
        CommandLineResult result = CommandLineResult.of(
                "cluster",
                "create",
                "--free-ports",
                "--instance=" + next,
                "--tls=own",
                "--tls-certificate=" + own,
                "--tls-authority=" + authority,
                "--tls-password-file=" + secret);
        assertThat(result.errors()).isEmpty();
        assertThat(next.resolve("ThingworxPlatform/tls/certificate.p12")).hasSameBinaryContentAs(own);
        assertThat(next.resolve("ThingworxPlatform/tls/authority.pem")).hasSameBinaryContentAs(authority);
        assertThat(Files.readString(next.resolve("ThingworxPlatform/platform-settings.json")))
                .doesNotContain(password)
                .contains("encrypt.tls.certificate.password");
        assertThat(CommandLineResult.of("cluster", "certificate", "--instance=" + next)
                        .out())
                .contains("127.0.0.1");
        assertThat(CommandLineResult.of(
                                "haproxy", "--instance=" + next, "--template=src/main/home/templates/haproxy.cfg")
                        .out())
                .contains("ca-file " + next.resolve("ThingworxPlatform/tls/authority.pem"))
                .contains("verifyhost node.steadfast.internal");
        CommandLineResult renewed = CommandLineResult.of("cluster", "certificate", "--instance=" + next, "--renew");
        assertThat(renewed.status()).isEqualTo(ExitCode.FAILED.code());
        assertThat(renewed.errors()).contains("is not of an authority of this cluster");
    }

    @ParameterizedTest
    @CsvSource({
        "--tls=yes, '--tls must be off, generated or own, not yes'",
        "--tls=own, --tls-certificate is missing",
        "--tls=own --tls-certificate=/no/such/file, needs --tls-password-file",
        "--tls=own --tls-certificate=/no/such/file --tls-password-file=/etc/hostname, it is not there",
        "--tls=own --tls-certificate=/etc/hostname --tls-password-file=/etc/hostname, must be a PKCS#12 file",
        "--tls=generated --tls-password-file=/etc/hostname, --tls-password-file goes with --tls own",
        "--tls=generated --tls-names=10.0.0.300, is no machine",
        "--tls=generated --tls-names=plant..example, is no machine",
        "--tls-names=a.example, --tls-names goes with --tls generated",
        "--tls=generated --tls-certificate=/etc/hostname, --tls-certificate goes with --tls own",
        "--tls=generated --tls-authority=/etc/hostname, --tls-authority goes with --tls own",
        "'--tls=generated --tls-names=a b', is no machine",
        "--tls=generated --tls-names=https://a.example, is no machine"
    })
    void whatCannotBeIsRefusedBeforeAnythingIsWritten(String words, String told) {
        CommandLineResult result = create(words.split(" (?=--)"));
        assertThat(result.status()).isEqualTo(ExitCode.USAGE.code());
        assertThat(result.errors()).contains(told);
        assertThat(instance()).doesNotExist();
    }

    /** As after an attempt that was killed before the list of nodes was written. */
    @Test
    void anAttemptThatDidNotComeToItsEndLeavesNoAuthority() throws Exception {
        create("--tls=generated");
        X509Certificate before = authority();
        Files.delete(instance().resolve("cluster.json"));
        Files.createDirectory(platform().resolve("tls/new123"));
        assertThat(create("--tls=generated").errors()).isEmpty();
        assertThat(authority()).isNotEqualTo(before);
        chain()[0].verify(authority().getPublicKey());
        assertThat(platform().resolve("tls/new123")).doesNotExist();
    }

    @Test
    void aClusterWithoutTlsHasNoCertificate() {
        create();
        CommandLineResult shown = CommandLineResult.of("cluster", "certificate", "--instance=" + instance());
        assertThat(shown.status()).isEqualTo(ExitCode.FAILED.code());
        assertThat(shown.errors()).contains("has no certificate");
    }
}
