package org.steadfast.foundation.event;

import java.util.ArrayList;
import java.util.List;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.WireReader;
import org.steadfast.protocol.wire.WireWriter;

/** What nodes tell each other about subscriptions. */
sealed interface RunMessage {
    byte[] encode();

    /** Asks the node that owns a thing to run subscriptions of it, in this order. */
    record Run(long batch, long thingId, String thing, List<Call> calls) implements RunMessage {
        public Run {
            calls = List.copyOf(calls);
        }

        @Override
        public byte[] encode() {
            WireWriter out = new WireWriter();
            out.writeByte(0)
                    .writeLong(batch)
                    .writeLong(thingId)
                    .writeString(thing)
                    .writeInt(calls.size());
            for (Call call : calls) {
                out.writeString(call.subscription())
                        .writeInt(call.event().length)
                        .writeBytes(call.event());
            }
            return out.toByteArray();
        }
    }

    /** A subscription and the event that it hears of. */
    record Call(String subscription, byte[] event) {}

    /** Answers how many of them have been run, from the first on. */
    record Ran(long batch, long thingId, int count) implements RunMessage {
        @Override
        public byte[] encode() {
            return new WireWriter()
                    .writeByte(1)
                    .writeLong(batch)
                    .writeLong(thingId)
                    .writeInt(count)
                    .toByteArray();
        }
    }

    static RunMessage decode(byte[] bytes) throws CodecException {
        WireReader in = new WireReader(bytes);
        int kind = in.readUnsignedByte("kind");
        long batch = in.readLong("batch");
        long thingId = in.readLong("thing");
        if (kind == 1) {
            return new Ran(batch, thingId, in.readInt("count"));
        }
        String thing = in.readString("name");
        int count = in.readInt("count");
        List<Call> calls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String subscription = in.readString("subscription");
            calls.add(new Call(subscription, in.readBytes(in.readInt("length"), "event")));
        }
        return new Run(batch, thingId, thing, calls);
    }
}
