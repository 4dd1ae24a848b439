package org.steadfast.foundation.live;

import java.util.Arrays;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.WireReader;
import org.steadfast.protocol.wire.WireWriter;

/**
 * Which things a node wants to hear of, in as many bytes whatever their number: a bit for each thing, which it may share with others.
 * So a node hears now and then of a thing that it has not asked for, and never misses one that it has. Immutable.
 */
final class Interest {
    /** 2 KB; with 1,000 things, one in 17 others shares a bit with one of them. */
    private static final int BITS = 1 << 14;

    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    static final Interest NONE = new Interest(new long[BITS / Long.SIZE]);

    private final long[] bits;

    private Interest(long[] bits) {
        this.bits = bits;
    }

    static Interest in(Iterable<Long> thingIds) {
        long[] bits = new long[BITS / Long.SIZE];
        for (long thingId : thingIds) {
            int bit = bit(thingId);
            bits[bit / Long.SIZE] |= 1L << (bit % Long.SIZE);
        }
        return new Interest(bits);
    }

    private static int bit(long thingId) {
        return (int) ((thingId * SPREAD) >>> (Long.SIZE - 14));
    }

    boolean includes(long thingId) {
        int bit = bit(thingId);
        return (bits[bit / Long.SIZE] & 1L << (bit % Long.SIZE)) != 0;
    }

    boolean isNone() {
        return equals(NONE);
    }

    void write(WireWriter out) {
        for (long word : bits) {
            out.writeLong(word);
        }
    }

    static Interest read(WireReader in) throws CodecException {
        long[] bits = new long[BITS / Long.SIZE];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = in.readLong("interest");
        }
        return new Interest(bits);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Interest interest && Arrays.equals(bits, interest.bits);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bits);
    }
}
