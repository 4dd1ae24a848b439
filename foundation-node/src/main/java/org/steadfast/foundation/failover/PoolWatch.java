package org.steadfast.foundation.failover;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.persistence.postgres.PoolNode;
import org.steadfast.persistence.postgres.PostgresDatabase;
import org.steadfast.persistence.store.StoreException;

/** Asks Pgpool-II every few seconds which servers it leads to, for the metrics. */
public final class PoolWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PoolWatch.class);
    private static final long PERIOD_SECONDS = 5;

    private final PostgresDatabase database;
    private final MeterRegistry registry;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "pgpool-watch");
        thread.setDaemon(true);
        return thread;
    });
    /** By server, what it is; written by the executor's thread, each number read by whoever reads metrics. */
    private final Map<String, AtomicInteger> servers = new HashMap<>();

    private PoolWatch(PostgresDatabase database, MeterRegistry registry) {
        this.database = database;
        this.registry = registry;
    }

    /** @param database that Pgpool-II stands before */
    public static PoolWatch start(PostgresDatabase database, MeterRegistry registry) {
        PoolWatch watch = new PoolWatch(database, registry);
        var unused = watch.executor.scheduleWithFixedDelay(watch::ask, 0, PERIOD_SECONDS, TimeUnit.SECONDS);
        return watch;
    }

    private void ask() {
        try {
            for (PoolNode node : database.poolNodes()) {
                servers.computeIfAbsent(node.server(), this::gauge)
                        .set(
                                !node.isUp()
                                        ? ServerLevel.DOWN
                                        : node.isPrimary() ? ServerLevel.PRIMARY : ServerLevel.STANDBY);
            }
        } catch (StoreException | RuntimeException e) {
            // Told by those who need the database; here it only means that nothing is known.
            log.debug("Pgpool-II does not tell its servers", e);
            servers.values().forEach(server -> server.set(ServerLevel.DOWN));
        }
    }

    private AtomicInteger gauge(String server) {
        AtomicInteger value = new AtomicInteger();
        Gauge.builder("steadfast.pgpool.server", value, AtomicInteger::get)
                .tag("server", server)
                .description("What Pgpool-II takes a server for: 2 the primary, 1 a standby, 0 down")
                .register(registry);
        return value;
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
