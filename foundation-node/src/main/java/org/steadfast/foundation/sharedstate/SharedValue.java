package org.steadfast.foundation.sharedstate;

import java.util.Optional;
import org.steadfast.persistence.store.StoredValue;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.ValueCodec;
import org.steadfast.protocol.wire.WireReader;
import org.steadfast.protocol.wire.WireWriter;

/**
 * A current value as shared state holds it: version, time, quality, typed value, in bytes of our own making, so that no class of
 * ours is part of what nodes of different versions exchange.
 *
 * @param version order of the values of one property
 * @param time when the value was true, epoch milliseconds
 */
public record SharedValue(long version, long time, String quality, Value value) {

    static byte[] encode(StoredValue stored) {
        WireWriter out = new WireWriter(32 + stored.value().length);
        out.writeLong(stored.version()).writeLong(stored.time()).writeString(stored.quality());
        return out.writeBytes(stored.value()).toByteArray();
    }

    /** What stands in the place of a value that was forgotten: the version alone, so that none of an older one comes back. */
    static byte[] forgotten(long version) {
        return new WireWriter(Long.BYTES).writeLong(version).toByteArray();
    }

    /** The value; empty where it was forgotten. */
    static Optional<SharedValue> decode(byte[] bytes) {
        if (bytes.length == Long.BYTES) {
            return Optional.empty();
        }
        WireReader in = new WireReader(bytes);
        try {
            return Optional.of(new SharedValue(
                    in.readLong("version"), in.readLong("time"), in.readString("quality"), ValueCodec.read(in)));
        } catch (CodecException e) {
            throw new IllegalStateException("shared state holds bytes that this node did not write", e);
        }
    }

    /** The version alone: the first eight bytes. */
    static long versionOf(byte[] bytes) {
        long version = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            version = version << 8 | bytes[i] & 0xFF;
        }
        return version;
    }
}
