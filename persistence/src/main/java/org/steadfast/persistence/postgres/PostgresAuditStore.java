package org.steadfast.persistence.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.steadfast.persistence.store.AuditStore;
import org.steadfast.persistence.store.StoreException;

/** The audit log in the table {@code audit_entry}. */
final class PostgresAuditStore implements AuditStore {
    /** Entries that a question about one entity looks through, by the index on their time: an index of its own would be as long as the log. */
    private static final int LOOKED_AT = 200_000;

    private static final int LONGEST = 1_000;
    /** Entries that one transaction removes. */
    private static final int REMOVED_AT_ONCE = 10_000;
    /** After so long no further transaction is begun. */
    private static final long LONGEST_REMOVAL_NANOS = TimeUnit.SECONDS.toNanos(6);
    /** Lets one node at a time remove entries. */
    private static final long ADVISORY_LOCK = 0x61756469_746c6f67L;

    private final Statements statements;
    private final Transactions transactions;

    PostgresAuditStore(DataSource pool) {
        this.statements = new Statements(pool);
        this.transactions = new Transactions(pool);
    }

    @Override
    public void append(Entry entry) throws StoreException {
        statements.change(
                "writing the audit log",
                "insert into audit_entry (user_name, address, action, collection, name, version_before, version_after,"
                        + " detail) values (?, ?, ?, ?, ?, ?::bigint, ?::bigint, ?)",
                storable(entry.user()),
                storable(entry.address()),
                entry.action(),
                storable(entry.collection()),
                storable(entry.name()),
                entry.before().isPresent() ? entry.before().getAsLong() : null,
                entry.after().isPresent() ? entry.after().getAsLong() : null,
                storable(entry.detail()));
    }

    /** Whatever a stranger has sent as a name. */
    private static String storable(String text) {
        String held = text.replace('\0', ' ');
        return held.length() > LONGEST ? held.substring(0, LONGEST) : held;
    }

    @Override
    public List<Entry> query(long from, long to, String user, int limit) throws StoreException {
        return query(
                "audit_entry",
                " where at >= to_timestamp(? / 1000.0) and at < to_timestamp(? / 1000.0)"
                        + " and (? = '' or user_name = ?) order by at desc, id desc limit ?",
                from,
                to,
                user,
                user,
                limit);
    }

    @Override
    public List<Entry> ofEntity(String collection, String name, int limit) throws StoreException {
        return query(
                "(select * from audit_entry order by at desc, id desc limit " + LOOKED_AT + ") as latest",
                " where collection = ? and name = ? order by at desc, id desc limit ?",
                collection,
                name,
                limit);
    }

    private List<Entry> query(String from, String which, Object... arguments) throws StoreException {
        return statements.rows(
                "reading the audit log",
                "select (extract(epoch from at) * 1000)::bigint, user_name, address, action, collection, name,"
                        + " version_before, version_after, detail from " + from + which,
                row -> new Entry(
                        row.getLong(1),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        row.getString(6),
                        version(row, 7),
                        version(row, 8),
                        row.getString(9)),
                arguments);
    }

    @Override
    public long removeOlderThan(int days) throws StoreException {
        if (days < 1) {
            throw new IllegalArgumentException("entries kept for " + days + " days");
        }
        long begin = System.nanoTime();
        long removed = 0;
        int now;
        do {
            now = transactions.run("removing old entries of the audit log", connection -> removeSome(connection, days));
            removed += now;
        } while (now == REMOVED_AT_ONCE && System.nanoTime() - begin < LONGEST_REMOVAL_NANOS);
        return removed;
    }

    private static int removeSome(Connection connection, int days) throws SQLException {
        if (!isOnlyOne(connection)) {
            return 0;
        }
        // What the table's triggers ask for, until the end of the transaction.
        try (PreparedStatement permission =
                connection.prepareStatement("select set_config('steadfast.audit_retention_days', ?, true)")) {
            permission.setString(1, Integer.toString(days));
            permission.execute();
        }
        try (PreparedStatement removal = connection.prepareStatement("delete from audit_entry where id in"
                + " (select id from audit_entry where at < now() - make_interval(days => ?) order by at limit ?)")) {
            removal.setInt(1, days);
            removal.setInt(2, REMOVED_AT_ONCE);
            return removal.executeUpdate();
        }
    }

    private static boolean isOnlyOne(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select pg_try_advisory_xact_lock(" + ADVISORY_LOCK + ")")) {
            rows.next();
            return rows.getBoolean(1);
        }
    }

    private static OptionalLong version(ResultSet row, int column) throws SQLException {
        long version = row.getLong(column);
        return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(version);
    }
}
