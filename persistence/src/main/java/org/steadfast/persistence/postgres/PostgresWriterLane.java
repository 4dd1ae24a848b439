package org.steadfast.persistence.postgres;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.persistence.store.PropertyKey;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.StoredValue;
import org.steadfast.persistence.store.ValueWrite;
import org.steadfast.persistence.store.WriterId;
import org.steadfast.persistence.store.WriterLane;

/** A lane with one connection of its own. Each batch is one statement and one commit. */
final class PostgresWriterLane implements WriterLane {
    private static final Logger log = LoggerFactory.getLogger(PostgresWriterLane.class);
    /** For so long after its last use a connection is taken for good. */
    private static final long TRUSTED_NANOS = 500_000_000L;

    private static final int VALIDATION_SECONDS = 3;

    /**
     * The whole of a batch. It writes its slot's row first, which is its fence and tells of which things it has values; where it
     * may not, no value is written and the answer says so. The version is drawn in DO UPDATE, that is under the row's lock. A row that already has the same or a later stamp from its
     * device keeps its value; every row's resulting value comes back, so that the caller publishes what holds and not what it
     * sent.
     */
    private static final String WRITE = """
            with fence as (
                update writer_batch set things = ?::bigint[]
                where node = ? and lane = ? and slot = ? and incarnation = ? and renewal = ? and not fenced returning 1
            ), written as (
                insert into property_value as p
                    (thing_id, property, value, value_time, quality, version, source_epoch, source_sequence)
                select u.thing_id, u.property, u.value, u.value_time, u.quality, nextval('property_version'), u.epoch, u.seq
                from unnest(?::bigint[], ?::text[], ?::bytea[], ?::bigint[], ?::text[], ?::bigint[], ?::bigint[])
                    as u(thing_id, property, value, value_time, quality, epoch, seq)
                where exists (select 1 from fence)
                on conflict (thing_id, property) do update set
                    (value, value_time, quality, version, source_epoch, source_sequence) = (
                        select excluded.value, excluded.value_time, excluded.quality, nextval('property_version'),
                            greatest(excluded.source_epoch, p.source_epoch),
                            case when excluded.source_epoch = 0 then p.source_sequence else excluded.source_sequence end
                        where excluded.source_epoch = 0
                            or (excluded.source_epoch, excluded.source_sequence) > (p.source_epoch, p.source_sequence)
                        union all
                        select p.value, p.value_time, p.quality, p.version, p.source_epoch, p.source_sequence
                        where not (excluded.source_epoch = 0
                            or (excluded.source_epoch, excluded.source_sequence) > (p.source_epoch, p.source_sequence)))
                returning p.thing_id, p.property, p.value, p.value_time, p.quality, p.version
            )
            select w.*, exists (select 1 from fence) from (values (1)) as one(x) left join written as w on true""";

    private static final String RENEW = """
            update writer_batch set renewal = ?
            where node = ? and lane = ? and incarnation = ? and renewal in (?, ?) and not fenced""";

    private static final String READ = """
            select p.thing_id, p.property, p.value, p.value_time, p.quality, p.version
            from unnest(?::bigint[], ?::text[]) as u(thing_id, property) join property_value as p using (thing_id, property)""";

    private final DataSource source;
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
    /** By {@link System#nanoTime()}; used by the same thread. */
    private long lastUsed;

    PostgresWriterLane(DataSource source, WriterId writer, int lane, int slots) {
        this.source = source;
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
            write = connection.prepareStatement(WRITE);
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
            if (renewing.executeUpdate() != slots) {
                throw new StoreException(
                        StoreException.Kind.FENCED,
                        "node " + writer.node() + ", lane " + lane + " was fenced while it had no connection");
            }
        }
        renewal++;
    }

    @Override
    public List<StoredValue> write(int slot, List<ValueWrite> batch) throws StoreException {
        open();
        try {
            fill(slot, batch);
            try (ResultSet rows = write.executeQuery()) {
                List<StoredValue> values = new ArrayList<>(batch.size());
                boolean allowed = false;
                while (rows.next()) {
                    allowed = rows.getBoolean(7);
                    rows.getLong(1);
                    if (!rows.wasNull()) {
                        values.add(PostgresPropertyStore.read(rows));
                    }
                }
                if (!allowed) {
                    throw new StoreException(
                            StoreException.Kind.FENCED,
                            "node " + writer.node() + ", lane " + lane + " was fenced: nothing was written");
                }
                return values;
            }
        } catch (SQLException e) {
            throw failed("writing " + batch.size() + " values", e);
        }
    }

    private void fill(int slot, List<ValueWrite> batch) throws SQLException {
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
        write.setArray(1, array("bigint", Arrays.stream(things).distinct().toArray()));
        write.setString(2, writer.node());
        write.setInt(3, lane);
        write.setInt(4, slot);
        write.setLong(5, writer.incarnation());
        write.setLong(6, renewal);
        write.setArray(7, array("bigint", things));
        write.setArray(8, array("text", properties));
        write.setArray(9, array("bytea", values));
        write.setArray(10, array("bigint", times));
        write.setArray(11, array("text", qualities));
        write.setArray(12, array("bigint", epochs));
        write.setArray(13, array("bigint", sequences));
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
