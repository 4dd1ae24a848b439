package org.steadfast.coordination.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.steadfast.coordination.membership.CoordinatorClient;
import org.steadfast.coordination.settings.ClusterSettings;
import org.steadfast.coordination.settings.Secret;

/** Three servers, in one process for the test's sake. */
@Timeout(180)
class CoordinatorEnsembleTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private final List<TestCoordinator> servers = new ArrayList<>();

    @BeforeEach
    void place() {
        servers.addAll(TestCoordinator.ensemble(folder, Optional.empty()));
    }

    @AfterEach
    void stop() throws IOException {
        for (TestCoordinator server : servers) {
            server.stop();
        }
    }

    private ClusterSettings cluster() {
        return new ClusterSettings(
                "node1",
                servers.stream()
                        .map(server -> "127.0.0.1:" + server.settings().clientPort())
                        .collect(Collectors.toList()),
                "steadfast",
                Duration.ofSeconds(4),
                PATIENCE,
                new Secret("key"));
    }

    private List<String> modes() {
        return servers.stream().map(TestCoordinator::mode).sorted().toList();
    }

    private void awaitModes(String... modes) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(modes()).containsExactly(modes));
    }

    @Test
    void servesOnceThereIsAMajorityAndAsLongAsThereIsOne() throws Exception {
        servers.get(0).start();
        assertThat(modes()).containsExactly("", "", "");
        servers.get(1).start();
        awaitModes("", "follower", "leader");
        servers.get(2).start();
        awaitModes("follower", "follower", "leader");

        try (CoordinatorClient client = CoordinatorClient.connect(cluster())) {
            client.curator().create().forPath("/before", new byte[] {1});
            TestCoordinator leader = servers.stream()
                    .filter(server -> server.mode().equals("leader"))
                    .findFirst()
                    .orElseThrow();
            leader.stop();
            awaitModes("", "follower", "leader");
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(client.curator().getData().forPath("/before"))
                            .containsExactly(1));
            client.curator().create().orSetData().forPath("/during", new byte[] {2});

            leader.start();
            awaitModes("follower", "follower", "leader");
            try (CoordinatorClient ofTheReturned = CoordinatorClient.connect(leader.cluster("node2", PATIENCE))) {
                ofTheReturned.curator().sync().forPath("/");
                assertThat(ofTheReturned.curator().getData().forPath("/during")).containsExactly(2);
            }
        }
        stop();
        for (int id = 1; id <= 3; id++) {
            try (Stream<Path> files = Files.list(folder.resolve(id + "/data"))) {
                assertThat(files.map(file -> file.getFileName().toString()))
                        .containsExactlyInAnyOrder("in-use.lock", "myid", "version-2");
            }
        }
    }
}
