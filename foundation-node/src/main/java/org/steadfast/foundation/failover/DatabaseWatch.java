package org.steadfast.foundation.failover;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.coordination.membership.CoordinatorClient;
import org.steadfast.coordination.membership.Election;
import org.steadfast.persistence.failover.DatabaseServer;
import org.steadfast.persistence.failover.FailoverException;
import org.steadfast.persistence.failover.FailoverGuard;
import org.steadfast.persistence.failover.FailoverRecords;

/**
 * Stands for election as the node that watches over the database's servers, and does so while it is elected. It begins before the node
 * has a database: it may be the one who has to promote what the node waits for. Safe for use by several threads.
 */
public final class DatabaseWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DatabaseWatch.class);
    private static final long CALM_MILLIS = 500;
    private static final long BUSY_MILLIS = 50;
    private static final long PATIENCE_MILLIS = 2_000;
    /** So long a node tries to bring the servers in order before another one does. */
    private static final long LONGEST_DISORDER_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final List<DatabaseServer> servers;
    private final Election election;
    /** So long after a node has heard from the coordinator it takes itself for elected. */
    private final long trustNanos;

    private final FailoverMetrics metrics;
    private final FailoverGuard guard;
    private final ExecutorService looks;
    private final Thread thread = new Thread(this::run, "database-watch");
    private final CountDownLatch stopping = new CountDownLatch(1);
    /** When the present round began, by {@link System#nanoTime()}; the thread's own. */
    private long roundBegan;
    /** When all was as it should be last, or this node began to watch; the thread's own. */
    private long calmSince;
    /** What went wrong in the last round, so that it is told once; the thread's own. */
    private String problem = "";

    private DatabaseWatch(
            List<DatabaseServer> servers,
            CoordinatorClient coordinator,
            String platformId,
            FailoverRecords records,
            FailoverSettings settings,
            Duration sessionTimeout,
            MeterRegistry registry) {
        this.servers = servers;
        this.trustNanos = sessionTimeout.toNanos() / 2;
        this.election = new Election(coordinator, Election.DATABASE_GUARD, platformId, () -> {});
        this.metrics = new FailoverMetrics(
                servers.stream().map(DatabaseServer::address).toList(), registry);
        this.looks = Executors.newFixedThreadPool(servers.size(), task -> {
            Thread looking = new Thread(task, "database-look");
            looking.setDaemon(true);
            return looking;
        });
        this.guard = new FailoverGuard(
                servers,
                records,
                new FailoverGuard.Terms(settings.policy(), settings.after(), this::mayAct),
                looks,
                System::nanoTime,
                metrics);
    }

    /** Stands for election from now on. */
    public static DatabaseWatch start(
            List<DatabaseServer> servers,
            CoordinatorClient coordinator,
            String platformId,
            FailoverRecords records,
            FailoverSettings settings,
            Duration sessionTimeout,
            MeterRegistry registry)
            throws Exception {
        DatabaseWatch watch =
                new DatabaseWatch(servers, coordinator, platformId, records, settings, sessionTimeout, registry);
        watch.election.enter();
        watch.thread.start();
        return watch;
    }

    /** Each round begins with an answer of the coordinator. */
    private boolean mayAct() {
        return election.isElected() && System.nanoTime() - roundBegan < trustNanos;
    }

    private void run() {
        try {
            boolean elected = false;
            do {
                if (elected != election.isElected()) {
                    elected = !elected;
                    calmSince = System.nanoTime();
                    metrics.watches(elected);
                    log.info(
                            elected ? "This node watches over {}" : "This node watches over {} no more",
                            servers.stream().map(DatabaseServer::address).toList());
                }
            } while (!stopping.await(elected ? round() : CALM_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return how many milliseconds later the next one begins */
    private long round() throws InterruptedException {
        roundBegan = System.nanoTime();
        boolean isCalm = false;
        long pause = BUSY_MILLIS;
        try {
            isCalm = guard.round();
            problem = "";
        } catch (FailoverException | RuntimeException e) {
            if (!problem.equals(e.toString())) {
                problem = e.toString();
                log.warn("FAILOVER_UNWATCHED: the database's servers cannot be cared for now", e);
            }
            pause = CALM_MILLIS;
        } catch (Error e) {
            log.error("FAILOVER_UNWATCHED: the database's servers cannot be cared for by this node", e);
            giveUp();
            return CALM_MILLIS;
        }
        if (isCalm) {
            calmSince = roundBegan;
        } else if (roundBegan - calmSince > LONGEST_DISORDER_NANOS) {
            // Another node may reach what this one does not.
            calmSince = roundBegan;
            giveUp();
        }
        return isCalm ? CALM_MILLIS : pause;
    }

    private void giveUp() throws InterruptedException {
        try {
            election.giveUp();
            log.info("This node lets another one try to watch over the database's servers");
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            log.warn("WATCH_STAYS: the watch over the database's servers cannot be given up now: {}", e.getMessage());
        }
    }

    @Override
    public void close() throws Exception {
        stopping.countDown();
        thread.join(PATIENCE_MILLIS);
        thread.interrupt();
        election.close();
        // What has begun ends soon: each answer of a server has a deadline.
        looks.shutdown();
        servers.forEach(DatabaseServer::close);
    }
}
