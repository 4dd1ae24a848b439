package org.steadfast.persistence.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.steadfast.persistence.query.RowFilter;
import org.steadfast.persistence.query.RowQuery;
import org.steadfast.persistence.store.DataTableStore;
import org.steadfast.persistence.store.RowWrite;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.StoredRow;

/**
 * Rows in the table {@code data_table_row}. Whatever locks several rows does so in the order of their keys, so that two calls do not
 * wait for each other.
 */
final class PostgresDataTableStore implements DataTableStore {
    /** For each statement, never for a commit: less than a request may take. */
    static final int LONGEST_SECONDS = 8;

    private static final String ROWS =
            "select id, row_key, row_time, source, source_type, latitude, longitude, elevation,"
                    + " tags, content::text from data_table_row where thing_id = ?";

    /** Nulls stay in a row that is new: of one that is there they would not take values away any more, and they mean nothing. */
    private static final String INSERT = RowJson.SENT + """
            insert into data_table_row as r
                (id, thing_id, row_key, row_time, source, source_type, latitude, longitude, elevation, tags, content)
            select id, ?, row_key, row_time, source, source_type, latitude, longitude, elevation, tags, content
            from sent order by row_key collate "C"
            on conflict (thing_id, row_key)\s""";

    private static final String ADD = INSERT + "do nothing returning row_key";

    private static final String ADD_OR_UPDATE =
            INSERT + "do update set row_time = excluded.row_time, " + RowJson.CHANGED.formatted("excluded");

    private static final String UPDATE = RowJson.SENT + """
            , held as (
                select r.id, r.row_key from data_table_row as r join sent using (row_key) where r.thing_id = ?
                order by r.row_key collate "C" for update of r
            )
            update data_table_row as r set row_time = sent.row_time, %s
            from held join sent using (row_key) where r.id = held.id returning r.row_key""".formatted(RowJson.CHANGED.formatted("sent"));

    private final Transactions transactions;

    PostgresDataTableStore(DataSource pool) {
        this.transactions = new Transactions(pool);
    }

    @Override
    public void add(long thingId, List<RowWrite> rows) throws StoreException {
        changing("adding rows", connection -> {
            Set<String> added = new HashSet<>();
            try (PreparedStatement statement = prepare(connection, ADD, rows, thingId);
                    ResultSet keys = statement.executeQuery()) {
                while (keys.next()) {
                    added.add(keys.getString(1));
                }
            }
            Set<String> seen = new HashSet<>();
            for (RowWrite row : rows) {
                if (!added.contains(row.key()) || !seen.add(row.key())) {
                    throw new StoreException(
                            StoreException.Kind.ALREADY_EXISTS,
                            "a row with the key [" + row.key() + "] already exists");
                }
            }
            return null;
        });
    }

    @Override
    public void addOrUpdate(long thingId, List<RowWrite> rows) throws StoreException {
        changing("adding or changing rows", connection -> {
            for (List<RowWrite> round : rounds(rows)) {
                try (PreparedStatement statement = prepare(connection, ADD_OR_UPDATE, round, thingId)) {
                    statement.executeUpdate();
                }
            }
            return null;
        });
    }

    @Override
    public void update(long thingId, List<RowWrite> rows) throws StoreException {
        changing("changing rows", connection -> {
            for (List<RowWrite> round : rounds(rows)) {
                Set<String> changed = new HashSet<>();
                try (PreparedStatement statement = prepare(connection, UPDATE, round, thingId);
                        ResultSet keys = statement.executeQuery()) {
                    while (keys.next()) {
                        changed.add(keys.getString(1));
                    }
                }
                for (RowWrite row : round) {
                    if (!changed.contains(row.key())) {
                        throw noSuchRow(row.key());
                    }
                }
            }
            return null;
        });
    }

    private static StoreException noSuchRow(String key) {
        return new StoreException(StoreException.Kind.NOT_FOUND, "a row with the key [" + key + "] does not exist");
    }

