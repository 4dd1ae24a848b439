package org.steadfast.persistence.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.persistence.store.Before;
import org.steadfast.persistence.store.EventJournal;
import org.steadfast.persistence.store.FiredEvent;
import org.steadfast.persistence.store.JournalEntry;
import org.steadfast.persistence.store.PropertyKey;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.WriterId;
import org.steadfast.protocol.wire.CodecException;

/** The journal in the table {@code event_journal}. */
final class PostgresEventJournal implements EventJournal {
    private static final String APPEND = """
            insert into event_journal (node, incarnation, thing_id, thing, event, property, old_time, body)
            select ?, ?, e.thing_id, e.thing, e.event, e.property, e.time, e.body
            from unnest(?::bigint[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::bytea[])
                with ordinality as e(thing_id, thing, event, property, time, body, place)
            order by e.place returning id""";

    private static final String REMOVE = "delete from event_journal where id = any (?::bigint[])";

    /** A lane that was fenced is looked after until its values are visible; only then may anybody be told of them. */
    private static final String TAKE_OVER = """
            with left_alone as (
                select id from event_journal as j
                where (j.node, j.incarnation) <> (?, ?) and not exists (
                        select 1 from writer_batch as b where b.node = j.node and b.incarnation = j.incarnation
                            and (not b.fenced or b.things <> '{}'))
                    or (j.node, j.incarnation) = (?, ?) and j.created < now() - ? * interval '1 millisecond'
                        and j.id <> all (?::bigint[])
                order by id limit ? for update skip locked
            )
            update event_journal as j set node = ?, incarnation = ?, created = now()
            from left_alone as l where l.id = j.id
            returning j.id, j.thing_id, j.thing, j.event, j.property,
                j.old_value, j.old_time, j.old_quality, j.old_epoch, j.old_sequence, j.body""";

    private static final String HAND_OVER =
            "update event_journal set node = '', incarnation = 0 where node = ? and incarnation = ?";

    private static final Logger log = LoggerFactory.getLogger(PostgresEventJournal.class);

    private final DataSource pool;

    PostgresEventJournal(DataSource pool) {
        this.pool = pool;
    }

    @Override
    public List<Long> append(WriterId writer, List<FiredEvent> events) throws StoreException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(APPEND)) {
            statement.setString(1, writer.node());
            statement.setLong(2, writer.incarnation());
            statement.setArray(
                    3, SqlArray.each("bigint", events, FiredEvent::thingId).on(connection));
            statement.setArray(
                    4, SqlArray.each("text", events, FiredEvent::thing).on(connection));
            statement.setArray(
                    5, SqlArray.each("text", events, FiredEvent::event).on(connection));
            statement.setArray(
                    6, SqlArray.each("text", events, FiredEvent::property).on(connection));
            statement.setArray(
                    7, SqlArray.each("bigint", events, FiredEvent::time).on(connection));
            statement.setArray(8, SqlArray.bytes(events, FiredEvent::data).on(connection));
            List<Long> ids = new ArrayList<>(events.size());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    ids.add(rows.getLong(1));
                }
            }
            ReplicatedCommit.require(statement);
            // Numbers are drawn in the order of the rows.
            ids.sort(Comparator.naturalOrder());
            return ids;
        } catch (SQLException e) {
            throw SqlErrors.translate("writing " + events.size() + " events down", e);
        }
    }

    @Override
    public void remove(Collection<Long> ids) throws StoreException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(REMOVE)) {
            statement.setArray(1, connection.createArrayOf("bigint", ids.toArray()));
            statement.executeUpdate();
            ReplicatedCommit.require(statement);
        } catch (SQLException e) {
            throw SqlErrors.translate("removing " + ids.size() + " events that were heard", e);
        }
    }

    @Override
    public List<JournalEntry> takeOver(WriterId writer, Collection<Long> known, Duration unknownAfter, int limit)
            throws StoreException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(TAKE_OVER)) {
            statement.setString(1, writer.node());
            statement.setLong(2, writer.incarnation());
            statement.setString(3, writer.node());
            statement.setLong(4, writer.incarnation());
            statement.setLong(5, unknownAfter.toMillis());
            statement.setArray(6, connection.createArrayOf("bigint", known.toArray()));
            statement.setInt(7, limit);
            statement.setString(8, writer.node());
            statement.setLong(9, writer.incarnation());
            List<JournalEntry> entries = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    try {
                        entries.add(read(rows));
                    } catch (CodecException e) {
                        // One that a newer version has written, perhaps; the others must not wait for it.
                        log.error(
                                "JOURNAL_UNREADABLE: entry {} of the event journal cannot be read, and stays there",
                                rows.getLong(1),
                                e);
                    }
                }
            }
            entries.sort(Comparator.comparingLong(JournalEntry::id));
            return entries;
        } catch (SQLException e) {
            throw SqlErrors.translate("taking over events that nobody looks after", e);
        }
    }

    private static JournalEntry read(ResultSet row) throws SQLException, CodecException {
        long id = row.getLong(1);
        PropertyKey key = new PropertyKey(row.getLong(2), row.getString(5));
        String thing = row.getString(3);
        String event = row.getString(4);
        byte[] body = row.getBytes(11);
        if (!event.isEmpty()) {
            return new JournalEntry.Fired(
                    id, new FiredEvent(key.thingId(), thing, event, key.property(), row.getLong(7), body));
        }
        return new JournalEntry.Changes(id, FollowedCodec.decode(key, thing, body), before(row, 6));
    }

    /** Reads what held before: value, time, quality, epoch, sequence. */
    static Before before(ResultSet row, int from) throws SQLException {
        byte[] value = row.getBytes(from);
        return new Before(
                value == null
                        ? Optional.empty()
                        : Optional.of(new Before.Old(value, row.getLong(from + 1), row.getString(from + 2))),
                row.getLong(from + 3),
                row.getLong(from + 4));
    }

    @Override
    public void handOver(WriterId writer) throws StoreException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(HAND_OVER)) {
            statement.setString(1, writer.node());
            statement.setLong(2, writer.incarnation());
            statement.executeUpdate();
            ReplicatedCommit.require(statement);
        } catch (SQLException e) {
            throw SqlErrors.translate("handing events over", e);
        }
    }
}
