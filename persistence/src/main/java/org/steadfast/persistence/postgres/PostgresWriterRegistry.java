package org.steadfast.persistence.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.StoredValue;
import org.steadfast.persistence.store.WriterId;
import org.steadfast.persistence.store.WriterLane;
import org.steadfast.persistence.store.WriterRegistry;

/** Writers in the table {@code writer_batch}. */
final class PostgresWriterRegistry implements WriterRegistry {
    /** Rows that a former claim with more slots left are given up, so that the number of rows is the number of slots. */
    private static final String CLAIM = """
            with former as (
                delete from writer_batch where node = ? and lane = ? and slot >= ? and incarnation < ?
            )
            insert into writer_batch as b (node, lane, slot, incarnation)
            select ?, ?, slot, ? from generate_series(0, ? - 1) as slot
            on conflict (node, lane, slot) do update
                set incarnation = excluded.incarnation, renewal = 0, fenced = false, things = '{}'
                where b.incarnation < excluded.incarnation""";

    private static final String FENCE =
            "update writer_batch set fenced = true where node = ? and incarnation <= ? returning things";
    private static final String UNSETTLED =
            "select node, max(incarnation) from writer_batch where fenced and things <> '{}' group by node";
    private static final String ACTIVE = "select distinct node, incarnation from writer_batch where not fenced";
    private static final String SETTLED =
            "update writer_batch set things = '{}' where node = ? and incarnation <= ? and fenced and things <> '{}'";
    private static final String VALUES_OF = """
            select p.thing_id, p.property, p.value, p.value_time, p.quality, p.version
            from property_value as p where p.thing_id = any (?::bigint[])""";

    private final DataSource pool;
    private final DataSource direct;
    private final BatchSql sql;

    /**
     * @param direct gives connections that live as long as a lane does and do not count among the pool's
     * @param history where lanes put it
     */
    PostgresWriterRegistry(DataSource pool, DataSource direct, HistoryTarget history) {
        this.sql = BatchSql.of(history);
        this.pool = pool;
        this.direct = direct;
    }

    @Override
    public WriterId register(String node) throws StoreException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement("select nextval('writer_incarnation')");
                ResultSet rows = statement.executeQuery()) {
            rows.next();
            return new WriterId(node, rows.getLong(1));
        } catch (SQLException e) {
            throw SqlErrors.translate("registering the writer " + node, e);
        }
    }

    @Override
    public WriterLane openLane(WriterId writer, int lane, int slots) throws StoreException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(CLAIM)) {
            statement.setString(1, writer.node());
            statement.setInt(2, lane);
            statement.setInt(3, slots);
            statement.setLong(4, writer.incarnation());
            statement.setString(5, writer.node());
            statement.setInt(6, lane);
            statement.setLong(7, writer.incarnation());
            statement.setInt(8, slots);
            int claimed = statement.executeUpdate();
            ReplicatedCommit.require(statement);
            if (claimed != slots) {
                throw new StoreException(
                        StoreException.Kind.FENCED,
                        "node " + writer.node() + ", lane " + lane
                                + " is held by a later start of this node, or by this one already");
            }
            return new PostgresWriterLane(direct, sql, writer, lane, slots);
        } catch (SQLException e) {
            throw SqlErrors.translate("claiming lane " + lane, e);
        }
    }

    @Override
    public Set<Long> fence(WriterId writer) throws StoreException {
        Set<Long> things = new TreeSet<>();
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(FENCE)) {
            statement.setString(1, writer.node());
            statement.setLong(2, writer.incarnation());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    things.addAll(List.of((Long[]) rows.getArray(1).getArray()));
                }
            }
            ReplicatedCommit.require(statement);
            return things;
        } catch (SQLException e) {
            throw SqlErrors.translate("fencing the writer " + writer.node(), e);
        }
    }

    @Override
    public List<WriterId> active() throws StoreException {
        return writers(ACTIVE, "looking for writers");
    }

    @Override
    public List<WriterId> unsettled() throws StoreException {
        return writers(UNSETTLED, "looking for writers that left something behind");
    }

    private List<WriterId> writers(String sql, String what) throws StoreException {
        List<WriterId> writers = new ArrayList<>();
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                writers.add(new WriterId(rows.getString(1), rows.getLong(2)));
            }
            return writers;
        } catch (SQLException e) {
            throw SqlErrors.translate(what, e);
        }
    }

    @Override
    public List<StoredValue> valuesOf(Collection<Long> things) throws StoreException {
        List<StoredValue> values = new ArrayList<>();
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(VALUES_OF)) {
            statement.setArray(1, connection.createArrayOf("bigint", things.toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    values.add(PostgresPropertyStore.read(rows));
                }
            }
            return values;
        } catch (SQLException e) {
            throw SqlErrors.translate("reading the values of " + things.size() + " things", e);
        }
    }

    @Override
    public void settled(WriterId writer) throws StoreException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(SETTLED)) {
            statement.setString(1, writer.node());
            statement.setLong(2, writer.incarnation());
            statement.executeUpdate();
            ReplicatedCommit.require(statement);
        } catch (SQLException e) {
            throw SqlErrors.translate("settling the writer " + writer.node(), e);
        }
    }
}
