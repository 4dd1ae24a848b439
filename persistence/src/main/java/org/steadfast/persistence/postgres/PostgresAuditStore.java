package org.steadfast.persistence.postgres;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalLong;
import javax.sql.DataSource;
import org.steadfast.persistence.store.AuditStore;
import org.steadfast.persistence.store.StoreException;

/** The audit log in the table {@code audit_entry}. */
final class PostgresAuditStore implements AuditStore {
    private static final int LONGEST = 1_000;

    private final Statements statements;

    PostgresAuditStore(DataSource pool) {
        this.statements = new Statements(pool);
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
        return statements.rows(
                "reading the audit log",
                "select (extract(epoch from at) * 1000)::bigint, user_name, address, action, collection, name,"
                        + " version_before, version_after, detail from audit_entry"
                        + " where at >= to_timestamp(? / 1000.0) and at < to_timestamp(? / 1000.0)"
                        + " and (? = '' or user_name = ?) order by at desc, id desc limit ?",
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
                from,
                to,
                user,
                user,
                limit);
    }

    private static OptionalLong version(ResultSet row, int column) throws SQLException {
        long version = row.getLong(column);
        return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(version);
    }
}
