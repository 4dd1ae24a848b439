package org.steadfast.foundation;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.persistence.postgres.PostgresDatabase;
import org.steadfast.persistence.postgres.PostgresSettings;
import org.steadfast.persistence.store.StoreException;

/** Opens the database, and waits for one that is still starting: the parts of a cluster may be started in any order. */
final class DatabaseStart {
    private static final Logger log = LoggerFactory.getLogger(DatabaseStart.class);
    private static final long PAUSE_MILLIS = 500;

    private DatabaseStart() {}

    static PostgresDatabase open(DatabaseSettings settings) throws NodeFailure, InterruptedException {
        PostgresSettings postgres = new PostgresSettings(
                settings.jdbcUrl(),
                settings.username(),
                settings.password().reveal(),
                settings.maxPoolSize(),
                settings.connectTimeout(),
                settings.socketTimeout());
        long deadline = System.nanoTime() + settings.startTimeout().toNanos();
        boolean told = false;
        while (true) {
            try {
                return PostgresDatabase.open(postgres);
            } catch (StoreException e) {
                if (e.kind() != StoreException.Kind.UNAVAILABLE || System.nanoTime() > deadline) {
                    throw new NodeFailure(
                            ExitCode.DATABASE_UNREACHABLE, e.getMessage() + "; see " + DatabaseSettings.PATH, e);
                }
                if (!told) {
                    log.info("Waiting for the database: {}", e.getMessage());
                    told = true;
                }
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }
}
