package org.steadfast.persistence.influx;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.steadfast.persistence.store.DeletedThings;
import org.steadfast.persistence.store.HistoryEntry;
import org.steadfast.persistence.store.HistoryInterval;
import org.steadfast.persistence.store.HistoryNumbers;
import org.steadfast.persistence.store.HistoryOutbox;
import org.steadfast.persistence.store.HistoryStore;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.TimeRange;
import org.steadfast.persistence.store.ValueWrite;

/**
 * History in InfluxDB. It is written with the values it belongs to, into an outbox of their database, and moved from there; whoever asks
 * for history moves first what waits of it, so that he finds all that was acknowledged before. What InfluxDB cannot hold stays in the
 * database, and answers have both. Without InfluxDB, history is written and cannot be read. Safe for use by several threads.
 */
public final class InfluxHistoryStore implements HistoryStore {
    /** Each holds what InfluxDB sends at a time, and a connection to the database. */
    private static final int MOST_QUERIES = 4;

    private static final long PATIENCE_SECONDS = 3;
    /** For intervals of which a part is in either place, each of which takes queries of its own. */
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(6);

    private final InfluxHistory influx;
    private final HistoryStore kept;
    private final HistoryOutbox outbox;
    private final DeletedThings deleted;
    /** Taken by each query while it is answered. */
    private final Semaphore queries = new Semaphore(MOST_QUERIES);

    /**
     * Where the database keeps its part.
     *
     * @param kept what stays in the database; what is appended to it goes to the outbox as far as InfluxDB can hold it
     */
    public record Database(HistoryStore kept, HistoryOutbox outbox, DeletedThings deleted) {}

    /** Connects when there is something to do. */
    public InfluxHistoryStore(InfluxSettings settings, Database database) {
        this.influx = new InfluxHistory(new InfluxClient(settings));
        this.kept = database.kept();
        this.outbox = database.outbox();
        this.deleted = database.deleted();
    }

    /**
     * Moves the oldest entries that wait.
     *
     * @param most at most so many
     * @return how many there were
     */
    public int move(int most) throws StoreException {
        return outbox.move(most, influx);
    }

    /** @throws StoreException {@link StoreException.Kind#UNAVAILABLE} if InfluxDB does not answer */
    public void ping() throws StoreException {
        influx.ping();
    }

    @Override
    public void append(List<ValueWrite> values) throws StoreException {
        kept.append(values);
    }

    @Override
    public void scan(
            long thingId,
            Collection<String> properties,
            TimeRange range,
            boolean oldestFirst,
            Predicate<HistoryEntry> taker)
            throws StoreException {
        begin();
        try {
            outbox.moveOf(List.of(thingId), properties, influx);
            try (InfluxEntries entries = influx.entries(thingId, properties, range, oldestFirst)) {
                MergedEntries merged = new MergedEntries(entries, oldestFirst, taker);
                kept.scan(thingId, properties, range, oldestFirst, merged::takeKept);
                merged.takeRest();
            }
        } finally {
            queries.release();
        }
    }

