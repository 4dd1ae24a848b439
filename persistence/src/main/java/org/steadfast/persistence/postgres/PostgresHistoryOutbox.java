package org.steadfast.persistence.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.steadfast.persistence.store.HistoryEntry;
import org.steadfast.persistence.store.HistoryOutbox;
import org.steadfast.persistence.store.MovingEntry;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.TimeRange;

/** The outbox in the table {@code history_outgoing}. Who has entries in hands holds their rows. */
final class PostgresHistoryOutbox implements HistoryOutbox {
    private static final int LONGEST_SECONDS = PostgresDataTableStore.LONGEST_SECONDS;
    /** Entries that one transaction moves where it moves all. */
    private static final int AT_ONCE = 5_000;
    /** One transaction takes no further entry after so much. */
    private static final long MOST_BYTES = 4L << 20;

    /**
     * With an end of the wait for entries that somebody else has in hands. And by indexes always: the table is empty one moment and has a
     * million rows the next, and a plan that was made while it was empty reads all of them for each of the entries.
     */
    private static final String BEGIN = "set local lock_timeout = '5s'; set local enable_seqscan = off";

    private static final String ENTRIES = """
            select o.id, o.property, o.value_time, o.value, o.quality, o.thing_id, o.value_hash, o.number,
                (select e.name from entity as e where e.id = o.thing_id),
                exists (select from property_history as h where (h.thing_id, h.property, h.value_time, h.value_hash)
                    = (o.thing_id, o.property, o.value_time, o.value_hash))
            from history_outgoing as o""";

    private static final String KEEP = """
            insert into property_history (thing_id, property, value_time, value_hash, id, value, quality, number)
            select thing_id, property, value_time, value_hash, id, value, quality, number from history_outgoing
            where id = any(?) order by thing_id, property collate "C", value_time, value_hash
            on conflict (thing_id, property, value_time, value_hash) do nothing""";

    /** What is lost of a transaction that moved everything is moved again: nobody has to wait for the disk. */
    private static final String NEED_NOT_LAST = "set local synchronous_commit = off";

    /** Has the commit wait for the disk though nothing may have been changed, and so for all commits before: it writes to the log. */
    private static final String WRITE_LOG = "select pg_logical_emit_message(true, 'steadfast', '')";

    /** After so long, moving all of something begins no further transaction. */
    private static final long LONGEST_MOVE_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final Transactions transactions;

