package org.steadfast.persistence.postgres;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.steadfast.persistence.store.ScheduleRunStore;
import org.steadfast.persistence.store.ScheduleStore;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.WriterId;

/** Runs in the table {@code schedule_run}. */
final class PostgresScheduleRunStore implements ScheduleRunStore {
    private static final int LONGEST_ERROR = 2_000;
    /** Rows that one transaction removes. */
    private static final int REMOVED_AT_ONCE = 10_000;
    /** After so long no further transaction is begun. */
    private static final long LONGEST_REMOVAL_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** The update sees the table as it was before the insertion. */
    private static final String BEGIN = """
            with fire as (
                select from schedule_fire where thing_id = ? and fire_time = ?
            ), begun as (
                insert into schedule_run
                    (thing_id, fire_time, subscriber_id, subscription, subscriber, node, incarnation, started)
                select ?, ?, ?, ?, ?, ?, ?, %1$s from fire on conflict do nothing returning 1
            ), lost as (
                update schedule_run set outcome = 'LOST', ended = %1$s
                where thing_id = ? and fire_time = ? and subscriber_id = ? and subscription = ?
                    and outcome = 'RUNNING' and (node, incarnation) <> (?, ?)
            )
            select exists (select from fire), exists (select from begun), exists (select from schedule_run
                where thing_id = ? and fire_time = ? and subscriber_id = ? and subscription = ?
                    and outcome = 'RUNNING' and (node, incarnation) = (?, ?))""".formatted(PostgresScheduleStore.CLOCK);

    private static final String ENDED = """
            update schedule_run as r set outcome = e.outcome, error = e.error, ended = r.started + e.millis
            from unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::text[], ?::text[], ?::text[], ?::bigint[])
                as e(thing_id, fire_time, subscriber_id, subscription, outcome, error, millis)
            where (r.thing_id, r.fire_time, r.subscriber_id, r.subscription)
                    = (e.thing_id, e.fire_time, e.subscriber_id, e.subscription)
                and r.node = ? and r.incarnation = ?""";

    private static final String OWN =
            " where thing_id = ? and fire_time = ? and subscriber_id = ? and subscription = ? and node = ?"
                    + " and incarnation = ?";

    private static final String QUERY = """
            select f.fire_time, f.claimed, f.epoch, f.node, f.missed, f.fate,
                r.subscriber, r.subscription, r.node, r.started, r.ended, r.outcome, r.error
            from schedule_fire as f left join schedule_run as r using (thing_id, fire_time)
            where f.thing_id = ? and f.fire_time between ? and ?
            order by f.fire_time desc, r.started, r.subscriber, r.subscription limit ?""";

    private final Statements statements;

    PostgresScheduleRunStore(DataSource pool) {
        this.statements = new Statements(pool);
    }

    @Override
    public Start begin(RunKey run, String subscriber, WriterId runner) throws StoreException {
        return statements
                .rows(
                        "beginning a run of a schedule",
                        BEGIN,
                        row -> {
                            if (!row.getBoolean(1)) {
                                return Start.NO_FIRE;
                            }
                            if (row.getBoolean(2)) {
                                return Start.BEGUN;
                            }
                            return row.getBoolean(3) ? Start.BEGUN_BY_RUNNER : Start.BEGUN_BEFORE;
                        },
                        run.thingId(),
                        run.fireTime(),
                        run.thingId(),
                        run.fireTime(),
                        run.subscriberId(),
                        run.subscription(),
                        subscriber,
                        runner.node(),
                        runner.incarnation(),
                        run.thingId(),
                        run.fireTime(),
                        run.subscriberId(),
                        run.subscription(),
                        runner.node(),
                        runner.incarnation(),
                        run.thingId(),
                        run.fireTime(),
                        run.subscriberId(),
                        run.subscription(),
                        runner.node(),
                        runner.incarnation())
                .get(0);
    }

    @Override
    public void end(WriterId runner, List<Ended> runs) throws StoreException {
        statements.change(
                "ending " + runs.size() + " runs of schedules",
                ENDED,
                SqlArray.each("bigint", runs, ended -> ended.run().thingId()),
                SqlArray.each("bigint", runs, ended -> ended.run().fireTime()),
                SqlArray.each("bigint", runs, ended -> ended.run().subscriberId()),
                SqlArray.each("text", runs, ended -> ended.run().subscription()),
                SqlArray.each("text", runs, ended -> ended.outcome().name()),
                SqlArray.each("text", runs, ended -> storable(ended.error())),
                SqlArray.each("bigint", runs, Ended::millis),
                runner.node(),
                runner.incarnation());
    }

    private static String storable(String error) {
        String held = error.replace('\0', ' ');
        return held.length() > LONGEST_ERROR ? held.substring(0, LONGEST_ERROR) : held;
    }

    @Override
    public void withdraw(RunKey run, WriterId runner) throws StoreException {
        statements.change(
                "taking back a run of a schedule",
                "delete from schedule_run" + OWN + " and outcome = 'RUNNING'",
                run.thingId(),
                run.fireTime(),
                run.subscriberId(),
                run.subscription(),
                runner.node(),
                runner.incarnation());
    }

    @Override
    public List<FireRecord> query(long thingId, long from, long to, int limit) throws StoreException {
        return statements.rows(
                "reading the runs of a schedule", QUERY, PostgresScheduleRunStore::read, thingId, from, to, limit);
    }

    private static FireRecord read(ResultSet row) throws SQLException {
        return new FireRecord(
                row.getLong(1),
                row.getLong(2),
                row.getLong(3),
                row.getString(4),
                row.getInt(5),
                ScheduleStore.Fate.valueOf(row.getString(6)),
                run(row));
    }

    private static Optional<Run> run(ResultSet row) throws SQLException {
        String subscriber = row.getString(7);
        if (subscriber == null) {
            return Optional.empty();
        }
        long ended = row.getLong(11);
        return Optional.of(new Run(
                subscriber,
                row.getString(8),
                row.getString(9),
                row.getLong(10),
                ended == 0 ? OptionalLong.empty() : OptionalLong.of(ended),
                Outcome.valueOf(row.getString(12)),
                row.getString(13)));
    }

    @Override
    public long removeBefore(long time) throws StoreException {
        return removeBefore("schedule_run", "started", time) + removeBefore("schedule_fire", "claimed", time);
    }

    private long removeBefore(String table, String column, long time) throws StoreException {
        long begin = System.nanoTime();
        long removed = 0;
        int now;
        do {
            now = statements.change(
                    "removing old fires",
                    "delete from " + table + " where ctid = any(array(select ctid from " + table + " where " + column
                            + " < ? limit ?))",
                    time,
                    REMOVED_AT_ONCE);
            removed += now;
        } while (now == REMOVED_AT_ONCE && System.nanoTime() - begin < LONGEST_REMOVAL_NANOS);
        return removed;
    }
}