    /** Few wait, so that an InfluxDB that hangs does not hold up the threads of all other requests. */
    private void begin() throws StoreException {
        try {
            if (queries.getQueueLength() < MOST_QUERIES && queries.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new StoreException(
                StoreException.Kind.UNAVAILABLE, "there are too many queries of history at the same time");
    }

    @Override
    public List<HistoryInterval> aggregate(long thingId, String property, TimeRange range, long millis, int limit)
            throws StoreException {
        if (millis < 1) {
            throw new IllegalArgumentException("an interval of " + millis + " ms");
        }
        begin();
        try {
            outbox.moveOf(List.of(thingId), List.of(property), influx);
            return intervals(thingId, property, range, millis, limit);
        } finally {
            queries.release();
        }
    }

    private List<HistoryInterval> intervals(long thingId, String property, TimeRange range, long millis, int limit)
            throws StoreException {
        long begin = System.nanoTime();
        TreeMap<Long, HistoryInterval> intervals = new TreeMap<>();
        for (HistoryInterval interval : influx.intervals(thingId, property, range, millis, limit)) {
            intervals.put(interval.start(), interval);
        }
        for (HistoryInterval interval : kept.aggregate(thingId, property, range, millis, limit)) {
            HistoryInterval moved = intervals.get(interval.start());
            if (moved != null && System.nanoTime() - begin > LONGEST_NANOS) {
                throw new StoreException(
                        StoreException.Kind.TOO_SLOW,
                        "taking history together took too long: of many intervals a part is in PostgreSQL and a part in"
                                + " InfluxDB; ask for fewer");
            }
            intervals.put(
                    interval.start(),
                    moved == null
                            ? interval
                            : together(thingId, property, common(range, interval.start(), millis), interval, moved));
        }
        return intervals.values().stream().limit(limit).toList();
    }

    private static TimeRange common(TimeRange range, long start, long millis) {
        return new TimeRange(Math.max(range.from(), start), Math.min(range.to(), start + millis - 1));
    }

    /** An interval of which a part is here and a part is there: so is one in which history began to go to InfluxDB. */
    private HistoryInterval together(
            long thing, String property, TimeRange range, HistoryInterval here, HistoryInterval there)
            throws StoreException {
        long count = here.count() + there.count();
        boolean firstHere = timeOfKept(thing, property, range, true)
                        .compareTo(influx.timeOfNumber(thing, property, range, true)
                                .orElse(Long.MAX_VALUE))
                <= 0;
        boolean lastHere = timeOfKept(thing, property, range, false)
                        .compareTo(influx.timeOfNumber(thing, property, range, false)
                                .orElse(Long.MIN_VALUE))
                >= 0;
        return new HistoryInterval(
                here.start(),
                count,
                Math.min(here.minimum(), there.minimum()),
                Math.max(here.maximum(), there.maximum()),
                here.average() * ((double) here.count() / count) + there.average() * ((double) there.count() / count),
                firstHere ? here.first() : there.first(),
                lastHere ? here.last() : there.last());
    }

    private Long timeOfKept(long thing, String property, TimeRange range, boolean first) throws StoreException {
        List<Long> times = new ArrayList<>(1);
        kept.scan(thing, List.of(property), range, first, entry -> {
            if (HistoryNumbers.of(entry.value()).isPresent()) {
                times.add(entry.time());
            }
            return times.isEmpty();
        });
        return times.isEmpty() ? Long.valueOf(first ? Long.MAX_VALUE : Long.MIN_VALUE) : times.get(0);
    }

    @Override
    public long purge(long thingId, Collection<String> properties, TimeRange range) throws StoreException {
        begin();
        try {
            return outbox.purge(List.of(thingId), properties, range)
                    + kept.purge(thingId, properties, range)
                    + influx.delete(List.of(thingId), properties, range);
        } finally {
            queries.release();
        }
    }

    @Override
    public long purgeBefore(Collection<Long> thingIds, long time) throws StoreException {
        if (thingIds.isEmpty() || time == Long.MIN_VALUE) {
            return 0;
        }
        TimeRange range = new TimeRange(Long.MIN_VALUE, time - 1);
        return outbox.purge(thingIds, List.of(), range)
                + kept.purgeBefore(thingIds, time)
                + influx.delete(thingIds, List.of(), range);
    }

    /** First what needs no InfluxDB. Things that are no more are forgotten when they are in neither place. */
    @Override
    public void upkeep(long now) throws StoreException {
        kept.upkeep(now);
        deleted.each(things -> {
            var unused = purgeBefore(things, Long.MAX_VALUE);
            deleted.forget(things);
        });
    }

    /** How many entries wait to be moved; where there are more than so many, so many. */
    public long waiting(long most) throws StoreException {
        return outbox.waiting(most);
    }
}
