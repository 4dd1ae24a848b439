package org.steadfast.foundation.event;

import java.util.Objects;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.ValueCodec;
import org.steadfast.protocol.wire.WireReader;
import org.steadfast.protocol.wire.WireWriter;

/**
 * Something that has happened to a thing. Immutable.
 *
 * @param sourceId the thing's number
 * @param source its name
 * @param property that it is about; empty where it is about none
 * @param time when it happened, epoch milliseconds
 * @param data what it brings, one row
 */
record Event(long sourceId, String source, String name, String property, long time, Infotable data) {
    Event {
        Objects.requireNonNull(source, "source is null");
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(property, "property is null");
        Objects.requireNonNull(data, "data is null");
    }

    byte[] encode() {
        WireWriter out = new WireWriter();
        out.writeLong(sourceId)
                .writeString(source)
                .writeString(name)
                .writeString(property)
                .writeLong(time);
        ValueCodec.writeInfotable(out, data);
        return out.toByteArray();
    }

    static Event decode(byte[] bytes) throws CodecException {
        WireReader in = new WireReader(bytes);
        return new Event(
                in.readLong("source's number"),
                in.readString("source"),
                in.readString("event"),
                in.readString("property"),
                in.readLong("time"),
                ValueCodec.readInfotable(in));
    }
}
