package org.steadfast.persistence.postgres;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
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

    private final Statements statements;

    PostgresScheduleStore(DataSource pool) {
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
                        "select epoch, node from singleton where name = ?",
                        row -> new Leadership(row.getLong(1), row.getString(2)),
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
        return statements.rows(
                "reading how far schedules are",
                PROGRESS + "thing_id = any(?::bigint[]) order by thing_id",
                PostgresScheduleStore::progress,
                SqlArray.numbers(things));
    }

    private static Progress progress(ResultSet row) throws SQLException {
        return new Progress(row.getLong(1), row.getString(2), row.getLong(3));
    }

    @Override
    public void begin(long epoch, List<Progress> schedules) throws StoreException {
        change(
                epoch,
                "beginning " + schedules.size() + " schedules",
                BEGIN,
                SqlArray.each("bigint", schedules, Progress::thingId),
                SqlArray.each("text", schedules, Progress::plan),
                SqlArray.each("bigint", schedules, Progress::lastFire));
    }

    @Override
    public void end(long epoch, Collection<Long> things) throws StoreException {
        change(epoch, "ending " + things.size() + " schedules", END, SqlArray.numbers(things));
    }

    private void change(long epoch, String what, String sql, Object... arrays) throws StoreException {
        List<Object> parameters = new ArrayList<>(List.of(NAME, epoch));
        parameters.addAll(List.of(arrays));
        int led = statements
                .rows(what, sql, row -> row.getInt(1), parameters.toArray())
                .get(0);
        if (led == 0) {
            throw fenced(epoch);
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
        Collected collected = new Collected();
        var unused = statements.rows(
                "claiming " + fires.size() + " fires",
                CLAIM,
                collected::take,
                NAME,
                epoch,
                SqlArray.each("bigint", claims, Claim::thingId),
                SqlArray.each("bigint", claims, Claim::after),
                SqlArray.each("bigint", claims, Claim::upTo),
                SqlArray.each("bigint", fires, fire -> fire.event().thingId()),
                SqlArray.each("bigint", fires, fire -> fire.event().time()),
                SqlArray.each("integer", fires, Fire::missed),
                SqlArray.each("text", fires, fire -> fire.event().thing()),
                SqlArray.each("text", fires, fire -> fire.event().event()),
                SqlArray.bytes(fires, fire -> fire.event().data()),
                SqlArray.each("text", fires, fire -> fire.fate().name()),
                epoch,
                writer.node(),
                writer.node(),
                writer.incarnation());
        if (collected.now == 0) {
            throw fenced(epoch);
        }
        return collected.of(fires);
    }

    private record FireTime(long thingId, long time) {}

    /** The rows that {@link #CLAIM} gives. */
    private static final class Collected {
        private final Set<Long> moved = new HashSet<>();
        private final Map<FireTime, Long> journal = new HashMap<>();
        private long now;

        private boolean take(ResultSet row) throws SQLException {
            switch (row.getInt(1)) {
                case 0 -> now = row.getLong(2);
                case 1 -> moved.add(row.getLong(2));
                default -> journal.put(new FireTime(row.getLong(2), row.getLong(3)), row.getLong(4));
            }
            return true;
        }

        private Claimed of(List<Fire> fires) {
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
}
