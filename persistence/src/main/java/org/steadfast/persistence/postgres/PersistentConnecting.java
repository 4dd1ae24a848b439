package org.steadfast.persistence.postgres;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.slf4j.LoggerFactory;

/**
 * What a pool of connections connects through: it tries until it is connected or closed, with short pauses. A pool that is
 * told of failures pauses for up to 5 s between its attempts (HikariCP), which is longer than those wait who ask it for a
 * connection: they would be refused although the database has been back for seconds. Only the pool's own thread ever waits
 * here; its callers wait in the pool, with their own deadline.
 *
 * <p>Safe for use by several threads.
 */
final class PersistentConnecting implements DataSource, AutoCloseable {
    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(PersistentConnecting.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(250);

    private final DataSource database;
    private final CountDownLatch closed = new CountDownLatch(1);

    PersistentConnecting(DataSource database) {
        this.database = database;
    }

    /** @throws SQLTransientConnectionException if this is closed, or the thread is interrupted, before it is connected */
    @Override
    public Connection getConnection() throws SQLException {
        SQLException first = null;
        long pause = FIRST_PAUSE.toMillis();
        while (true) {
            try {
                Connection connection = database.getConnection();
                if (first != null) {
                    LOG.info("The database can be reached again");
                }
                return connection;
            } catch (SQLException e) {
                if (first == null) {
                    first = e;
                    LOG.warn("The database cannot be reached, trying on: {}", e.getMessage());
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

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("the user is one of the settings");
    }

    /** Ends every attempt. */
    @Override
    public void close() {
        closed.countDown();
    }

    @Override
    public PrintWriter getLogWriter() throws SQLException {
        return database.getLogWriter();
    }

    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        database.setLogWriter(out);
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        database.setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return database.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        return database.getParentLogger();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return type.isInstance(this) ? type.cast(this) : database.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return type.isInstance(this) || database.isWrapperFor(type);
    }
}
