package org.steadfast.persistence.postgres;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.persistence.store.FollowedWrites;
import org.steadfast.persistence.store.PropertyKey;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.StoredValue;
import org.steadfast.persistence.store.ValueWrite;
import org.steadfast.persistence.store.WriterId;
import org.steadfast.persistence.store.WriterLane;
import org.steadfast.persistence.store.Written;

/** A lane with one connection of its own. Each batch is one statement and one commit. */
final class PostgresWriterLane implements WriterLane {
    private static final Logger log = LoggerFactory.getLogger(PostgresWriterLane.class);
    /** For so long after its last use a connection is taken for good. */
    private static final long TRUSTED_NANOS = 500_000_000L;

    private static final int VALIDATION_SECONDS = 3;

    private static final String DEADLOCK = "40P01";
    private static final int MOST_ATTEMPTS = 3;

    /** Where the parameters of history begin: after those that every batch has. */
    private static final int FIRST_OF_HISTORY = 14;

    private static final int FIRST_OF_JOURNAL = FIRST_OF_HISTORY + HistoryInsert.PARAMETERS;

    private static final String RENEW = """
            update writer_batch set renewal = ?
            where node = ? and lane = ? and incarnation = ? and renewal in (?, ?) and not fenced""";

    private static final String READ = """
            select p.thing_id, p.property, p.value, p.value_time, p.quality, p.version
            from unnest(?::bigint[], ?::text[]) as u(thing_id, property) join property_value as p using (thing_id, property)""";

    private final DataSource source;
    private final BatchSql sql;
    private final WriterId writer;
    private final int lane;
    private final int slots;
    /** Tells the statements of this connection from those of earlier ones; used by the one thread that uses the lane. */
    private long renewal;
    /** Whether a statement was lost on its way, and may still be running in the database; used by the lane's thread. */
    private boolean outcomeUnknown;
    /** Used by the one thread that uses the lane; null while there is no connection. */
    private Connection connection;

    private PreparedStatement write;
    private PreparedStatement writeLogged;
    private PreparedStatement writeFollowed;
    /** By {@link System#nanoTime()}; used by the same thread. */
    private long lastUsed;

    PostgresWriterLane(DataSource source, BatchSql sql, WriterId writer, int lane, int slots) {
        this.source = source;
        this.sql = sql;
        this.writer = writer;
        this.lane = lane;
        this.slots = slots;
    }

    @Override
    public void connect() throws StoreException {
        if (connection != null && System.nanoTime() - lastUsed > TRUSTED_NANOS && !isValid()) {
            disconnect();
        }
        open();
    }

    /** Asks the database: a connection that was idle may have ended with nobody noticing. */
    private boolean isValid() {
        try {
            return connection.isValid(VALIDATION_SECONDS);
        } catch (SQLException e) {
            log.debug("Lane {} lost its connection while it was idle", lane, e);
            return false;
        }
    }

    private void open() throws StoreException {
        lastUsed = System.nanoTime();
        if (connection != null) {
            return;
        }
        try {
            connection = source.getConnection();
            if (outcomeUnknown) {
                renew();
                outcomeUnknown = false;
            }
            write = connection.prepareStatement(sql.plain());
            writeLogged = connection.prepareStatement(sql.logged());
            writeFollowed = connection.prepareStatement(sql.followed());
        } catch (SQLException e) {
            disconnect();
            throw SqlErrors.translate("connecting lane " + lane, e);
        } catch (StoreException e) {
            disconnect();
            throw e;
        }
    }

    /**
     * Settles what became of a statement whose connection was lost: this waits until it has ended if it has its slot's row, and
     * keeps it from writing if it has not. Where a renewal is lost itself, its row count is found by the next one.
     */
    private void renew() throws SQLException, StoreException {
        try (PreparedStatement renewing = connection.prepareStatement(RENEW)) {
            renewing.setLong(1, renewal + 1);
            renewing.setString(2, writer.node());
            renewing.setInt(3, lane);
            renewing.setLong(4, writer.incarnation());
            renewing.setLong(5, renewal);
            renewing.setLong(6, renewal + 1);
            int renewed = renewing.executeUpdate();
            ReplicatedCommit.require(renewing);
            if (renewed != slots) {
                throw new StoreException(
                        StoreException.Kind.FENCED,
                        "node " + writer.node() + ", lane " + lane + " was fenced while it had no connection");
            }
        }
        renewal++;
    }

    @Override
    public Written write(int slot, List<ValueWrite> batch, List<FollowedWrites> followed) throws StoreException {
        open();
        try {
            List<FollowedWrites> heard =
                    followed.stream().filter(writes -> writes.follow().heard()).toList();
            PreparedStatement statement = followed.isEmpty() ? write : heard.isEmpty() ? writeLogged : writeFollowed;
            fill(statement, slot, batch);
            if (!followed.isEmpty()) {
                HistoryInsert.fill(statement, FIRST_OF_HISTORY, logged(followed));
            }
            if (!heard.isEmpty()) {
                fillJournal(statement, heard);
            }
            return execute(statement, heard);
        } catch (SQLException e) {
            throw failed("writing " + batch.size() + " values", e);
        }
    }

