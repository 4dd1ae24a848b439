package org.steadfast.persistence.postgres;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.steadfast.persistence.store.HistoryEntry;
import org.steadfast.persistence.store.HistoryInterval;
import org.steadfast.persistence.store.HistoryStore;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.TimeRange;
import org.steadfast.persistence.store.ValueWrite;

/** History in the table {@code property_history}, by months. */
final class PostgresHistoryStore implements HistoryStore {
    private static final int LONGEST_SECONDS = PostgresDataTableStore.LONGEST_SECONDS;
    /** Entries that one transaction deletes. */
    private static final int PURGED_AT_ONCE = 10_000;
    /** After so long a purge begins no further transaction. */
    private static final long LONGEST_PURGE_NANOS = TimeUnit.SECONDS.toNanos(6);

    /** First and last by what stands at the ends of the interval's own entries, in the order of their time. */
    private static final String AGGREGATE = """
            select value_time - mod(value_time, ?) - case when mod(value_time, ?) < 0 then ? else 0 end as start, count(*), min(number), max(number), avg(number),
                (array_agg(number order by value_time, id))[1],
                (array_agg(number order by value_time desc, id desc))[1]
            from property_history
            where thing_id = ? and property = ? and value_time between ? and ? and number is not null
            group by start order by start limit ?""";

    private final Transactions transactions;
    private final HistoryTarget target;
    private final HistoryPartitions partitions;
    private final PostgresHistoryOutbox outbox;
    private final PostgresDeletedThings deleted;

    /** @param target of what is appended */
    PostgresHistoryStore(DataSource pool, HistoryTarget target) {
        this.transactions = new Transactions(pool);
        this.target = target;
        this.partitions = new HistoryPartitions(transactions);
        this.outbox = new PostgresHistoryOutbox(transactions);
        this.deleted = new PostgresDeletedThings(transactions);
    }

    @Override
    public void append(List<ValueWrite> values) throws StoreException {
        transactions.run("keeping history", connection -> {
            try (PreparedStatement statement = connection.prepareStatement(HistoryInsert.whole(target))) {
                statement.setQueryTimeout(LONGEST_SECONDS);
                HistoryInsert.fill(statement, 1, values);
                return statement.execute();
            }
        });
    }

    @Override
    public void scan(
            long thingId,
            Collection<String> properties,
            TimeRange range,
            boolean oldestFirst,
            Predicate<HistoryEntry> taker)
            throws StoreException {
        RowSql sql = new RowSql()
                .add(
                        "select id, property, value_time, value, quality from property_history where thing_id = ?",
                        thingId);
        if (properties.size() == 1) {
            sql.add(" and property = ?", properties.iterator().next());
        } else {
            sql.addTexts(" and property = any(?)", List.copyOf(properties));
        }
        sql.add(" and value_time between ? and ?", range.from(), range.to())
                .add(oldestFirst ? " order by value_time, id" : " order by value_time desc, id desc");
        transactions.run("querying history", connection -> {
            try (PreparedStatement statement = sql.prepare(connection, LONGEST_SECONDS)) {
                FetchSize fetch = FetchSize.begin(statement);
                try (ResultSet rows = statement.executeQuery()) {
                    boolean more = true;
                    while (more && rows.next()) {
                        HistoryEntry entry = read(rows);
                        fetch.read(rows, entry.value().length);
                        more = taker.test(entry);
                    }
                }
            }
            return null;
        });
    }

    private static HistoryEntry read(ResultSet rows) throws SQLException {
        return new HistoryEntry(
                rows.getLong(1), rows.getString(2), rows.getLong(3), rows.getBytes(4), rows.getString(5));
    }

    @Override
    public List<HistoryInterval> aggregate(long thingId, String property, TimeRange range, long millis, int limit)
            throws StoreException {
        if (millis < 1) {
            throw new IllegalArgumentException("an interval of " + millis + " ms");
        }
        RowSql sql =
                new RowSql().add(AGGREGATE, millis, millis, millis, thingId, property, range.from(), range.to(), limit);
        return transactions.run("taking history together", connection -> {
            try (PreparedStatement statement = sql.prepare(connection, LONGEST_SECONDS);
                    ResultSet rows = statement.executeQuery()) {
                List<HistoryInterval> intervals = new ArrayList<>();
                while (rows.next()) {
                    intervals.add(new HistoryInterval(
                            rows.getLong(1),
                            rows.getLong(2),
                            rows.getDouble(3),
                            rows.getDouble(4),
                            rows.getDouble(5),
                            rows.getDouble(6),
                            rows.getDouble(7)));
                }
                return intervals;
            }
        });
    }

    @Override
    public long purge(long thingId, Collection<String> properties, TimeRange range) throws StoreException {
        RowSql sql = new RowSql()
                .add(
                        "delete from property_history where (tableoid, ctid) in (select tableoid, ctid from property_history"
                                + " where thing_id = ?",
                        thingId);
        if (!properties.isEmpty()) {
            sql.addTexts(" and property = any(?)", List.copyOf(properties));
        }
        sql.add(" and value_time between ? and ? limit ?)", range.from(), range.to(), PURGED_AT_ONCE);
        return repeated("purging history", sql);
    }

    @Override
    public long purgeBefore(Collection<Long> thingIds, long time) throws StoreException {
        return repeated(
                "purging old history",
                new RowSql()
                        .addNumbers(
                                "delete from property_history where (tableoid, ctid) in (select tableoid, ctid from"
                                        + " property_history where thing_id = any(?)",
                                List.copyOf(thingIds))
                        .add(" and value_time < ? limit ?)", time, PURGED_AT_ONCE));
    }

    /** Deletes until nothing is left, each time not more than one transaction should. */
    private long repeated(String what, RowSql sql) throws StoreException {
        long begin = System.nanoTime();
        long purged = 0;
        while (true) {
            int now = transactions.run(what, connection -> {
                try (PreparedStatement statement = sql.prepare(connection, LONGEST_SECONDS)) {
                    return statement.executeUpdate();
                }
            });
            purged += now;
            if (now < PURGED_AT_ONCE) {
                return purged;
            }
            if (System.nanoTime() - begin > LONGEST_PURGE_NANOS) {
                throw new StoreException(
                        StoreException.Kind.TOO_SLOW,
                        what + ": " + purged + " entries were deleted and there are more; do it again");
            }
        }
    }

    @Override
    public void upkeep(long now) throws StoreException {
        partitions.ahead(now);
        if (target == HistoryTarget.STAYS) {
            outbox.keepAll();
        }
        deleted.each(things -> {
            purgeBefore(things, Long.MAX_VALUE);
            if (target == HistoryTarget.STAYS) {
                deleted.forget(things);
            }
        });
        partitions.dropEmpty(now);
    }
}
