package org.steadfast.persistence.postgres;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.steadfast.persistence.query.RowQuery;
import org.steadfast.persistence.store.RowWrite;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.StoredRow;
import org.steadfast.persistence.store.StreamStore;
import org.steadfast.persistence.store.TimeRange;

/** Entries in the table {@code stream_entry}. */
final class PostgresStreamStore implements StreamStore {
    private static final int LONGEST_SECONDS = PostgresDataTableStore.LONGEST_SECONDS;

    private static final String ADD = RowJson.SENT + """
            insert into stream_entry
                (id, thing_id, row_time, source, source_type, latitude, longitude, elevation, tags, content)
            select id, ?, row_time, source, source_type, latitude, longitude, elevation, tags, jsonb_strip_nulls(content)
            from sent""";

    private static final String UPDATE = RowJson.SENT + "update stream_entry as r set "
            + RowJson.CHANGED.formatted("sent") + " from sent where r.thing_id = ? and r.id = ?";

    private static final String ENTRIES =
            "select id, '', row_time, source, source_type, latitude, longitude, elevation,"
                    + " tags, content::text from stream_entry";

    private final Transactions transactions;

    PostgresStreamStore(DataSource pool) {
        this.transactions = new Transactions(pool);
    }

    @Override
    public void add(long thingId, List<RowWrite> entries) throws StoreException {
        transactions.run("adding stream entries", connection -> {
            RowSql sql = new RowSql().add(ADD, RowJson.write(entries), thingId);
            try (PreparedStatement statement = sql.prepare(connection, LONGEST_SECONDS)) {
                return statement.executeUpdate();
            } catch (SQLException e) {
                if (SqlErrors.isForeignKeyViolation(e)) {
                    throw new StoreException(StoreException.Kind.NOT_FOUND, "the thing does not exist any more", e);
                }
                throw e;
            }
        });
    }

    @Override
    public List<StoredRow> query(long thingId, TimeRange range, boolean oldestFirst, RowQuery query)
            throws StoreException {
        RowSql sql = new RowSql()
                .add(
                        ENTRIES + " where thing_id = ? and row_time between ? and ? and ",
                        thingId,
                        range.from(),
                        range.to())
                .where(query.filter())
                .orderBy(query.sorts(), oldestFirst ? "row_time, id" : "row_time desc, id desc")
                .add(" limit ?", query.limit());
        return read(sql);
    }

    @Override
    public Optional<StoredRow> find(long thingId, long id) throws StoreException {
        return read(new RowSql().add(ENTRIES + " where thing_id = ? and id = ?", thingId, id)).stream()
                .findFirst();
    }

    private List<StoredRow> read(RowSql sql) throws StoreException {
        return transactions.run("querying stream entries", connection -> {
            try (PreparedStatement statement = sql.prepare(connection, LONGEST_SECONDS)) {
                return RowReading.all(statement);
            }
        });
    }

    @Override
    public long count(long thingId) throws StoreException {
        RowSql sql = new RowSql().add("select count(*) from stream_entry where thing_id = ?", thingId);
        return transactions.run("counting stream entries", connection -> {
            try (PreparedStatement statement = sql.prepare(connection, LONGEST_SECONDS);
                    ResultSet counted = statement.executeQuery()) {
                counted.next();
                return counted.getLong(1);
            }
        });
    }

    @Override
    public boolean update(long thingId, long id, RowWrite change) throws StoreException {
        return updated("changing a stream entry", new RowSql().add(UPDATE, RowJson.write(List.of(change)), thingId, id))
                > 0;
    }

    @Override
    public boolean delete(long thingId, long id) throws StoreException {
        return updated(
                        "deleting a stream entry",
                        new RowSql().add("delete from stream_entry where thing_id = ? and id = ?", thingId, id))
                > 0;
    }

    @Override
    public long purge(long thingId, TimeRange range) throws StoreException {
        return updated(
                "purging stream entries",
                new RowSql()
                        .add(
                                "delete from stream_entry where thing_id = ? and row_time between ? and ?",
                                thingId,
                                range.from(),
                                range.to()));
    }

    private long updated(String what, RowSql sql) throws StoreException {
        return transactions.run(what, connection -> {
            try (PreparedStatement statement = sql.prepare(connection, LONGEST_SECONDS)) {
                return statement.executeLargeUpdate();
            }
        });
    }
}
