package org.steadfast.distribution.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.steadfast.coordination.chassis.FolderLock;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.distribution.CommandLineResult;
import org.steadfast.distribution.OpenTempFolder;

class CertificateRenewalTest {
    @TempDir(factory = OpenTempFolder.class)
    private Path temp;

    private Instance create(String... options) throws Exception {
        Path folder = temp.resolve("cluster");
        List<String> command = new ArrayList<>(List.of("cluster", "create", "--free-ports", "--instance=" + folder));
        command.addAll(List.of(options));
        CommandLineResult created = CommandLineResult.of(command.toArray(String[]::new));
        assertThat(created.errors()).isEmpty();
        return Instance.read(folder);
    }

    private static CertificateRenewal in(Instance instance, Duration ahead) {
        return new CertificateRenewal(instance, Clock.offset(Clock.systemUTC(), ahead));
    }

    private static CertificateFile shown(Instance instance) throws Exception {
        return new ClusterCertificate(instance.platform()).shown().orElseThrow();
    }

    @Test
    void aCertificateIsRenewedBeforeItsEndForTheSameNames() throws Exception {
        Instance instance = create("--tls=generated", "--tls-names=iot.factory.example");
        Path file = new ClusterCertificate(instance.platform()).file();
        byte[] first = Files.readAllBytes(file);
        List<String> names = List.copyOf(shown(instance).names());
        Duration untilThen =
                Duration.between(Instant.now(), shown(instance).until()).minus(CertificateRenewal.BEFORE_END);

        try (CertificateRenewal early = in(instance, untilThen.minusDays(1));
                CertificateRenewal inTime = in(instance, untilThen.plusDays(1))) {
            assertThat(early.renew()).isEmpty();
            assertThat(file).hasBinaryContent(first);
            assertThat(inTime.renew()).contains(shown(instance).until());
        }

        assertThat(Files.readAllBytes(file)).isNotEqualTo(first);
        assertThat(shown(instance).names())
                .containsExactlyInAnyOrderElementsOf(names)
                .contains("iot.factory.example");
    }

    @Test
    void whatSomebodyElseChangesIsLeftAlone() throws Exception {
        Instance instance = create("--tls=generated");
        try (FolderLock lock = instance.lockSecrets();
                CertificateRenewal renewal = in(instance, Duration.ofDays(800))) {
            assertThatThrownBy(renewal::renew).isInstanceOf(NodeFailure.class);
        }
    }

    @Test
    void aClusterWithoutAnAuthorityHasNothingToRenew() throws Exception {
        Instance instance = create();
        try (CertificateRenewal renewal = in(instance, Duration.ofDays(8000))) {
            assertThat(renewal.renew()).isEmpty();
        }
    }
}
