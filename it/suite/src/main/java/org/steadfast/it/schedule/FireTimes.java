package org.steadfast.it.schedule;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the database says of fires that were claimed from a time on, and of what was run on them. Each list names what is wrong, and is empty
 * where nothing is. Used by one thread.
 */
public final class FireTimes {
    private static final int SHOWN = 5;

    private final Connection connection;
    private final long from;

    /** @param from epoch milliseconds: earlier fire times are not looked at */
    public FireTimes(Connection connection, long from) {
        this.connection = connection;
        this.from = from;
    }

    /**
     * Fire times that are missing between the first and the last of a schedule that fires every so many milliseconds, each time.
     *
     * @param name {@code like} pattern of the names of the things
     */
    public List<String> gaps(String name, long millis) throws SQLException {
        return rows("""
                select e.name || ': nothing between ' || before || ' and ' || fire_time || ', ' || (fire_time - before) || ' ms'
                from (select thing_id, fire_time, lag(fire_time) over (partition by thing_id order by fire_time) as before
                    from schedule_fire where fire_time >= ?) as f
                join entity as e on e.id = f.thing_id
                where e.name like ? and fire_time - before <> ? order by fire_time""", from, name, millis);
    }

    /**
     * Fires that were claimed before their time by the database's clock.
     *
     * @param millis so much too early is no mistake: a clock is known as well as its answers are quick
     */
    public List<String> early(long millis) throws SQLException {
        return rows("""
                select e.name || ' at ' || fire_time || ', claimed ' || fire_time - claimed || ' ms early by ' || node
                from schedule_fire as f join entity as e on e.id = f.thing_id
                where fire_time >= ? and claimed < fire_time - ? order by fire_time""", from, millis);
    }

    /** Fires of an epoch that were claimed after those of a greater one. */
    public List<String> epochsOutOfOrder() throws SQLException {
        return rows("""
                select 'epoch ' || epoch || ' claimed ' || fire_time || ' at ' || claimed || ', after epoch ' || greatest
                from (select epoch, fire_time, claimed, max(epoch) over (order by claimed
                        rows between unbounded preceding and 1 preceding) as greatest,
                        max(claimed) over (order by claimed rows between unbounded preceding and 1 preceding) as latest
                    from schedule_fire where fire_time >= ?) as f
                where epoch < greatest and claimed > latest""", from);
    }

    /**
     * Fires that a subscription was told of and has not run on to the end. Those of before the time from which fires are looked at may be
     * without a run: who was only just subscribing need not hear of them.
     *
     * @param hearer what the names of things that subscribe begin with; the name of the thing that fires follows
     * @param until epoch milliseconds: later fire times are not looked at
     */
    public List<String> notRun(String hearer, long until) throws SQLException {
        return rows("""
                select e.name || ' at ' || f.fire_time || ', claimed ' || f.claimed - f.fire_time || ' ms late by ' || f.node
                    || ', begun by ' || coalesce(r.node, 'nobody')
                    || ', in the journal: ' || exists (select from event_journal as j where j.thing_id = f.thing_id
                        and j.old_time = f.fire_time)
                from schedule_fire as f join entity as e on e.id = f.thing_id
                left join schedule_run as r on (r.thing_id, r.fire_time) = (f.thing_id, f.fire_time)
                where f.fate = 'TOLD' and f.fire_time between ? and ? and r.ended is null
                    and exists (select from entity as h where h.name = ? || e.name)
                order by f.fire_time""", from, until, hearer);
    }

    /**
     * Runs that did not end, or of which it is not known how.
     *
     * @param until epoch milliseconds: later fires may have runs under way
     */
    public List<String> unfinished(long until) throws SQLException {
        return rows(
                "select subscriber || ' on ' || fire_time || ' by ' || node || ': ' || outcome || ' ' || error"
                        + " from schedule_run where fire_time between ? and ? and outcome <> 'SUCCEEDED'",
                from,
                until);
    }

    /** How long after the fire time each fire was claimed, in milliseconds: one line of figures. */
    public String lateness() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                select count(*), count(distinct epoch),
                    percentile_disc(0.5) within group (order by claimed - fire_time),
                    percentile_disc(0.99) within group (order by claimed - fire_time), max(claimed - fire_time)
                from schedule_fire where fire_time >= ?""")) {
            statement.setLong(1, from);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return String.format(
                        Locale.ROOT,
                        "%d fires under %d epochs, late by %d ms (p50), %d ms (p99), %d ms (most)",
                        rows.getLong(1),
                        rows.getLong(2),
                        rows.getLong(3),
                        rows.getLong(4),
                        rows.getLong(5));
            }
        }
    }

    /** The first lines of what a query finds, and how many there are. */
    private List<String> rows(String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            List<String> lines = new ArrayList<>();
            int all = 0;
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    if (all++ < SHOWN) {
                        lines.add(rows.getString(1));
                    }
                }
            }
            if (all > SHOWN) {
                lines.add("and " + (all - SHOWN) + " more");
            }
            return lines;
        }
    }
}
