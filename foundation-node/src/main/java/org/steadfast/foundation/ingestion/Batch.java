package org.steadfast.foundation.ingestion;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.steadfast.persistence.store.Follow;
import org.steadfast.persistence.store.FollowedWrites;
import org.steadfast.persistence.store.PropertyKey;
import org.steadfast.persistence.store.ValueWrite;

/**
 * Updates that are written in one transaction: one value per key, in the order in which rows are locked. Of several updates of
 * one key within the batch the one that is later stays, and all of them are acknowledged by it. Used by one thread.
 */
final class Batch {
    /** Most bytes of values, unless one update alone has more: the database takes no statement of any length. */
    private static final int MOST_BYTES = 32 << 20;

    private final int mostValues;
    private final List<Update> updates = new ArrayList<>();
    private final TreeMap<PropertyKey, ValueWrite> writes = new TreeMap<>();
    /** All writes to the properties that are followed, in the order in which they came. */
    private final TreeMap<PropertyKey, List<Placed>> followed = new TreeMap<>();

    /** How many writes to followed properties have come. */
    private int placed;

    /** Writes to followed properties that are no row of their own, and work all the same. */
    private int replaced;

    private long bytes;

    /** A write, and how many of followed properties came before it. */
    private record Placed(ValueWrite write, int place) {}

    Batch(int mostValues) {
        this.mostValues = mostValues;
    }

    /**
     * Takes an update in, where it fits.
     *
     * @return false where the batch is full, or where only the database can tell which of two values of a key is the later one:
     *     the update then begins the next batch
     */
    boolean add(Update update) {
        long more = update.writes().stream()
                .mapToLong(write -> write.value().length)
                .sum();
        if (!updates.isEmpty()
                && (writes.size() + replaced + update.writes().size() > mostValues || bytes + more > MOST_BYTES)) {
            return false;
        }
        for (ValueWrite write : update.writes()) {
            ValueWrite present = writes.get(write.key());
            if (present != null && !isComparable(present, write)) {
                return false;
            }
        }
        for (ValueWrite write : update.writes()) {
            writes.merge(write.key(), write, Batch::later);
            if (write.follow().isPresent()) {
                List<Placed> each = followed.computeIfAbsent(write.key(), key -> new ArrayList<>());
                replaced += each.isEmpty() ? 0 : 1;
                each.add(new Placed(write, placed++));
            }
        }
        updates.add(update);
        bytes += more;
        return true;
    }

    /** Two writes that only arrival orders, or two stamps: which is later is known here. One of each: it is not. */
    private static boolean isComparable(ValueWrite a, ValueWrite b) {
        return a.isDirect() == b.isDirect();
    }

    private static ValueWrite later(ValueWrite present, ValueWrite arriving) {
        if (arriving.isDirect()) {
            return arriving;
        }
        boolean isLater = arriving.epoch() != present.epoch()
                ? arriving.epoch() > present.epoch()
                : arriving.sequence() >= present.sequence();
        return isLater ? arriving : present;
    }

    boolean isEmpty() {
        return updates.isEmpty();
    }

    List<Update> updates() {
        return updates;
    }

    List<ValueWrite> writes() {
        return List.copyOf(writes.values());
    }

    /** What is written to each property that is followed, one write after the other; durably where one of them asks for that. */
    List<FollowedWrites> followed() {
        List<FollowedWrites> batch = new ArrayList<>(followed.size());
        followed.forEach((key, each) -> {
            Follow all = each.stream()
                    .map(one -> one.write().follow().orElseThrow())
                    .reduce(Follow::and)
                    .orElseThrow();
            batch.add(new FollowedWrites(
                    key,
                    all,
                    each.stream().map(Placed::write).toList(),
                    each.stream().map(Placed::place).toList()));
        });
        return batch;
    }
}
