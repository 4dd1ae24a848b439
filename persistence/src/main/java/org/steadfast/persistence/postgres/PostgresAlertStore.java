package org.steadfast.persistence.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import javax.sql.DataSource;
import org.steadfast.persistence.store.AlertEvent;
import org.steadfast.persistence.store.AlertKey;
import org.steadfast.persistence.store.AlertRecord;
import org.steadfast.persistence.store.AlertState;
import org.steadfast.persistence.store.AlertStore;
import org.steadfast.persistence.store.FiredEvent;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.WriterId;

/** Alerts in the tables {@code alert_state} and {@code alert_history}. */
final class PostgresAlertStore implements AlertStore {
    private static final String COLUMNS =
            "property, alert, active, since, value, acknowledged, acknowledged_by, acknowledged_at, message";

    /** Ends of the statements that change something: only where that was done, the history and the journal get their rows. */
    private static final String RECORDED = """
            , recorded as (
                insert into alert_history (thing_id, property, alert, what, at, value, actor, message)
                select ?, ?, ?, ?, ?, value, ?, ? from changed
            )
            insert into event_journal (node, incarnation, thing_id, thing, event, property, old_time, body)
            select ?, ?, ?, ?, ?, ?, ?, ? from changed returning id""";

    /** An alert that was never raised cannot be reset. */
    private static final String CHANGE = """
            with changed as (
                insert into alert_state as s (thing_id, property, alert, active, since, value)
                select t.id, ?, ?, ?, ?, ? from entity as t where t.id = ?
                    and (? or exists (select 1 from alert_state as p where (p.thing_id, p.property, p.alert) = (?, ?, ?)))
                on conflict (thing_id, property, alert) do update
                    set active = excluded.active, since = excluded.since, value = excluded.value,
                        acknowledged = case when excluded.active then false else s.acknowledged end,
                        acknowledged_by = case when excluded.active then '' else s.acknowledged_by end,
                        acknowledged_at = case when excluded.active then 0 else s.acknowledged_at end,
                        message = case when excluded.active then '' else s.message end
                    where s.active <> excluded.active
                returning value
            )""" + RECORDED;

    private static final String ACKNOWLEDGE = """
            with changed as (
                update alert_state set acknowledged = true, acknowledged_by = ?, acknowledged_at = ?, message = ?
                where thing_id = ? and property = ? and alert = ? and active and not acknowledged
                returning value
            )""" + RECORDED;

    private final DataSource pool;

    PostgresAlertStore(DataSource pool) {
        this.pool = pool;
    }

