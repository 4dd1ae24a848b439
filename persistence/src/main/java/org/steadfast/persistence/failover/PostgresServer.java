package org.steadfast.persistence.failover;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.persistence.driver.DriverConnections;

/**
 * A server of PostgreSQL 15 or newer, watched and told what to do by SQL alone: its account needs no superuser's rights, and nothing
 * has to run on the server's machine. Everything goes over one connection that is kept.
 */
public final class PostgresServer implements DatabaseServer {
    private static final Logger log = LoggerFactory.getLogger(PostgresServer.class);
    private static final int ANSWER_SECONDS = 2;

    private static final String APPLICATION = "steadfast-failover";

    /**
     * A receiver that cannot connect ends at once; one that is still there may be about to. The checkpointer reads settings whenever it
     * goes to sleep.
     */
    private static final String LOOK = """
            select r.in_recovery, (select system_identifier from pg_control_system()),
                case when r.in_recovery then 0
                    else ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int end,
                case when r.in_recovery and pg_last_wal_receive_lsn() is null then -1
                    when r.in_recovery
                        then greatest(pg_last_wal_receive_lsn(), coalesce(pg_last_wal_replay_lsn(), '0/0')) - '0/0'::pg_lsn
                    else pg_current_wal_lsn() - '0/0'::pg_lsn end,
                current_setting('synchronous_standby_names'), current_setting('primary_conninfo'),
                current_setting('primary_slot_name'),
                exists (select 1 from pg_stat_wal_receiver) or exists (select 1 from pg_stat_activity
                    where backend_type = 'walreceiver' and backend_start < clock_timestamp() - interval '300 ms'),
                coalesce((select wait_event in ('CheckpointerMain', 'CheckpointWriteDelay') from pg_stat_activity
                    where backend_type = 'checkpointer'), false),
                current_setting('cluster_name'), coalesce((select received_tli from pg_stat_wal_receiver), 0)
            from (select pg_is_in_recovery() as in_recovery) as r""";

    private static final String FOLLOWERS = """
            select lower(application_name), state = 'streaming', sync_state in ('sync', 'quorum'),
                coalesce(flush_lsn, '0/0') - '0/0'::pg_lsn
            from pg_stat_replication where state <> 'backup'""";

    /** Whoever did this before may be in the middle of a step, and would go on with it later. */
    private static final String TAKE_OVER = """
            select pg_terminate_backend(pid, 1000) from pg_stat_activity
            where application_name = ? and usename = current_user and pid <> pg_backend_pid()""";

    private final ServerAddress address;
    private final Account account;
    /** Null while there is none. Guarded by this. */
    private Connection connection;
    /** Guarded by this. */
    private boolean closed;

    /** @param account whose role has what {@code templates/postgresql/failover-role.sql} grants */
    public PostgresServer(ServerAddress address, Account account) {
        this.address = address;
        this.account = account;
    }

    /**
     * How to log in.
     *
     * @param database any that the role may connect to
     */
    public record Account(String database, String user, String password, Duration connectTimeout) {
        @Override
        public String toString() {
            return user;
        }
    }

    @Override
    public ServerAddress address() {
        return address;
    }

    @Override
    public synchronized ServerState look() {
        try {
            return look(connected());
        } catch (SQLException e) {
            forget();
            String state = String.valueOf(e.getSQLState());
            // No connection free; the login refused; no such database; a right is missing.
            boolean isUp =
                    state.startsWith("53") || state.startsWith("28") || state.equals("3D000") || state.equals("42501");
            return new ServerState.Unreachable(String.valueOf(e.getMessage()), isUp);
        } catch (IllegalArgumentException e) {
            return new ServerState.Unreachable(String.valueOf(e.getMessage()), true);
        }
    }

