package org.steadfast.distribution.cluster;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.coordination.lease.DeathNotice;
import org.steadfast.coordination.membership.CoordinatorClient;
import org.steadfast.coordination.settings.ClusterSettings;
import org.steadfast.coordination.settings.InvalidSettingsException;

/**
 * Tells the coordinator at once when a foundation node's process has ended, whichever way: whoever started it sees that first, and
 * the other nodes need not wait for its session to time out. Safe for use by several threads.
 */
final class DeathNotices implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DeathNotices.class);

    private final ClusterSettings cluster;
    /** One thread: notices are few, and each waits for the coordinator no longer than its client does. */
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread notices = new Thread(task, "death-notices");
        notices.setDaemon(true);
        return notices;
    });
    /** Used by that thread alone; null until the first connection. */
    private CoordinatorClient coordinator;

    private DeathNotices(ClusterSettings cluster) {
        this.cluster = cluster;
    }

    static DeathNotices of(Instance instance) throws InvalidSettingsException {
        return new DeathNotices(CoordinatorAccess.settings(instance));
    }

    /** Connects while all is well, so that the first notice does not have to wait for that. */
    void connect() {
        thread.execute(this::connected);
    }

    /** Tells of the end of this child, when it comes. */
    void follow(ChildProcess child) {
        var unused = child.process()
                .onExit()
                .thenAcceptAsync(process -> deliver(child.node().id(), process.pid()), thread);
    }

    private void deliver(String platformId, long pid) {
        if (!connected()) {
            return;
        }
        try {
            var unused = DeathNotice.deliver(coordinator, platformId, pid);
        } catch (Exception e) {
            log.warn(
                    "The end of {} cannot be told to the coordinator; it goes with its session: {}",
                    platformId,
                    e.toString());
        }
    }

    private boolean connected() {
        if (coordinator != null) {
            return true;
        }
        try {
            coordinator = CoordinatorClient.connect(cluster);
            return true;
        } catch (NodeFailure e) {
            log.warn("Ends of nodes cannot be told to the coordinator: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    @Override
    public void close() {
        thread.execute(() -> {
            if (coordinator != null) {
                coordinator.close();
            }
        });
        thread.shutdown();
    }
}
