package org.steadfast.persistence.influx;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.steadfast.persistence.store.HistoryEntry;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.ValueCodec;

/**
 * Entries of history as they come from InfluxDB, those of the same millisecond in the order of their numbers, in which they arrived. Used
 * by one thread.
 */
final class InfluxEntries implements AutoCloseable {
    /** What the rows must hold behind their time, in this order. */
    static final String COLUMNS = "id, number, quality, value, property";

    private final InfluxRows rows;
    private final Comparator<HistoryEntry> order;
    /** Of one millisecond. */
    private final Deque<HistoryEntry> ready = new ArrayDeque<>();
    /** The first one of the next millisecond; null behind the last one, and before anything was read. */
    private HistoryEntry ahead;

    private boolean hasBegun;

    InfluxEntries(InfluxRows rows, boolean oldestFirst) {
        this.rows = rows;
        Comparator<HistoryEntry> byNumber = Comparator.comparingLong(HistoryEntry::id);
        this.order = oldestFirst ? byNumber : byNumber.reversed();
    }

    /** The next entry, which stays the next one until it is taken; empty behind the last one. */
    Optional<HistoryEntry> peek() throws StoreException {
        if (ready.isEmpty()) {
            readMillisecond();
        }
        return Optional.ofNullable(ready.peek());
    }

    /** Takes what {@link #peek} has shown. */
    HistoryEntry take() {
        return ready.remove();
    }

    private void readMillisecond() throws StoreException {
        if (!hasBegun) {
            ahead = read();
            hasBegun = true;
        }
        if (ahead == null) {
            return;
        }
        List<HistoryEntry> same = new ArrayList<>();
        long time = ahead.time();
        while (ahead != null && ahead.time() == time) {
            same.add(ahead);
            ahead = read();
        }
        same.sort(order);
        ready.addAll(same);
    }

    private HistoryEntry read() throws StoreException {
        Optional<JsonNode> row = rows.next();
        return row.isPresent() ? entry(row.get()) : null;
    }

    private static HistoryEntry entry(JsonNode row) throws StoreException {
        String quality = row.path(3).textValue();
        String value = row.path(4).textValue();
        if (quality == null || value == null || value.isEmpty() && !row.path(2).isNumber()) {
            throw new StoreException(
                    StoreException.Kind.FAILED,
                    "a point of " + InfluxQl.MEASUREMENT + " is not as the platform writes it: " + row);
        }
        return new HistoryEntry(
                row.path(1).longValue(),
                row.path(5).textValue(),
                PointTime.millis(row.path(0).longValue()),
                value.isEmpty()
                        ? ValueCodec.toBytes(Value.number(row.path(2).doubleValue()))
                        : Base64.getDecoder().decode(value),
                quality);
    }

    @Override
    public void close() {
        rows.close();
    }
}