    private static ServerState look(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(LOOK)) {
            row.next();
            long system = row.getLong(2);
            long position = row.getLong(4);
            String synchronous = row.getString(5);
            boolean isAttentive = row.getBoolean(9);
            if (row.getBoolean(1)) {
                ConnectionInfo info = ConnectionInfo.parse(row.getString(6));
                return new ServerState.Standby(
                        system,
                        info.name(row.getString(10)),
                        position,
                        row.getBoolean(8),
                        row.getInt(11),
                        info.server(),
                        row.getString(7),
                        synchronous,
                        isAttentive);
            }
            return new ServerState.Primary(
                    system, row.getInt(3), position, synchronous, isAttentive, followers(connection));
        }
    }

    /** Of two that have one name, what the one has that has less. */
    private static Map<String, ServerState.Follower> followers(Connection connection) throws SQLException {
        Map<String, ServerState.Follower> followers = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(FOLLOWERS)) {
            while (row.next()) {
                followers.merge(
                        row.getString(1),
                        new ServerState.Follower(row.getBoolean(2), row.getBoolean(3), row.getLong(4)),
                        (one, other) -> new ServerState.Follower(
                                one.streams() || other.streams(),
                                one.isSynchronous() && other.isSynchronous(),
                                Math.min(one.flushed(), other.flushed())));
            }
        }
        return followers;
    }

    private Connection connected() throws SQLException {
        if (closed) {
            throw new SQLException("it is watched no more");
        }
        if (connection == null) {
            PGSimpleDataSource source = new PGSimpleDataSource();
            source.setServerNames(new String[] {address.host()});
            source.setPortNumbers(new int[] {address.port()});
            source.setDatabaseName(account.database());
            source.setUser(account.user());
            source.setPassword(account.password());
            source.setApplicationName(APPLICATION);
            source.setConnectTimeout(seconds(account.connectTimeout()));
            source.setLoginTimeout(seconds(account.connectTimeout()));
            source.setSocketTimeout(ANSWER_SECONDS);
            connection = DriverConnections.open(source);
            try (PreparedStatement takeOver = connection.prepareStatement(TAKE_OVER)) {
                takeOver.setString(1, APPLICATION);
                takeOver.execute();
            }
        }
        return connection;
    }

    private static int seconds(Duration duration) {
        return (int) Math.max(1, duration.toSeconds());
    }

    private void forget() {
        Connection old = connection;
        connection = null;
        if (old != null) {
            try {
                old.close();
            } catch (SQLException e) {
                log.debug("Closing a broken connection to {}", address, e);
            }
        }
    }

    @Override
    public void waitFor(Set<String> standbys) throws FailoverException {
        step("have commits wait for " + standbys, to -> {
            set(to, "synchronous_standby_names", StandbyNames.text(standbys));
        });
    }

    @Override
    public void follow(ServerAddress primary) throws FailoverException {
        step("follow " + primary, to -> {
            String text = text(to, "select current_setting('primary_conninfo')");
            set(to, "primary_conninfo", ConnectionInfo.parse(text).at(primary).text());
        });
    }

    @Override
    public void keepFor(String slot) throws FailoverException {
        step("keep what is written for " + slot, to -> {
            try (PreparedStatement statement = to.prepareStatement("""
                    select pg_create_physical_replication_slot(?, true)
                    where not exists (select 1 from pg_replication_slots where slot_name = ?)""")) {
                statement.setString(1, slot);
                statement.setString(2, slot);
                statement.execute();
            }
        });
    }

    @Override
    public void promote() throws FailoverException {
        step(
                "become the primary",
                to -> text(to, "select case when pg_is_in_recovery() then pg_promote(false) else true end"));
    }

    @FunctionalInterface
    private interface Step {
        void on(Connection connection) throws SQLException;
    }

    private synchronized void step(String what, Step step) throws FailoverException {
        if (connection == null) {
            // What was seen of it was seen over a connection that is gone, and may not be so any more.
            throw new FailoverException(address + " was not told to " + what + ": the connection to it is lost", null);
        }
        try {
            step.on(connection);
        } catch (SQLException | IllegalArgumentException e) {
            forget();
            throw new FailoverException(address + " could not be told to " + what + ": " + e.getMessage(), e);
        }
    }

    private static String text(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    /** Statements that change settings take no parameters. */
    private static void set(Connection connection, String setting, String value) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("alter system set " + setting + " = '" + value.replace("'", "''") + "'");
            statement.execute("select pg_reload_conf()");
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        forget();
    }
}