    /** A statement cannot change a row twice, so the second change of a key waits for the next one. */
    private static List<List<RowWrite>> rounds(List<RowWrite> rows) {
        List<List<RowWrite>> rounds = new ArrayList<>();
        List<RowWrite> round = new ArrayList<>();
        Set<String> keys = new HashSet<>();
        for (RowWrite row : rows) {
            if (!keys.add(row.key())) {
                rounds.add(round);
                round = new ArrayList<>();
                keys.clear();
                keys.add(row.key());
            }
            round.add(row);
        }
        rounds.add(round);
        return rounds;
    }

    @Override
    public long updateWhere(long thingId, RowFilter filter, RowWrite change) throws StoreException {
        return changing("changing rows", connection -> {
            RowSql sql = new RowSql()
                    .add(RowJson.SENT, RowJson.write(List.of(change)))
                    .add(", held as (select id from data_table_row where thing_id = ? and ", thingId)
                    .where(filter)
                    .add(" order by row_key collate \"C\" for update)"
                            + " update data_table_row as r set row_time = sent.row_time, "
                            + RowJson.CHANGED.formatted("sent") + " from held, sent where r.id = held.id");
            return updated(connection, sql);
        });
    }

    @Override
    public Optional<StoredRow> find(long thingId, String key) throws StoreException {
        return read("looking for a row", new RowSql().add(ROWS + " and row_key = ?", thingId, key)).stream()
                .findFirst();
    }

    @Override
    public List<StoredRow> query(long thingId, RowQuery query) throws StoreException {
        return read(
                "querying rows",
                new RowSql()
                        .add(ROWS + " and ", thingId)
                        .where(query.filter())
                        .orderBy(query.sorts(), "id")
                        .add(" limit ?", query.limit()));
    }

    private List<StoredRow> read(String what, RowSql sql) throws StoreException {
        return transactions.run(what, connection -> {
            try (PreparedStatement statement = sql.prepare(connection, LONGEST_SECONDS)) {
                return RowReading.all(statement);
            }
        });
    }

    @Override
    public long count(long thingId) throws StoreException {
        RowSql sql = new RowSql().add("select count(*) from data_table_row where thing_id = ?", thingId);
        return transactions.run("counting rows", connection -> {
            try (PreparedStatement statement = sql.prepare(connection, LONGEST_SECONDS);
                    ResultSet counted = statement.executeQuery()) {
                counted.next();
                return counted.getLong(1);
            }
        });
    }

    @Override
    public long delete(long thingId, Collection<String> keys) throws StoreException {
        return changing(
                "deleting rows",
                connection -> updated(
                        connection,
                        new RowSql()
                                .add(
                                        "delete from data_table_row where id in (select id from data_table_row where thing_id = ?",
                                        thingId)
                                .addTexts(" and row_key = any(?)", List.copyOf(keys))
                                .add(" order by row_key collate \"C\" for update)")));
    }

    @Override
    public long deleteWhere(long thingId, RowFilter filter, long limit) throws StoreException {
        return changing(
                "deleting rows",
                connection -> updated(
                        connection,
                        new RowSql()
                                .add(
                                        "delete from data_table_row where id in (select id from data_table_row where thing_id = ? and ",
                                        thingId)
                                .where(filter)
                                .add(" order by row_key collate \"C\" limit ? for update)", limit)));
    }

    private static long updated(Connection connection, RowSql sql) throws SQLException {
        try (PreparedStatement statement = sql.prepare(connection, LONGEST_SECONDS)) {
            return statement.executeLargeUpdate();
        }
    }

    private static PreparedStatement prepare(Connection connection, String sql, List<RowWrite> rows, long thingId)
            throws SQLException {
        return new RowSql().add(sql, RowJson.write(rows), thingId).prepare(connection, LONGEST_SECONDS);
    }

    private <T> T changing(String what, Transactions.Work<T> work) throws StoreException {
        return transactions.run(what, connection -> {
            try {
                return work.with(connection);
            } catch (SQLException e) {
                if (SqlErrors.isForeignKeyViolation(e)) {
                    throw new StoreException(StoreException.Kind.NOT_FOUND, "the thing does not exist any more", e);
                }
                throw e;
            }
        });
    }
}
