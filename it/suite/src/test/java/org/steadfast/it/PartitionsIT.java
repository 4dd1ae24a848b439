package org.steadfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.steadfast.it.fault.FaultRun;
import org.steadfast.it.fault.Nemeses;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.Network;
import org.steadfast.it.harness.Node;
import org.steadfast.it.harness.RestClient;
import org.steadfast.it.history.Operation;
import org.steadfast.it.shared.OnCluster;

/**
 * The network between machines is cut, silently, while clients reach all of them. Each machine has a network namespace of its own:
 * a foundation node with a server of the coordinator, three times, and the database. Guarantees G2 and G5.
 */
@OnCluster(foundationNodes = 3, coordinators = 3, onMachines = true)
final class PartitionsIT {
    private static final int VICTIM = 0;
    /** By then the cluster has gone on without a node that it does not hear of. */
    private static final long NOTICED_NANOS = Duration.ofSeconds(15).toNanos();

    private static ClusterUnderTest cluster;

    @BeforeAll
    static void useCluster(ClusterUnderTest shared) {
        assumeTrue(
                Network.obstacle().isEmpty(),
                () -> "no network namespaces here: " + Network.obstacle().orElseThrow());
        cluster = shared;
    }

    /** The side with the majority carries on; the other refuses. When the network is whole again, nobody has to do anything. */
    @Test
    void oneMachineCutOffFromAllOthers() throws Exception {
        FaultRun.of(cluster, Nemeses.isolateOne(VICTIM, Duration.ofSeconds(30), PartitionsIT::sides), System.out);
    }

    /** Coordinator and database hear of every node, but the nodes do not hear of each other. */
    @Test
    void theLinksOfOneNodesSharedStateCut() throws Exception {
        FaultRun.of(
                cluster,
                Nemeses.cutStateLinks(VICTIM, Duration.ofSeconds(40), PartitionsIT::everythingIsAnsweredInTime),
                System.out);
    }

    private static void sides(FaultRun run) throws Exception {
        Node minority = run.cluster().foundationNodes().get(VICTIM);
        assertThat(refuses(run, minority)).as("the minority refuses").isTrue();
        assertThat(late(run).stream().filter(operation -> operation.node().equals(minority.id())))
                .as("what the minority answered after it was cut off")
                .isEmpty();
        theMajorityGoesOn(run);
    }

    /** What succeeded that was begun after the cluster had time to notice the fault. */
    private static List<Operation> late(FaultRun run) {
        long from = run.struckAt() + NOTICED_NANOS;
        return run.history().operations().stream()
                .filter(operation -> operation.outcome() == Operation.Outcome.OK && operation.invoked() > from)
                .toList();
    }

    private static String victim(FaultRun run) {
        return run.cluster().foundationNodes().get(VICTIM).id();
    }

    private static void theMajorityGoesOn(FaultRun run) {
        List<Operation> late = late(run);
        for (Node node : run.cluster().foundationNodes()) {
            if (!node.id().equals(victim(run))) {
                assertThat(late.stream().filter(operation -> operation.node().equals(node.id())))
                        .as("what the majority's %s answered meanwhile", node.id())
                        .extracting(Operation::kind)
                        .contains(Operation.Kind.READ, Operation.Kind.WRITE);
            }
        }
    }

    /** With a clear error, or because it has ended itself and waits for its coordinator. */
    private static boolean refuses(FaultRun run, Node node) throws InterruptedException {
        try {
            RestClient.Answer answer =
                    run.cluster().rest(node, Duration.ofSeconds(17)).get(run.somePropertyPath());
            return answer.status() == 503 && !answer.body().isBlank();
        } catch (IOException e) {
            return !node.isReady();
        }
    }

    /** Whether it can be answered or not; and those who reach each other go on. */
    private static void everythingIsAnsweredInTime(FaultRun run) throws Exception {
        for (Node node : run.cluster().foundationNodes()) {
            try {
                RestClient rest = run.cluster().rest(node, Duration.ofSeconds(17));
                RestClient.Answer read = rest.get(run.somePropertyPath());
                assertThat(read.status())
                        .as("read through %s: %s", node.id(), read)
                        .isIn(200, 503);
                RestClient.Answer write = rest.put(run.unwatchedPropertyPath(), "{\"unwatched\": 1}");
                assertThat(write.status())
                        .as("write through %s: %s", node.id(), write)
                        .isIn(200, 503);
            } catch (ConnectException e) {
                // It has ended itself, and is being started again.
                assertThat(node.id()).as("the node that nobody listens at").isEqualTo(victim(run));
            }
        }
        theMajorityGoesOn(run);
    }
}
