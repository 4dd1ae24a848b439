package org.steadfast.persistence.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.steadfast.persistence.store.Follow;
import org.steadfast.persistence.store.FollowedWrites;
import org.steadfast.persistence.store.PropertyKey;
import org.steadfast.persistence.store.ValueWrite;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.WireReader;
import org.steadfast.protocol.wire.WireWriter;

/** The writes to a followed property as the journal keeps them. Stateless. */
final class FollowedCodec {
    private FollowedCodec() {}

    static byte[] encode(FollowedWrites followed) {
        WireWriter out = new WireWriter();
        out.writeInt(followed.writes().size());
        for (ValueWrite write : followed.writes()) {
            out.writeInt(write.value().length)
                    .writeBytes(write.value())
                    .writeLong(write.time())
                    .writeString(write.quality())
                    .writeLong(write.epoch())
                    .writeLong(write.sequence());
        }
        return out.toByteArray();
    }

    static FollowedWrites decode(PropertyKey key, String thing, byte[] body) throws CodecException {
        WireReader in = new WireReader(body);
        Follow follow = Follow.hearing(thing, true);
        int count = in.readInt("number of writes");
        List<ValueWrite> writes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] value = in.readBytes(in.readInt("length of a value"), "value");
            writes.add(new ValueWrite(
                    key,
                    value,
                    in.readLong("time"),
                    in.readString("quality"),
                    in.readLong("epoch"),
                    in.readLong("sequence"),
                    Optional.of(follow)));
        }
        return new FollowedWrites(key, follow, writes);
    }
}
