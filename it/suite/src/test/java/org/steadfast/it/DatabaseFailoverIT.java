package org.steadfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.steadfast.it.fault.DatabaseNemeses;
import org.steadfast.it.fault.FaultRun;
import org.steadfast.it.fault.Nemesis;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.Node;
import org.steadfast.it.harness.PostgresServers;

/** The primary of three servers is lost, and the cluster promotes a standby: policy "durability". Guarantee G1. */
final class DatabaseFailoverIT {
    private static PostgresServers servers;
    private static ClusterUnderTest cluster;
    private static ClusterOnServers running;

    @BeforeAll
    static void start() throws Exception {
        running = ClusterOnServers.start(PostgresServers.startWithSlots(3), "durability");
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
    void thePrimaryDies() throws Exception {
        strike(new DatabaseNemeses(servers).killPrimary());
    }

    @Test
    void thePrimaryHangsAndWakes() throws Exception {
        strike(new DatabaseNemeses(servers).freezePrimary());
    }

    @Test
    void thePrimaryDiesWithWhatNoStandbyHas() throws Exception {
        strike(new DatabaseNemeses(servers).cutReplicationThenKillPrimary());
    }

    private static void strike(Nemesis nemesis) throws Exception {
        List<Long> pids = pids();
        FaultRun.of(cluster, nemesis, System.out);
        assertThat(pids()).as("nothing needed a restart").isEqualTo(pids);
    }

    private static List<Long> pids() {
        return cluster.foundationNodes().stream().map(Node::pid).toList();
    }
}
