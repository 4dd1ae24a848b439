package org.steadfast.foundation.sharedstate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.steadfast.persistence.store.Before;
import org.steadfast.persistence.store.ValueWrite;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.ValueCodec;
import org.steadfast.protocol.wire.WireReader;
import org.steadfast.protocol.wire.WireWriter;

/**
 * How a value that is in no database stands in shared state: the value, and what tells a write that comes again, or too late, from a
 * new one.
 *
 * @param version grows with each write
 * @param epoch of the last update of a device
 * @param sequence of the last update of a device, within the epoch
 * @param writers the writers of the last values, the latest first, each with the number of its last write
 * @param payload time, quality and typed value, as bytes
 */
record InMemoryEntry(long version, long epoch, long sequence, List<Writer> writers, byte[] payload) {
    /** More nodes than write one property within the time that a write may come again in. */
    private static final int WRITERS_KEPT = 16;

    private static final InMemoryEntry NONE = new InMemoryEntry(0, 0, 0, List.of(), new byte[0]);

    /** The last write of one life of a node. */
    record Writer(long incarnation, long number) {}

    static byte[] payload(ValueWrite write) {
        WireWriter out = new WireWriter(32 + write.value().length);
        out.writeLong(write.time()).writeString(write.quality());
        return out.writeBytes(write.value()).toByteArray();
    }

    /** The entry after a write, or this one where the write is there already or comes too late. */
    InMemoryEntry after(Writer writer, long newEpoch, long newSequence, byte[] newPayload) {
        for (Writer known : writers) {
            if (known.incarnation() == writer.incarnation() && known.number() >= writer.number()) {
                return this;
            }
        }
        boolean isDirect = newEpoch == 0;
        if (!isDirect && (newEpoch < epoch || newEpoch == epoch && newSequence <= sequence)) {
            return this;
        }
        List<Writer> kept = new ArrayList<>();
        kept.add(writer);
        writers.stream()
                .filter(known -> known.incarnation() != writer.incarnation())
                .limit(WRITERS_KEPT - 1L)
                .forEach(kept::add);
        return new InMemoryEntry(
                version + 1, isDirect ? epoch : newEpoch, isDirect ? sequence : newSequence, kept, newPayload);
    }

    byte[] encode() {
        WireWriter out = new WireWriter(40 + 16 * writers.size() + payload.length);
        out.writeLong(version).writeLong(epoch).writeLong(sequence).writeByte(writers.size());
        for (Writer writer : writers) {
            out.writeLong(writer.incarnation()).writeLong(writer.number());
        }
        return out.writeBytes(payload).toByteArray();
    }

    /** @param bytes null where there is no entry */
    static InMemoryEntry decode(byte[] bytes) {
        if (bytes == null) {
            return NONE;
        }
        WireReader in = new WireReader(bytes);
        try {
            return read(in);
        } catch (CodecException e) {
            throw new IllegalStateException("shared state holds bytes that this node did not write", e);
        }
    }

    /** The value as readers see it. */
    static Optional<SharedValue> value(byte[] bytes) {
        InMemoryEntry entry = decode(bytes);
        WireReader in = new WireReader(entry.payload());
        try {
            return Optional.of(new SharedValue(
                    entry.version(), in.readLong("time"), in.readString("quality"), ValueCodec.read(in)));
        } catch (CodecException e) {
            throw new IllegalStateException("shared state holds bytes that this node did not write", e);
        }
    }

    /** What an entry tells about what held before it was replaced. */
    Before before() {
        if (version == 0) {
            return Before.NOTHING;
        }
        WireReader in = new WireReader(payload);
        try {
            long time = in.readLong("time");
            String quality = in.readString("quality");
            return new Before(Optional.of(new Before.Old(in.readRest(), time, quality)), epoch, sequence);
        } catch (CodecException e) {
            throw new IllegalStateException("shared state holds bytes that this node did not write", e);
        }
    }

    private static InMemoryEntry read(WireReader in) throws CodecException {
        long version = in.readLong("version");
        long epoch = in.readLong("epoch");
        long sequence = in.readLong("sequence");
        int count = in.readUnsignedByte("number of writers");
        List<Writer> writers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            writers.add(new Writer(in.readLong("incarnation"), in.readLong("number")));
        }
        return new InMemoryEntry(version, epoch, sequence, writers, in.readBytes(in.remaining(), "payload"));
    }
}
