package org.steadfast.foundation;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.Lifecycle;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.coordination.membership.CoordinatorClient;
import org.steadfast.foundation.failover.DatabaseWatch;
import org.steadfast.foundation.failover.FailoverSettings;
import org.steadfast.foundation.failover.PoolWatch;
import org.steadfast.foundation.failover.PrimaryRecord;
import org.steadfast.persistence.failover.DatabaseServer;
import org.steadfast.persistence.failover.FailoverException;
import org.steadfast.persistence.failover.PostgresServer;
import org.steadfast.persistence.failover.ServerAddress;
import org.steadfast.persistence.postgres.PostgresDatabase;
import org.steadfast.persistence.postgres.PostgresSettings;
import org.steadfast.persistence.store.StoreException;

/** Opens the database, and waits for one that is still starting: the parts of a cluster may be started in any order. */
final class DatabaseStart {
    private static final Logger log = LoggerFactory.getLogger(DatabaseStart.class);
    private static final long PAUSE_MILLIS = 500;

    private DatabaseStart() {}

    /** Opens it, and from then on uses no primary that another server has taken the place of. */
    static PostgresDatabase open(
            FoundationSettings settings, CoordinatorClient coordinator, Lifecycle lifecycle, MeterRegistry registry)
            throws Exception {
        PrimaryRecord primary = new PrimaryRecord(coordinator);
        lifecycle.onStop("watch of the database's primary", primary::close);
        if (settings.failover().enabled()) {
            DatabaseWatch watch = DatabaseWatch.start(
                    servers(settings.database(), settings.failover()),
                    coordinator,
                    settings.cluster().platformId(),
                    primary,
                    settings.failover(),
                    settings.cluster().sessionTimeout(),
                    registry);
            lifecycle.onStop("watch of the database's servers", watch::close);
        }
        PostgresDatabase database = open(settings.database(), primary);
        lifecycle.onStop("database", database::close);
        primary.watch(database::requireTimeline);
        if (database.isPgpool()) {
            PoolWatch pool = PoolWatch.start(database, registry);
            lifecycle.onStop("watch of Pgpool-II", pool::close);
        }
        return database;
    }

    private static List<DatabaseServer> servers(DatabaseSettings database, FailoverSettings failover) {
        boolean own = failover.username().isEmpty();
        PostgresServer.Account account = new PostgresServer.Account(
                database.address().database(),
                own ? database.username() : failover.username(),
                own ? database.password().reveal() : failover.password().reveal(),
                database.connectTimeout());
        List<DatabaseServer> servers = new ArrayList<>();
        for (ServerAddress address : failover.watched(database.address().servers())) {
            servers.add(new PostgresServer(address, account));
        }
        return servers;
    }

    private static PostgresDatabase open(DatabaseSettings settings, PrimaryRecord primary)
            throws NodeFailure, InterruptedException {
        PostgresSettings postgres = settings.connection();
        long deadline = System.nanoTime() + settings.startTimeout().toNanos();
        boolean several = settings.address().servers().size() > 1;
        boolean told = false;
        while (true) {
            try {
                return PostgresDatabase.open(postgres, several ? primary.timeline() : 0);
            } catch (FailoverException e) {
                if (System.nanoTime() > deadline) {
                    throw new NodeFailure(ExitCode.COORDINATOR_UNREACHABLE, e.getMessage(), e);
                }
                log.warn("PRIMARY_UNKNOWN: {}; trying on", e.getMessage());
            } catch (StoreException e) {
                if (e.kind() == StoreException.Kind.OTHER_VERSION) {
                    throw new NodeFailure(ExitCode.OTHER_VERSION, e.getMessage(), e);
                }
                if (e.kind() != StoreException.Kind.UNAVAILABLE || System.nanoTime() > deadline) {
                    throw new NodeFailure(
                            ExitCode.DATABASE_UNREACHABLE, e.getMessage() + "; see " + DatabaseSettings.PATH, e);
                }
                if (!told) {
                    log.warn("DATABASE_AWAY: {}; waiting for it", e.getMessage());
                    told = true;
                }
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }
}
