package org.steadfast.connection.routing;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Optional;

/**
 * Rendezvous hashing: of the nodes there are, a thing belongs to the one with the greatest hash of node and thing. When a node
 * goes, only its own things move. See Thaler and Ravishankar, "Using name-based mappings to increase hit rates", 1998.
 */
final class Rendezvous {
    private static final long FNV_OFFSET = 0xCBF29CE484222325L;
    private static final long FNV_PRIME = 0x100000001B3L;

    private Rendezvous() {}

    /** A node that things can belong to. */
    interface Candidate {
        /** Hash of the node's name, by {@link Rendezvous#hash}. */
        long hash();
    }

    static <T extends Candidate> Optional<T> choose(Collection<T> candidates, String thing) {
        long thingHash = hash(thing);
        T best = null;
        long bestScore = 0;
        for (T candidate : candidates) {
            long score = mix(candidate.hash() ^ thingHash);
            if (best == null || Long.compareUnsigned(score, bestScore) > 0) {
                best = candidate;
                bestScore = score;
            }
        }
        return Optional.ofNullable(best);
    }

    /** FNV-1a of the UTF-8 bytes, 64 bits. */
    static long hash(String text) {
        long hash = FNV_OFFSET;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xFF)) * FNV_PRIME;
        }
        return hash;
    }

    /** The finalizer of SplitMix64 (Steele, Lea, Flood 2014): every bit of the input moves every bit of the output. */
    private static long mix(long value) {
        long z = value + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
