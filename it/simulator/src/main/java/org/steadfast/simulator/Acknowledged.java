package org.steadfast.simulator;

/**
 * How far a property has come.
 *
 * @param acknowledged the largest value that the server acknowledged, {@link #NONE} before the first
 * @param sent the largest value that was sent, {@link #NONE} before the first
 */
public record Acknowledged(long acknowledged, long sent) {
    /** No value: values begin with 1. */
    public static final long NONE = 0;
}
