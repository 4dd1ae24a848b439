package org.steadfast.persistence.postgres;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.steadfast.persistence.store.FiredEvent;
import org.steadfast.persistence.store.ScheduleStore;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.WriterId;

/** Schedules in the tables {@code singleton}, {@code schedule_progress} and {@code schedule_fire}. */
final class PostgresScheduleStore implements ScheduleStore {
    private static final String NAME = "schedules";
    /** Epoch milliseconds, also within a transaction that has waited. */
    static final String CLOCK = "(extract(epoch from clock_timestamp()) * 1000)::bigint";

    private static final String LEAD = """
            insert into singleton as s (name, epoch, node, incarnation) values (?, 1, ?, ?)
            on conflict (name) do update
                set epoch = s.epoch + 1, node = excluded.node, incarnation = excluded.incarnation, taken = now()
            returning epoch""";

    /**
     * Holds the row until the transaction ends. Whoever waited for another leader's update sees the epoch as that one has left it.
     */
    private static final String LED =
            "with led as materialized (select from singleton where name = ? and epoch = ? for share)";

    private static final String BEGIN = LED + """
            , begun as (
                insert into schedule_progress as p (thing_id, plan, last_fire)
                select b.thing_id, b.plan, b.last_fire
                from led, unnest(?::bigint[], ?::text[], ?::bigint[]) as b(thing_id, plan, last_fire)
                where exists (select from entity as e where e.id = b.thing_id)
                on conflict (thing_id) do update set plan = excluded.plan, last_fire = excluded.last_fire
            )
            select count(*) from led""";

    private static final String END = LED + """
            , ended as (delete from schedule_progress using led where thing_id = any(?::bigint[]))
            select count(*) from led""";

    /** One row for the leadership, one for each schedule that went on, one for each entry of the journal. */
    private static final String CLAIM = LED + """
            , moved as (
                update schedule_progress as p set last_fire = c.up_to
                from led, unnest(?::bigint[], ?::bigint[], ?::bigint[]) as c(thing_id, after, up_to)
                where p.thing_id = c.thing_id and p.last_fire = c.after
                returning p.thing_id
            ), due as (
                select * from unnest(?::bigint[], ?::bigint[], ?::integer[], ?::text[], ?::text[], ?::bytea[], ?::text[])
                    with ordinality as d(thing_id, fire_time, missed, thing, event, body, fate, place)
            ), fired as (
                insert into schedule_fire (thing_id, fire_time, epoch, node, claimed, missed, fate)
                select d.thing_id, d.fire_time, ?, ?, %1$s, d.missed, d.fate from due as d join moved using (thing_id)
                on conflict do nothing
                returning thing_id, fire_time
            ), told as (
                insert into event_journal (node, incarnation, thing_id, thing, event, property, old_time, body)
                select ?, ?, d.thing_id, d.thing, d.event, '', d.fire_time, d.body
                from due as d join fired using (thing_id, fire_time) where d.fate = 'TOLD' order by d.place
                returning id, thing_id, old_time
            )
            select 0, %1$s, 0, 0 from led
            union all select 1, thing_id, 0, 0 from moved
            union all select 2, thing_id, old_time, id from told""".formatted(CLOCK);

    private static final String PROGRESS = "select thing_id, plan, last_fire from schedule_progress where ";

    private final DataSource pool;
    private final Statements statements;

    PostgresScheduleStore(DataSource pool) {
        this.pool = pool;
        this.statements = new Statements(pool);
    }

    @Override
    public long lead(WriterId leader) throws StoreException {
        return statements
                .rows(
                        "taking the singleton role",
                        LEAD,
                        row -> row.getLong(1),
                        NAME,
                        leader.node(),
                        leader.incarnation())
                .get(0);
    }

    @Override
    public Optional<Leadership> leadership() throws StoreException {
        return statements
                .rows(
                        "looking for the singleton",
                        "select epoch, node, (extract(epoch from taken) * 1000)::bigint from singleton where name = ?",
                        row -> new Leadership(row.getLong(1), row.getString(2), row.getLong(3)),
                        NAME)
                .stream()
                .findFirst();
    }

    @Override
    public long now() throws StoreException {
        return statements
                .rows("asking for the time", "select " + CLOCK, row -> row.getLong(1))
                .get(0);
    }

    @Override
    public List<Progress> progress(long afterThing, int limit) throws StoreException {
        return statements.rows(
                "reading how far schedules are",
                PROGRESS + "thing_id > ? order by thing_id limit ?",
                PostgresScheduleStore::progress,
                afterThing,
                limit);
    }

