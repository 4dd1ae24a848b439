package org.steadfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.steadfast.it.fault.DatabaseNemeses;
import org.steadfast.it.fault.FaultRun;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.PostgresServers;

/** Nodes connect through Pgpool-II, which leads them to the primary; the cluster decides who that is. Guarantee G1. */
final class PgpoolIT {
    private static PostgresServers servers;
    private static ClusterUnderTest cluster;
    private static ClusterOnServers running;

    @BeforeAll
    static void start() throws Exception {
        running = ClusterOnServers.startThroughPgpool(PostgresServers.start(3), "durability");
        servers = running.servers();
        cluster = running.cluster();
    }

    @AfterAll
    static void stop() throws Exception {
        if (running != null) {
            running.close();
        }
    }

    @Test
    void thePrimaryHangs() throws Exception {
        String former = servers.primary().address();
        assertThat(metrics()).containsPattern("steadfast_pgpool_server\\{[^}]*server=\"" + former + "\"[^}]*} 2\\.0");
        FaultRun.of(cluster, new DatabaseNemeses(servers).freezePrimary(), System.out);
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(metrics())
                        .containsPattern("steadfast_pgpool_server\\{[^}]*server=\""
                                + servers.primary().address() + "\"[^}]*} 2\\.0"));
        assertThat(servers.primary().address()).isNotEqualTo(former);
    }

    private static String metrics() throws Exception {
        return cluster.rest(cluster.foundationNodes().get(0)).get("Metrics").body();
    }
}
