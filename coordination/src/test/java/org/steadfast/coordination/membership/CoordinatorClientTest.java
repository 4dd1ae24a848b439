package org.steadfast.coordination.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.steadfast.coordination.FreePorts;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.coordination.coordinator.TestCoordinator;
import org.steadfast.coordination.settings.ClusterSettings;
import org.steadfast.coordination.settings.Secret;

@Timeout(120)
class CoordinatorClientTest {
    @TempDir
    private Path folder;

    private static ClusterSettings settings(String... hosts) {
        return new ClusterSettings(
                "node1",
                List.of(hosts),
                "plant/one",
                Duration.ofSeconds(4),
                Duration.ofSeconds(1),
                new Secret("hunter2"));
    }

    @AfterEach
    void nothingIsLeft() {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .extracting(Thread::getName)
                        .noneMatch(name -> name.contains("-SendThread(")));
    }

    @Test
    void aCoordinatorThatIsAwayIsNamedWithItsSetting() {
        String nobody = "127.0.0.1:" + FreePorts.next();
        NodeFailure failure = catchThrowableOfType(
                NodeFailure.class, () -> CoordinatorClient.connect(settings(nobody, "no-such-host.invalid:2181")));
        assertThat(failure.exitCode()).isEqualTo(ExitCode.COORDINATOR_UNREACHABLE);
        assertThat(failure)
                .hasMessage("the coordinator at " + nobody
                        + ",no-such-host.invalid:2181 did not answer within 1 s, without TLS; start it"
                        + " or set PlatformSettingsConfig.ClusteredModeSettings.CoordinatorHosts"
                        + " or PlatformSettingsConfig.CoordinatorTlsSettings.Enabled");
    }

    @Test
    void anInterruptEndsTheWaiting() {
        ClusterSettings settings = settings("127.0.0.1:" + FreePorts.next());
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> CoordinatorClient.connect(settings)).isInstanceOf(InterruptedException.class);
    }

    @Test
    void clustersOfDifferentNamespacesDoNotSeeEachOther() throws Exception {
        try (TestCoordinator coordinator = TestCoordinator.in(folder).start()) {
            ClusterSettings one = coordinator.cluster("node1", Duration.ofSeconds(4));
            ClusterSettings other = settings(one.connectString());
            try (CoordinatorClient first = CoordinatorClient.connect(one);
                    CoordinatorClient second = CoordinatorClient.connect(other)) {
                first.curator().create().forPath("/mine");
                assertThat(second.curator().checkExists().forPath("/mine")).isNull();
                assertThat(Set.copyOf(first.curator()
                                .usingNamespace(null)
                                .getChildren()
                                .forPath("/")))
                        .containsExactlyInAnyOrder("steadfast", "plant", "zookeeper");
            }
        }
    }
}
