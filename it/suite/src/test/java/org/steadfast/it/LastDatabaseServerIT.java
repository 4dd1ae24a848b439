package org.steadfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.steadfast.it.fault.DatabaseNemeses;
import org.steadfast.it.fault.FaultRun;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.PostgresServer;
import org.steadfast.it.harness.PostgresServers;

/** One of two servers is left, and the cluster goes on with it: policy "availability". Guarantee G1. */
final class LastDatabaseServerIT {
    private static PostgresServers servers;
    private static ClusterUnderTest cluster;
    private static ClusterOnServers running;

    @BeforeAll
    static void start() throws Exception {
        running = ClusterOnServers.start(PostgresServers.start(2), "availability");
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
    void whoeverIsLeftGoesOnAndNobodyWhoMissedSomething() throws Exception {
        FaultRun.of(
                cluster,
                new DatabaseNemeses(servers).loseOneAfterTheOther(run -> {
                    assertThat(servers.standbys())
                            .as("the standby is back, and is none that has what the primary acknowledged alone")
                            .hasSize(1);
                    assertThat(servers.all()).noneMatch(PostgresServer::isPrimary);
                }),
                System.out);
    }
}
