package org.steadfast.protocol.release;

/**
 * Which versions of Steadfast can be in one cluster at the same time, and use the same data one after the other. A version writes, into the
 * database, the coordinator and shared state, and sends to other nodes, only what all generations from its oldest one on understand.
 * {@code docs/develop.md} says when a version needs another generation.
 *
 * @param number of the generation; counts up from 1
 * @param oldest earliest generation beside which a version can run; from 1 to its own
 */
public record Generation(int number, int oldest) {
    /** That of versions that do not tell it. */
    public static final Generation FIRST = new Generation(1, 1);

    /** That of this version. */
    public static final Generation OWN = new Generation(1, 1);

    /** @throws IllegalArgumentException if these are no generations */
    public Generation {
        if (oldest < 1 || oldest > number) {
            throw new IllegalArgumentException("the oldest generation " + oldest + " is not from 1 to " + number);
        }
    }

    /** Whether each understands what the other writes. */
    public boolean worksWith(Generation other) {
        return number >= other.oldest && other.number >= oldest;
    }
}