    /** A batch that the database has given up for another one is undone, and is written again. */
    private Written execute(PreparedStatement statement, List<FollowedWrites> heard)
            throws SQLException, StoreException {
        for (int attempt = 1; ; attempt++) {
            statement.clearWarnings();
            try (ResultSet rows = statement.executeQuery()) {
                ReplicatedCommit.require(statement);
                return read(rows, heard);
            } catch (SQLException e) {
                if (!DEADLOCK.equals(e.getSQLState()) || attempt == MOST_ATTEMPTS) {
                    throw e;
                }
                log.debug("Lane {}: a batch is written again", lane, e);
            }
        }
    }

    private Written read(ResultSet rows, List<FollowedWrites> followed) throws SQLException, StoreException {
        Map<PropertyKey, FollowedWrites> byKey = new HashMap<>();
        followed.forEach(writes -> byKey.put(writes.key(), writes));
        List<StoredValue> values = new ArrayList<>();
        List<Written.Followed> found = new ArrayList<>(followed.size());
        boolean allowed = false;
        while (rows.next()) {
            allowed = rows.getBoolean(7);
            rows.getLong(1);
            if (!rows.wasNull()) {
                StoredValue value = PostgresPropertyStore.read(rows);
                values.add(value);
                FollowedWrites writes = byKey.get(value.key());
                if (writes != null) {
                    found.add(new Written.Followed(writes, PostgresEventJournal.before(rows, 8), rows.getLong(13)));
                }
            }
        }
        if (!allowed) {
            throw new StoreException(
                    StoreException.Kind.FENCED,
                    "node " + writer.node() + ", lane " + lane + " was fenced: nothing was written");
        }
        return new Written(values, found);
    }

    private static List<ValueWrite> logged(List<FollowedWrites> followed) {
        return followed.stream()
                .filter(writes -> writes.follow().logged())
                .flatMap(writes -> writes.writes().stream())
                .toList();
    }

    private void fillJournal(PreparedStatement statement, List<FollowedWrites> followed) throws SQLException {
        List<FollowedWrites> durable =
                followed.stream().filter(writes -> writes.follow().durable()).toList();
        statement.setString(FIRST_OF_JOURNAL, writer.node());
        statement.setLong(FIRST_OF_JOURNAL + 1, writer.incarnation());
        statement.setArray(
                FIRST_OF_JOURNAL + 2,
                array(
                        "bigint",
                        durable.stream().map(writes -> writes.key().thingId()).toArray()));
        statement.setArray(
                FIRST_OF_JOURNAL + 3,
                array(
                        "text",
                        durable.stream().map(writes -> writes.follow().thing()).toArray()));
        statement.setArray(
                FIRST_OF_JOURNAL + 4,
                array(
                        "text",
                        durable.stream().map(writes -> writes.key().property()).toArray()));
        statement.setArray(
                FIRST_OF_JOURNAL + 5,
                array("bytea", durable.stream().map(FollowedCodec::encode).toArray(byte[][]::new)));
    }

    private void fill(PreparedStatement statement, int slot, List<ValueWrite> batch) throws SQLException {
        int size = batch.size();
        Long[] things = new Long[size];
        String[] properties = new String[size];
        byte[][] values = new byte[size][];
        Long[] times = new Long[size];
        String[] qualities = new String[size];
        Long[] epochs = new Long[size];
        Long[] sequences = new Long[size];
        for (int i = 0; i < size; i++) {
            ValueWrite entry = batch.get(i);
            things[i] = entry.key().thingId();
            properties[i] = entry.key().property();
            values[i] = entry.value();
            times[i] = entry.time();
            qualities[i] = entry.quality();
            epochs[i] = entry.epoch();
            sequences[i] = entry.sequence();
        }
        statement.setArray(1, array("bigint", Arrays.stream(things).distinct().toArray()));
        statement.setString(2, writer.node());
        statement.setInt(3, lane);
        statement.setInt(4, slot);
        statement.setLong(5, writer.incarnation());
        statement.setLong(6, renewal);
        statement.setArray(7, array("bigint", things));
        statement.setArray(8, array("text", properties));
        statement.setArray(9, array("bytea", values));
        statement.setArray(10, array("bigint", times));
        statement.setArray(11, array("text", qualities));
        statement.setArray(12, array("bigint", epochs));
        statement.setArray(13, array("bigint", sequences));
    }

    private Array array(String type, Object[] elements) throws SQLException {
        return connection.createArrayOf(type, elements);
    }

    @Override
    public List<StoredValue> read(Collection<PropertyKey> keys) throws StoreException {
        open();
        try (PreparedStatement read = connection.prepareStatement(READ)) {
            read.setArray(
                    1, array("bigint", keys.stream().map(PropertyKey::thingId).toArray()));
            read.setArray(
                    2, array("text", keys.stream().map(PropertyKey::property).toArray()));
            try (ResultSet rows = read.executeQuery()) {
                List<StoredValue> values = new ArrayList<>(keys.size());
                while (rows.next()) {
                    values.add(PostgresPropertyStore.read(rows));
                }
                return values;
            }
        } catch (SQLException e) {
            throw failed("reading " + keys.size() + " values", e);
        }
    }

    private StoreException failed(String what, SQLException e) {
        // Whatever happened, a fresh connection is the one state that is known.
        disconnect();
        outcomeUnknown = true;
        return SqlErrors.translate(what, e);
    }

    private void disconnect() {
        Connection old = connection;
        connection = null;
        write = null;
        writeLogged = null;
        writeFollowed = null;
        if (old != null) {
            try {
                old.close();
            } catch (SQLException e) {
                log.debug("Closing a broken connection", e);
            }
        }
    }

    @Override
    public void close() {
        disconnect();
    }
}
