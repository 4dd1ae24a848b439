package org.steadfast.persistence.influx;

import org.steadfast.persistence.store.TimeRange;

/**
 * The time of a point in InfluxDB, nanoseconds since the epoch. InfluxDB tells the points of a series apart by their time alone: so the
 * million nanoseconds of an entry's millisecond tell entries of the same time apart, by the hash of what they hold. The same entry has
 * the same time whenever it is written; of two different ones of the same property and millisecond one in a million is lost to the other.
 */
final class PointTime {
    private static final long NANOS = 1_000_000;
    /** Those that InfluxDB knows. */
    private static final long EARLIEST = Long.MIN_VALUE + 2;

    private static final long LATEST = Long.MAX_VALUE - 1;

    private PointTime() {}

    /** @param time epoch milliseconds, such that its nanoseconds are a long */
    static long of(long time, long hash) {
        return Math.multiplyExact(time, NANOS) + Math.floorMod(hash, NANOS);
    }

    /** Epoch milliseconds. */
    static long millis(long nanos) {
        return Math.floorDiv(nanos, NANOS);
    }

    /** The first point that a range may have. */
    static long first(TimeRange range) {
        return isWithin(range.from()) ? range.from() * NANOS : range.from() < 0 ? EARLIEST : LATEST;
    }

    /** The last one. */
    static long last(TimeRange range) {
        return isWithin(range.to()) ? range.to() * NANOS + NANOS - 1 : range.to() < 0 ? EARLIEST : LATEST;
    }

    private static boolean isWithin(long millis) {
        return Math.abs(millis) < Long.MAX_VALUE / NANOS && millis != Long.MIN_VALUE;
    }
}
