package org.steadfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.steadfast.it.fault.FaultRun;
import org.steadfast.it.fault.Nemeses;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.Node;
import org.steadfast.it.harness.RestClient;
import org.steadfast.it.shared.OnCluster;

/** The database is away or dies while clients work. Guarantees G1 and G8. */
@OnCluster(foundationNodes = 3)
final class DatabaseFaultsIT {
    /**
     * A write that waits is refused after 12 s; one whose statement hangs in the database by the deadline of all requests, 14 s. And
     * what a busy machine needs beyond that.
     */
    private static final Duration WRITE_ANSWERED = Duration.ofSeconds(17);

    private static ClusterUnderTest cluster;

    @BeforeAll
    static void useCluster(ClusterUnderTest shared) {
        cluster = shared;
    }

    @Test
    void awayForAMinute() throws Exception {
        List<Long> pids = pids();
        FaultRun.of(
                cluster,
                Nemeses.databaseAway(Duration.ofSeconds(60), DatabaseFaultsIT::readsAnswerAndWritesAreRefusedInTime),
                System.out);
        assertThat(pids()).as("nothing needed a restart").isEqualTo(pids);
    }

    @Test
    void killed() throws Exception {
        List<Long> pids = pids();
        FaultRun.of(cluster, Nemeses.killDatabase(), System.out);
        assertThat(pids()).as("nothing needed a restart").isEqualTo(pids);
    }

    private static void readsAnswerAndWritesAreRefusedInTime(FaultRun run) throws Exception {
        for (Node node : run.cluster().foundationNodes()) {
            assertThat(node.isAlive()).as(node.id() + " stays up").isTrue();
            assertThat(rest(run, node).get(run.somePropertyPath()).status())
                    .as("read through " + node.id())
                    .isEqualTo(200);
        }
        // A client of its own thread each, so that the deadlines do not add up.
        ExecutorService executor = Executors.newCachedThreadPool();
        try {
            Map<String, CompletableFuture<RestClient.Answer>> answers = new TreeMap<>();
            for (Node node : run.cluster().foundationNodes()) {
                RestClient rest = rest(run, node);
                answers.put(node.id(), CompletableFuture.supplyAsync(() -> write(rest, run), executor));
            }
            answers.forEach((node, answer) -> {
                assertThat(answer.join().status())
                        .as("write through %s: %s", node, answer.join())
                        .isEqualTo(503);
                assertThat(answer.join().retryAfter()).isNotEmpty();
            });
        } finally {
            executor.shutdownNow();
        }
    }

    private static RestClient rest(FaultRun run, Node node) {
        return run.cluster().rest(node, WRITE_ANSWERED);
    }

    /** The value is no matter: it is not acknowledged, and the property is not one that the checkers look at. */
    private static RestClient.Answer write(RestClient rest, FaultRun run) {
        try {
            return rest.put(run.unwatchedPropertyPath(), "{\"unwatched\": 1}");
        } catch (IOException e) {
            throw new AssertionError("a write was not answered within " + WRITE_ANSWERED, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static List<Long> pids() {
        return cluster.foundationNodes().stream().map(Node::pid).toList();
    }
}
