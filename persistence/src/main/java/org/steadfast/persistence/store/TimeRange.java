package org.steadfast.persistence.store;

/**
 * A range of time, both ends included.
 *
 * @param from epoch milliseconds
 * @param to epoch milliseconds
 */
public record TimeRange(long from, long to) {
    /** All of time. */
    public static final TimeRange ALWAYS = new TimeRange(Long.MIN_VALUE, Long.MAX_VALUE);

    public boolean contains(long time) {
        return from <= time && time <= to;
    }
}
