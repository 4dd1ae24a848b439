package org.steadfast.distribution.cluster;

import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.coordination.lease.DeathNotice;
import org.steadfast.coordination.membership.CoordinatorClient;
import org.steadfast.coordination.settings.InvalidSettingsException;

/**
 * Tells the coordinator at once when a foundation node's process has ended, whichever way: whoever started it sees that first, and
 * the other nodes need not wait for its session to time out. Safe for use by several threads.
 */
final class DeathNotices implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DeathNotices.class);

    private static final long CLOSE_SECONDS = 5;

    /** Used by the thread below alone. */
    private final CoordinatorAccess access;
    /** One thread: notices are few, and each waits for the coordinator no longer than its client does. */
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread notices = new Thread(task, "death-notices");
        notices.setDaemon(true);
        return notices;
    });

    private DeathNotices(CoordinatorAccess access) {
        this.access = access;
    }

    /** @throws NodeFailure if the certificate of the settings cannot be used */
    static DeathNotices of(Instance instance, Machine machine) throws InvalidSettingsException, NodeFailure {
        return new DeathNotices(CoordinatorAccess.open(instance, machine));
    }

    /** Connects while all is well, so that the first notice does not have to wait for that. */
    void connect() {
        thread.execute(this::client);
    }

    /** Tells of the end of this child, when it comes. */
    void follow(ChildProcess child) {
        var unused = child.process()
                .onExit()
                .thenAcceptAsync(process -> deliver(child.node().id(), process.pid()), thread);
    }

    private void deliver(String platformId, long pid) {
        Optional<CoordinatorClient> client = client();
        if (client.isEmpty()) {
            return;
        }
        try {
            var unused = DeathNotice.deliver(client.get(), platformId, pid);
        } catch (Exception e) {
            log.warn(
                    "DEATH_UNTOLD: the end of {} cannot be told to the coordinator; it goes with its session: {}",
                    platformId,
                    e.toString());
        }
    }

    private Optional<CoordinatorClient> client() {
        try {
            return Optional.of(access.client());
        } catch (NodeFailure e) {
            log.warn("DEATH_UNTOLD: ends of nodes cannot be told to the coordinator: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        if (thread.isShutdown()) {
            return;
        }
        thread.execute(access::close);
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                log.debug("The coordinator is not told that no more notices come; it sees the end of the process");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