    @Override
    public List<Progress> progress(Collection<Long> things) throws StoreException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement =
                        connection.prepareStatement(PROGRESS + "thing_id = any(?::bigint[]) order by thing_id")) {
            statement.setArray(1, numbers(connection, things));
            List<Progress> found = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(progress(rows));
                }
            }
            return found;
        } catch (SQLException e) {
            throw SqlErrors.translate("reading how far schedules are", e);
        }
    }

    private static Progress progress(ResultSet row) throws SQLException {
        return new Progress(row.getLong(1), row.getString(2), row.getLong(3));
    }

    private static Array numbers(Connection connection, Collection<Long> numbers) throws SQLException {
        return connection.createArrayOf("bigint", numbers.toArray());
    }

    @Override
    public void begin(long epoch, List<Progress> schedules) throws StoreException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(BEGIN)) {
            led(statement, epoch);
            statement.setArray(
                    3,
                    numbers(
                            connection,
                            schedules.stream().map(Progress::thingId).toList()));
            statement.setArray(
                    4,
                    connection.createArrayOf(
                            "text", schedules.stream().map(Progress::plan).toArray()));
            statement.setArray(
                    5,
                    numbers(
                            connection,
                            schedules.stream().map(Progress::lastFire).toList()));
            requireLed(statement, epoch);
        } catch (SQLException e) {
            throw SqlErrors.translate("beginning " + schedules.size() + " schedules", e);
        }
    }

    @Override
    public void end(long epoch, Collection<Long> things) throws StoreException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(END)) {
            led(statement, epoch);
            statement.setArray(3, numbers(connection, things));
            requireLed(statement, epoch);
        } catch (SQLException e) {
            throw SqlErrors.translate("ending " + things.size() + " schedules", e);
        }
    }

    private static void led(PreparedStatement statement, long epoch) throws SQLException {
        statement.setString(1, NAME);
        statement.setLong(2, epoch);
    }

    private static void requireLed(PreparedStatement statement, long epoch) throws SQLException, StoreException {
        try (ResultSet rows = statement.executeQuery()) {
            rows.next();
            if (rows.getInt(1) == 0) {
                throw fenced(epoch);
            }
        }
    }

    private static StoreException fenced(long epoch) {
        return new StoreException(
                StoreException.Kind.FENCED, "another node has taken the singleton role since epoch " + epoch);
    }

    @Override
    public Claimed claim(long epoch, WriterId writer, List<Claim> claims) throws StoreException {
        List<Fire> fires =
                claims.stream().flatMap(claim -> claim.fires().stream()).toList();
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(CLAIM)) {
            led(statement, epoch);
            statement.setArray(
                    3, numbers(connection, claims.stream().map(Claim::thingId).toList()));
            statement.setArray(
                    4, numbers(connection, claims.stream().map(Claim::after).toList()));
            statement.setArray(
                    5, numbers(connection, claims.stream().map(Claim::upTo).toList()));
            fill(connection, statement, fires);
            statement.setLong(13, epoch);
            statement.setString(14, writer.node());
            statement.setString(15, writer.node());
            statement.setLong(16, writer.incarnation());
            return claimed(epoch, statement, fires);
        } catch (SQLException e) {
            throw SqlErrors.translate("claiming " + fires.size() + " fires", e);
        }
    }

    private static void fill(Connection connection, PreparedStatement statement, List<Fire> fires) throws SQLException {
        List<FiredEvent> events = fires.stream().map(Fire::event).toList();
        statement.setArray(
                6, numbers(connection, events.stream().map(FiredEvent::thingId).toList()));
        statement.setArray(
                7, numbers(connection, events.stream().map(FiredEvent::time).toList()));
        statement.setArray(
                8,
                connection.createArrayOf(
                        "integer", fires.stream().map(Fire::missed).toArray()));
        statement.setArray(
                9,
                connection.createArrayOf(
                        "text", events.stream().map(FiredEvent::thing).toArray()));
        statement.setArray(
                10,
                connection.createArrayOf(
                        "text", events.stream().map(FiredEvent::event).toArray()));
        statement.setArray(
                11,
                connection.createArrayOf(
                        "bytea", events.stream().map(FiredEvent::data).toArray(byte[][]::new)));
        statement.setArray(
                12,
                connection.createArrayOf(
                        "text", fires.stream().map(fire -> fire.fate().name()).toArray()));
    }

    private record FireTime(long thingId, long time) {}

    private static Claimed claimed(long epoch, PreparedStatement statement, List<Fire> fires)
            throws SQLException, StoreException {
        long now = 0;
        Set<Long> moved = new HashSet<>();
        Map<FireTime, Long> journal = new LinkedHashMap<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                switch (rows.getInt(1)) {
                    case 0 -> now = rows.getLong(2);
                    case 1 -> moved.add(rows.getLong(2));
                    default -> journal.put(new FireTime(rows.getLong(2), rows.getLong(3)), rows.getLong(4));
                }
            }
        }
        if (now == 0) {
            throw fenced(epoch);
        }
        List<Told> told = new ArrayList<>(journal.size());
        for (Fire fire : fires) {
            FiredEvent event = fire.event();
            Long id = journal.get(new FireTime(event.thingId(), event.time()));
            if (id != null) {
                told.add(new Told(event, id));
            }
        }
        return new Claimed(now, moved, told);
    }
}
