package org.steadfast.persistence.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a pool of connections connects through: it tries until it is connected or closed, with short pauses. A pool that is
 * told of failures pauses for up to 5 s between its attempts (HikariCP), which is longer than those wait who ask it for a
 * connection: they would be refused although the database has been back for seconds. Only the pool's own thread ever waits
 * here; its callers wait in the pool, with their own deadline.
 *
 * <p>Safe for use by several threads.
 */
final class PersistentConnecting implements Connecting, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PersistentConnecting.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(250);

    private final Connecting source;
    private final CountDownLatch closed = new CountDownLatch(1);

    /** @param source makes one attempt */
    PersistentConnecting(Connecting source) {
        this.source = source;
    }

    /** @throws SQLTransientConnectionException if this is closed, or the thread is interrupted, before it is connected */
    @Override
    public Connection getConnection() throws SQLException {
        boolean failed = false;
        long pause = FIRST_PAUSE.toMillis();
        while (true) {
            try {
                Connection connection = source.getConnection();
                if (failed) {
                    log.info("The database can be reached again");
                }
                return connection;
            } catch (SQLException e) {
                if (!failed) {
                    failed = true;
                    log.warn("DATABASE_AWAY: the database cannot be reached, trying on: {}", e.getMessage());
                }
                if (closedWithin(pause, e)) {
                    throw new SQLTransientConnectionException("closed before the database could be reached", e);
                }
                pause = Math.min(2 * pause, LONGEST_PAUSE.toMillis());
            }
        }
    }

    private boolean closedWithin(long millis, SQLException failure) throws SQLException {
        try {
            return closed.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLTransientConnectionException("interrupted before the database could be reached", failure);
        }
    }

    /** Ends every attempt. */
    @Override
    public void close() {
        closed.countDown();
    }
}