    @Override
    public List<AlertState> of(long thingId, String property) throws StoreException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "select " + COLUMNS + " from alert_state where thing_id = ? and property = ? order by alert")) {
            statement.setLong(1, thingId);
            statement.setString(2, property);
            return states(thingId, statement);
        } catch (SQLException e) {
            throw SqlErrors.translate("reading the alerts of a property", e);
        }
    }

    @Override
    public List<AlertState> of(long thingId) throws StoreException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "select " + COLUMNS + " from alert_state where thing_id = ? order by property, alert")) {
            statement.setLong(1, thingId);
            return states(thingId, statement);
        } catch (SQLException e) {
            throw SqlErrors.translate("reading the alerts of a thing", e);
        }
    }

    private static List<AlertState> states(long thingId, PreparedStatement statement) throws SQLException {
        List<AlertState> states = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                states.add(new AlertState(
                        new AlertKey(thingId, rows.getString(1), rows.getString(2)),
                        rows.getBoolean(3),
                        rows.getLong(4),
                        rows.getBytes(5),
                        rows.getBoolean(6),
                        rows.getString(7),
                        rows.getLong(8),
                        rows.getString(9)));
            }
        }
        return states;
    }

    @Override
    public OptionalLong change(AlertKey key, boolean active, long at, byte[] value, WriterId writer, FiredEvent event)
            throws StoreException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(CHANGE)) {
            statement.setString(1, key.property());
            statement.setString(2, key.alert());
            statement.setBoolean(3, active);
            statement.setLong(4, at);
            statement.setBytes(5, value);
            statement.setLong(6, key.thingId());
            statement.setBoolean(7, active);
            statement.setLong(8, key.thingId());
            statement.setString(9, key.property());
            statement.setString(10, key.alert());
            AlertEvent what = active ? AlertEvent.RAISED : AlertEvent.RESET;
            return record(statement, 11, key, what, at, "", "", writer, event);
        } catch (SQLException e) {
            throw SqlErrors.translate("changing the alert " + key, e);
        }
    }

    @Override
    public OptionalLong acknowledge(
            AlertKey key, String user, String message, long at, WriterId writer, FiredEvent event)
            throws StoreException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(ACKNOWLEDGE)) {
            statement.setString(1, user);
            statement.setLong(2, at);
            statement.setString(3, message);
            statement.setLong(4, key.thingId());
            statement.setString(5, key.property());
            statement.setString(6, key.alert());
            return record(statement, 7, key, AlertEvent.ACKNOWLEDGED, at, user, message, writer, event);
        } catch (SQLException e) {
            throw SqlErrors.translate("acknowledging the alert " + key, e);
        }
    }

    /** Fills what {@link #RECORDED} needs, and executes the whole. */
    private static OptionalLong record(
            PreparedStatement statement,
            int from,
            AlertKey key,
            AlertEvent what,
            long at,
            String actor,
            String message,
            WriterId writer,
            FiredEvent event)
            throws SQLException {
        int i = from;
        statement.setLong(i++, key.thingId());
        statement.setString(i++, key.property());
        statement.setString(i++, key.alert());
        statement.setString(i++, what.name());
        statement.setLong(i++, at);
        statement.setString(i++, actor);
        statement.setString(i++, message);
        statement.setString(i++, writer.node());
        statement.setLong(i++, writer.incarnation());
        statement.setLong(i++, event.thingId());
        statement.setString(i++, event.thing());
        statement.setString(i++, event.event());
        statement.setString(i++, event.property());
        statement.setLong(i++, event.time());
        statement.setBytes(i, event.data());
        try (ResultSet rows = statement.executeQuery()) {
            ReplicatedCommit.require(statement);
            return rows.next() ? OptionalLong.of(rows.getLong(1)) : OptionalLong.empty();
        }
    }

    @Override
    public void forget(AlertKey key) throws StoreException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "delete from alert_state where thing_id = ? and property = ? and alert = ?")) {
            statement.setLong(1, key.thingId());
            statement.setString(2, key.property());
            statement.setString(3, key.alert());
            statement.executeUpdate();
            ReplicatedCommit.require(statement);
        } catch (SQLException e) {
            throw SqlErrors.translate("forgetting the alert " + key, e);
        }
    }

    @Override
    public List<AlertRecord> history(long thingId, long from, long to, boolean oldestFirst, int limit)
            throws StoreException {
        String order = oldestFirst ? "asc" : "desc";
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "select id, property, alert, what, at, value, actor, message from alert_history"
                                + " where thing_id = ? and at between ? and ? order by at " + order + ", id " + order
                                + " limit ?")) {
            statement.setLong(1, thingId);
            statement.setLong(2, from);
            statement.setLong(3, to);
            statement.setInt(4, limit);
            List<AlertRecord> records = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    records.add(new AlertRecord(
                            rows.getLong(1),
                            new AlertKey(thingId, rows.getString(2), rows.getString(3)),
                            AlertEvent.valueOf(rows.getString(4)),
                            rows.getLong(5),
                            rows.getBytes(6),
                            rows.getString(7),
                            rows.getString(8)));
                }
            }
            return records;
        } catch (SQLException e) {
            throw SqlErrors.translate("reading the history of alerts", e);
        }
    }
}
