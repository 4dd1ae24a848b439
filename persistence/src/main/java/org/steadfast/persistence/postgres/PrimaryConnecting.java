package org.steadfast.persistence.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.persistence.driver.DriverConnections;
import org.steadfast.persistence.store.StoreException;

/**
 * Connects to whichever of some servers is the primary now. The driver can do so as well, but takes the first server that says it is
 * one: an old primary that comes back after another server was promoted says so too. Each promotion begins a new timeline, whose number
 * only grows, so that of two primaries the one with the greater number is meant; this never connects to one of a lesser number than it
 * has seen or was told of. A server that was the primary last time is asked first. Where there is one server alone, what stands behind
 * it (Pgpool-II, say) sees to this, and nothing is asked.
 *
 * <p>Safe for use by several threads.
 */
final class PrimaryConnecting implements Connecting {
    private static final Logger log = LoggerFactory.getLogger(PrimaryConnecting.class);
    /** The first eight digits of a segment's name are its timeline, in hexadecimal. */
    private static final String STANDING = """
            select case when pg_is_in_recovery() then null
                else ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int end""";

    private final List<PGSimpleDataSource> servers;
    /** The server that was the primary last time; whoever finds another one sets it, and all may read an old one. */
    private volatile int last;
    /** The least timeline that is connected to; guarded by {@link #open}. */
    private int timeline;
    /** Connections that may be open, by the timeline of their server; guarded by itself. */
    private final Map<Connection, Integer> open = new WeakHashMap<>();

    PrimaryConnecting(List<PGSimpleDataSource> servers) {
        this.servers = List.copyOf(servers);
    }

    @Override
    public Connection getConnection() throws SQLException {
        if (servers.size() == 1) {
            return DriverConnections.open(servers.get(0));
        }
        int first = last;
        List<String> reasons = new ArrayList<>();
        boolean allRefuse = true;
        SQLException failure = null;
        for (int i = 0; i < servers.size(); i++) {
            int server = (first + i) % servers.size();
            try {
                Connection connection = connect(servers.get(server));
                last = server;
                return connection;
            } catch (SQLException e) {
                reasons.add(name(servers.get(server)) + ": " + e.getMessage());
                allRefuse &= SqlErrors.kind(e) == StoreException.Kind.REFUSED;
                failure = e;
            }
        }
        if (allRefuse) {
            throw failure;
        }
        throw new SQLTransientConnectionException(
                "no server is the primary (" + String.join("; ", reasons) + ")", "08001", failure);
    }

    private Connection connect(PGSimpleDataSource server) throws SQLException {
        Connection connection = DriverConnections.open(server);
        boolean accepted = false;
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(STANDING)) {
            rows.next();
            int its = rows.getInt(1);
            if (rows.wasNull()) {
                throw new SQLTransientConnectionException("it is a standby", "25006");
            }
            accept(server, connection, its);
            accepted = true;
            return connection;
        } finally {
            if (!accepted) {
                connection.close();
            }
        }
    }

    private void accept(PGSimpleDataSource server, Connection connection, int its) throws SQLException {
        synchronized (open) {
            if (its < timeline) {
                log.warn(
                        "OLD_PRIMARY: {} still takes itself for the primary, on timeline {}; the cluster is on timeline {} and leaves it alone",
                        name(server),
                        its,
                        timeline);
                throw new SQLTransientConnectionException(
                        "it is an old primary, on timeline " + its + " of " + timeline, "25006");
            }
            open.put(connection, its);
        }
        atLeast(its);
    }

    private static String name(PGSimpleDataSource server) {
        return server.getServerNames()[0] + ":" + server.getPortNumbers()[0];
    }

    /** Connects to no primary of a lesser timeline from now on, and breaks the connections that there are to one. */
    void atLeast(int least) {
        List<Connection> old = new ArrayList<>();
        synchronized (open) {
            if (least <= timeline) {
                return;
            }
            timeline = least;
            open.forEach((connection, its) -> {
                if (its < least) {
                    old.add(connection);
                }
            });
            old.forEach(open::remove);
        }
        for (Connection connection : old) {
            try {
                // Closes the socket, whatever its thread waits for; a socket of TLS may itself wait for that thread.
                connection.abort(PrimaryConnecting::run);
            } catch (SQLException e) {
                log.debug("A connection to an old primary was broken already", e);
            }
        }
        if (!old.isEmpty()) {
            log.info("The primary is on timeline {}; {} connections to the one before are given up", least, old.size());
        }
    }

    private static void run(Runnable abort) {
        Thread thread = new Thread(abort, "connection-abort");
        thread.setDaemon(true);
        thread.start();
    }
}
