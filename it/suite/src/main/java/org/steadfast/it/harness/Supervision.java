package org.steadfast.it.harness;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Starts nodes again that ended with one of the statuses after which a supervisor does so, and complains of every other end that
 * the test did not bring about. Looks when it is asked to wait. Used by one thread.
 */
public final class Supervision {
    /** The cluster went on without the node, and it halted itself. */
    public static final int FENCED = 20;
    /** What a node that is started again in bad times ends with: the coordinator or the database did not answer. */
    private static final Set<Integer> STARTED_AGAIN = Set.of(FENCED, 14, 15);
    /** Stopped or killed: by the test. */
    private static final Set<Integer> ASKED_FOR = Set.of(0, 137, 143);

    private static final Duration INTERVAL = Duration.ofMillis(200);

    private final ClusterUnderTest cluster;
    private final List<Ended> ended = new ArrayList<>();

    /** A node that ended by itself and was started again. */
    public record Ended(String node, int status) {}

    public Supervision(ClusterUnderTest cluster) {
        this.cluster = cluster;
    }

    /** Which nodes were started again so far. */
    public List<Ended> ended() {
        return Collections.unmodifiableList(ended);
    }

    private void look() {
        for (Node node : cluster.nodes()) {
            if (node.exitStatus().isPresent()) {
                take(node, node.exitStatus().getAsInt());
            }
        }
    }

    private void take(Node node, int status) {
        if (ASKED_FOR.contains(status)) {
            return;
        }
        if (!STARTED_AGAIN.contains(status)) {
            throw new AssertionError(node.id() + " ended by itself with status " + status);
        }
        ended.add(new Ended(node.id(), status));
        try {
            node.start();
        } catch (IOException e) {
            throw new AssertionError(node.id() + " cannot be started again", e);
        }
    }

    /** Lets time pass. */
    public void watch(Duration duration) {
        long end = System.nanoTime() + duration.toNanos();
        Awaitility.await()
                .atMost(duration.plusSeconds(30))
                .pollInterval(INTERVAL)
                .until(() -> {
                    look();
                    return System.nanoTime() - end >= 0;
                });
    }

    /** Waits until a condition holds. */
    public void await(String what, Duration timeout, Condition condition) {
        try {
            Awaitility.await().atMost(timeout).pollInterval(INTERVAL).until(() -> {
                look();
                return condition.holds();
            });
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(
                    "not within " + timeout.toSeconds() + " s: " + what + "; ended meanwhile: " + ended, e);
        }
    }

    /** Something to wait for. */
    @FunctionalInterface
    public interface Condition {
        boolean holds() throws Exception;
    }

    /** Waits until every node of the cluster runs and takes traffic; those that the test killed must have been started. */
    public void awaitAllReady(Duration timeout) {
        await(
                "all nodes ready",
                timeout,
                () -> cluster.nodes().stream().allMatch(node -> node.isAlive() && node.isReady()));
    }
}
