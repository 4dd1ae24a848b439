package org.steadfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.steadfast.it.fault.FaultRun;
import org.steadfast.it.fault.Nemeses;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.Node;
import org.steadfast.it.harness.RestClient;
import org.steadfast.it.shared.OnCluster;

/** The coordinator loses its leader, or is away as a whole, while clients work. Guarantees G6 and G8. */
@OnCluster(foundationNodes = 3, coordinators = 3, onMachines = true)
final class CoordinatorFaultsIT {
    private static ClusterUnderTest cluster;

    @BeforeAll
    static void useCluster(ClusterUnderTest shared) {
        cluster = shared;
    }

    @Test
    void killingTheLeader() throws Exception {
        List<Long> pids = pids();
        FaultRun.of(cluster, Nemeses.killCoordinatorLeader(), System.out);
        assertThat(pids()).as("foundation nodes that nothing happened to").isEqualTo(pids);
    }

    @Test
    void allServersAwayForAMinute() throws Exception {
        List<Long> pids = pids();
        FaultRun.of(
                cluster, Nemeses.coordinatorAway(Duration.ofSeconds(60), CoordinatorFaultsIT::nodesSayWhy), System.out);
        assertThat(pids()).as("foundation nodes stay up").isEqualTo(pids);
    }

    private static void nodesSayWhy(FaultRun run) throws Exception {
        for (Node node : run.cluster().foundationNodes()) {
            assertThat(node.isAlive()).as(node.id() + " stays up").isTrue();
            RestClient rest = run.cluster().rest(node, Duration.ofSeconds(5));
            RestClient.Answer ready = rest.get("ready");
            assertThat(ready.status()).as(ready.body()).isEqualTo(503);
            assertThat(ready.body()).contains("coordinator");
            assertThat(rest.get("health").status()).isEqualTo(200);
        }
    }

    private static List<Long> pids() {
        return cluster.foundationNodes().stream().map(Node::pid).toList();
    }
}