    PostgresHistoryOutbox(Transactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public int move(int most, Receiver receiver) throws StoreException {
        return move(
                new RowSql().add(ENTRIES).add(" order by o.id limit ? for update of o skip locked", most), receiver);
    }

    @Override
    public void moveOf(Collection<Long> things, Collection<String> properties, Receiver receiver)
            throws StoreException {
        long last = lastNumber();
        long begin = System.nanoTime();
        int moved;
        do {
            if (System.nanoTime() - begin > LONGEST_MOVE_NANOS) {
                throw new StoreException(
                        StoreException.Kind.TOO_SLOW,
                        "more history waits for InfluxDB than can be moved at once; try again in a while");
            }
            RowSql sql = new RowSql()
                    .add(ENTRIES)
                    .addNumbers(" where o.thing_id = any(?)", List.copyOf(things))
                    .add(" and o.id <= ?", last);
            if (!properties.isEmpty()) {
                sql.addTexts(" and o.property = any(?)", List.copyOf(properties));
            }
            // In the order of their numbers, so that no two wait for each other.
            moved = move(sql.add(" order by o.id limit ? for update of o", AT_ONCE), receiver);
        } while (moved > 0);
    }

    private int move(RowSql sql, Receiver receiver) throws StoreException {
        return transactions.run("moving history", connection -> {
            Taken taken = take(connection, sql);
            if (!taken.moving().isEmpty()) {
                Receipt receipt = receiver.receive(taken.moving());
                if (!receipt.refused().isEmpty()) {
                    update(connection, new RowSql().addNumbers(KEEP, List.copyOf(receipt.refused())));
                } else {
                    execute(connection, NEED_NOT_LAST);
                }
                taken.ids().removeAll(receipt.undecided());
            }
            if (!taken.ids().isEmpty()) {
                update(
                        connection,
                        new RowSql().addNumbers("delete from history_outgoing where id = any(?)", taken.ids()));
            }
            return taken.ids().size();
        });
    }

    /**
     * Entries in hands.
     *
     * @param ids of all of them
     * @param moving without those that came again after the database itself has kept them
     */
    private record Taken(List<Long> ids, List<MovingEntry> moving) {}

    private static Taken take(Connection connection, RowSql sql) throws SQLException {
        execute(connection, BEGIN);
        Taken taken = new Taken(new ArrayList<>(), new ArrayList<>());
        try (PreparedStatement statement = sql.prepare(connection, LONGEST_SECONDS)) {
            FetchSize fetch = FetchSize.begin(statement);
            try (ResultSet rows = statement.executeQuery()) {
                long bytes = 0;
                while (bytes < MOST_BYTES && rows.next()) {
                    MovingEntry entry = read(rows);
                    taken.ids().add(entry.entry().id());
                    if (!rows.getBoolean(10)) {
                        taken.moving().add(entry);
                    }
                    int size = entry.entry().value().length
                            + entry.entry().quality().length()
                            + entry.entry().property().length();
                    bytes += size;
                    fetch.read(rows, size);
                }
            }
        }
        return taken;
    }

    private static MovingEntry read(ResultSet rows) throws SQLException {
        double number = rows.getDouble(8);
        Optional<Double> known = rows.wasNull() ? Optional.empty() : Optional.of(number);
        HistoryEntry entry = new HistoryEntry(
                rows.getLong(1), rows.getString(2), rows.getLong(3), rows.getBytes(4), rows.getString(5));
        return new MovingEntry(rows.getLong(6), Optional.ofNullable(rows.getString(9)), entry, rows.getLong(7), known);
    }

    private static int update(Connection connection, RowSql sql) throws SQLException {
        try (PreparedStatement statement = sql.prepare(connection, LONGEST_SECONDS)) {
            return statement.executeUpdate();
        }
    }

    @Override
    public long purge(Collection<Long> things, Collection<String> properties, TimeRange range) throws StoreException {
        RowSql sql = new RowSql()
                .addNumbers("delete from history_outgoing where thing_id = any(?)", List.copyOf(things))
                .add(" and value_time between ? and ?", range.from(), range.to());
        if (!properties.isEmpty()) {
            sql.addTexts(" and property = any(?)", List.copyOf(properties));
        }
        return transactions.run("purging history that waits", connection -> {
            execute(connection, BEGIN);
            execute(connection, WRITE_LOG);
            return update(connection, sql);
        });
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long lastNumber() throws StoreException {
        return number("select coalesce(max(id), 0) from history_outgoing");
    }

    @Override
    public long waiting(long most) throws StoreException {
        return number("select count(*) from (select from history_outgoing limit " + most + ") as counted");
    }

    private long number(String sql) throws StoreException {
        return transactions.run("looking at history that is to be moved", connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.setQueryTimeout(LONGEST_SECONDS);
                try (ResultSet rows = statement.executeQuery(sql)) {
                    rows.next();
                    return rows.getLong(1);
                }
            }
        });
    }

    /** Puts what waits into the database's own history: there is no other store any more. */
    void keepAll() throws StoreException {
        // No further than that: others may not know yet, and go on writing here.
        long last = lastNumber();
        RowSql sql = new RowSql()
                .add(ENTRIES)
                .add(" where o.id <= ? order by o.id limit ? for update of o skip locked", last, AT_ONCE);
        while (move(sql, PostgresHistoryOutbox::refuseAll) > 0) {
            // The rest.
        }
    }

    private static Receipt refuseAll(List<MovingEntry> entries) {
        return new Receipt(entries.stream().map(moving -> moving.entry().id()).collect(Collectors.toSet()), Set.of());
    }
}
