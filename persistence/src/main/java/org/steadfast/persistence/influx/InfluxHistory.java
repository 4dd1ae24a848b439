package org.steadfast.persistence.influx;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.persistence.store.HistoryInterval;
import org.steadfast.persistence.store.HistoryOutbox;
import org.steadfast.persistence.store.MovingEntry;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.TimeRange;

/** The entries that are in InfluxDB. Safe for use by several threads. */
final class InfluxHistory implements HistoryOutbox.Receiver {
    private static final Logger log = LoggerFactory.getLogger(InfluxHistory.class);
    /** Longer intervals are two: before and after the epoch. */
    private static final long LONGEST_INTERVAL = Long.MAX_VALUE / 1_000_000;

    /** Of a batch that InfluxDB does not take as a whole; what is not known then waits for the next one. */
    private static final int MOST_REQUESTS = 200;

    private static final int MOST_COUNTED = 1_000_000;

    private final InfluxClient client;

    InfluxHistory(InfluxClient client) {
        this.client = client;
    }

    @Override
    public HistoryOutbox.Receipt receive(List<MovingEntry> entries) throws StoreException {
        List<MovingEntry> written = new ArrayList<>(entries.size());
        Halving halving = new Halving();
        for (MovingEntry entry : entries) {
            if (PointLines.canHold(entry)) {
                written.add(entry);
            } else {
                halving.refused.add(entry.entry().id());
            }
        }
        if (!written.isEmpty()) {
            halving.write(written);
        }
        return new HistoryOutbox.Receipt(halving.refused, halving.undecided);
    }

    /** Finds out which of the entries of one batch InfluxDB does not take, with a bound of requests. Used by one thread. */
    private final class Halving {
        private final Set<Long> refused = new HashSet<>();
        private final Set<Long> undecided = new HashSet<>();
        private int requests;
        private String reason = "";

        void write(List<MovingEntry> entries) throws StoreException {
            int before = refused.size();
            halve(entries);
            if (refused.size() > before) {
                log.warn(
                        "HISTORY_REFUSED: InfluxDB does not take {} of {} entries of history, which stay in PostgreSQL; the last of them because: {}",
                        refused.size() - before,
                        entries.size() - undecided.size(),
                        reason);
            }
        }

        private void halve(List<MovingEntry> entries) throws StoreException {
            requests++;
            if (requests > MOST_REQUESTS) {
                entries.forEach(entry -> undecided.add(entry.entry().id()));
            } else if (writeWhole(entries) == InfluxClient.Taken.NOT_ALL) {
                if (entries.size() == 1) {
                    refused.add(entries.get(0).entry().id());
                } else {
                    int half = entries.size() / 2;
                    halve(entries.subList(0, half));
                    halve(entries.subList(half, entries.size()));
                }
            }
        }

        private InfluxClient.Taken writeWhole(List<MovingEntry> entries) throws StoreException {
            byte[] lines = PointLines.of(entries);
            return inDatabase(() -> client.write(lines, said -> reason = said));
        }
    }

    /** Asks InfluxDB for something. */
    @FunctionalInterface
    private interface Asking<T> {
        T ask() throws StoreException;
    }

    /** Where there is no database yet, one is made. */
    private <T> T inDatabase(Asking<T> asking) throws StoreException {
        try {
            return asking.ask();
        } catch (StoreException e) {
            if (e.kind() != StoreException.Kind.NOT_FOUND) {
                throw e;
            }
            client.createDatabase();
            return asking.ask();
        }
    }

    /** @throws StoreException {@link StoreException.Kind#UNAVAILABLE} if InfluxDB does not answer */
    void ping() throws StoreException {
        client.ping();
    }

    /** Entries in the order of their time. */
    InfluxEntries entries(long thing, Collection<String> properties, TimeRange range, boolean oldestFirst)
            throws StoreException {
        String query = "SELECT " + InfluxEntries.COLUMNS + InfluxQl.from(List.of(thing), properties, range)
                + " ORDER BY time " + (oldestFirst ? "ASC" : "DESC");
        return new InfluxEntries(query("querying history", query), oldestFirst);
    }

    private InfluxRows query(String what, String query) throws StoreException {
        return inDatabase(() -> client.query(what, query));
    }

    List<HistoryInterval> intervals(long thing, String property, TimeRange range, long millis, int limit)
            throws StoreException {
        String query = "SELECT count(number), min(number), max(number), mean(number), first(number), last(number)"
                + InfluxQl.from(List.of(thing), List.of(property), range) + " GROUP BY time("
                + Math.min(millis, LONGEST_INTERVAL) + "ms) fill(none) LIMIT " + limit;
        List<HistoryInterval> intervals = new ArrayList<>();
        try (InfluxRows rows = query("taking history together", query)) {
            for (Optional<JsonNode> row = rows.next(); row.isPresent(); row = rows.next()) {
                intervals.add(interval(row.get(), millis));
            }
        }
        return intervals;
    }

    private static HistoryInterval interval(JsonNode row, long millis) {
        long start = PointTime.millis(row.path(0).longValue());
        return new HistoryInterval(
                millis <= LONGEST_INTERVAL ? start : start < 0 ? -millis : 0,
                row.path(1).longValue(),
                row.path(2).doubleValue(),
                row.path(3).doubleValue(),
                row.path(4).doubleValue(),
                row.path(5).doubleValue(),
                row.path(6).doubleValue());
    }

    /**
     * When the first or last number of a range was.
     *
     * @return epoch milliseconds; empty where there is none
     */
    Optional<Long> timeOfNumber(long thing, String property, TimeRange range, boolean first) throws StoreException {
        String query = "SELECT " + (first ? "first" : "last") + "(number)"
                + InfluxQl.from(List.of(thing), List.of(property), range);
        try (InfluxRows rows = query("querying history", query)) {
            return rows.next().map(row -> PointTime.millis(row.path(0).longValue()));
        }
    }

    /** @return how many entries there were; where there were more than a million, a million */
    long delete(Collection<Long> things, Collection<String> properties, TimeRange range) throws StoreException {
        String from = InfluxQl.from(things, properties, range);
        long count;
        String counted = "SELECT count(id) FROM (SELECT id" + from + " LIMIT " + MOST_COUNTED + ")";
        try (InfluxRows rows = query("counting history", counted)) {
            count = rows.next().map(row -> row.path(1).longValue()).orElse(0L);
        } catch (StoreException e) {
            if (e.kind() != StoreException.Kind.TOO_SLOW) {
                throw e;
            }
            // So there are many.
            count = MOST_COUNTED;
        }
        if (count > 0) {
            client.execute("deleting history", "DELETE" + from);
        }
        return count;
    }
}
