package org.steadfast.persistence.failover;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server of PostgreSQL 15 or newer, watched and told what to do by SQL alone: its account needs no superuser's rights, and nothing
 * has to run on the server's machine. Everything goes over one connection that is kept.
 */
public final class PostgresServer implements DatabaseServer {
    private static final Logger log = LoggerFactory.getLogger(PostgresServer.class);
    private static final int ANSWER_SECONDS = 2;

    private static final String LOOK = """
            select r.in_recovery, (select system_identifier from pg_control_system()),
                case when r.in_recovery then 0
                    else ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int end,
                case when r.in_recovery
                    then greatest(coalesce(pg_last_wal_receive_lsn(), '0/0'), coalesce(pg_last_wal_replay_lsn(), '0/0'))
                    else pg_current_wal_lsn() end - '0/0'::pg_lsn,
                current_setting('synchronous_standby_names'), current_setting('primary_conninfo'),
                current_setting('primary_slot_name'), exists (select 1 from pg_stat_wal_receiver)
            from (select pg_is_in_recovery() as in_recovery) as r""";

    private static final String FOLLOWERS = """
            select application_name, state = 'streaming', sync_state in ('sync', 'quorum'),
                coalesce(flush_lsn, '0/0') - '0/0'::pg_lsn
            from pg_stat_replication""";

    private final ServerAddress address;
    private final Account account;
    /** Null while there is none. Guarded by this. */
    private Connection connection;

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
        } catch (SQLException | IllegalArgumentException e) {
            forget();
            return new ServerState.Unreachable(String.valueOf(e.getMessage()));
        }
    }

    private static ServerState look(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(LOOK)) {
            row.next();
            long system = row.getLong(2);
            long position = row.getLong(4);
            if (row.getBoolean(1)) {
                ConnectionInfo info = ConnectionInfo.parse(row.getString(6));
                return new ServerState.Standby(
                        system, info.name(), position, row.getBoolean(8), info.server(), row.getString(7));
            }
            return new ServerState.Primary(system, row.getInt(3), position, row.getString(5), followers(connection));
        }
    }

    /** A name that two standbys have tells neither: what one of them has says nothing of the other. */
    private static Map<String, ServerState.Follower> followers(Connection connection) throws SQLException {
        Map<String, ServerState.Follower> followers = new HashMap<>();
        Set<String> ambiguous = new HashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(FOLLOWERS)) {
            while (row.next()) {
                ServerState.Follower follower =
                        new ServerState.Follower(row.getBoolean(2), row.getBoolean(3), row.getLong(4));
                if (followers.put(row.getString(1), follower) != null) {
                    ambiguous.add(row.getString(1));
                }
            }
        }
        for (String name : ambiguous) {
            log.warn(
                    "STANDBY_NAME_TWICE: two standbys are named {}, and neither is relied on; give each an application_name of its own in primary_conninfo",
                    name);
            followers.remove(name);
        }
        return followers;
    }

    private Connection connected() throws SQLException {
        if (connection == null) {
            PGSimpleDataSource source = new PGSimpleDataSource();
            source.setServerNames(new String[] {address.host()});
            source.setPortNumbers(new int[] {address.port()});
            source.setDatabaseName(account.database());
            source.setUser(account.user());
            source.setPassword(account.password());
            source.setApplicationName("steadfast-failover");
            source.setConnectTimeout(seconds(account.connectTimeout()));
            source.setLoginTimeout(seconds(account.connectTimeout()));
            source.setSocketTimeout(ANSWER_SECONDS);
            connection = source.getConnection();
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
        try {
            step.on(connected());
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
        forget();
    }
}
