package org.steadfast.foundation.event;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.steadfast.persistence.store.Before;
import org.steadfast.persistence.store.FollowedWrites;
import org.steadfast.persistence.store.ValueWrite;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.ValueCodec;
import org.steadfast.protocol.wire.WireReader;

/**
 * That a property took a value.
 *
 * @param before what it had; empty where it was never set
 * @param place where it stands among the changes of its thing that were committed together
 */
record PropertyChange(Optional<State> before, State after, int place) {

    /**
     * A value of a property.
     *
     * @param time when it was true, epoch milliseconds
     */
    record State(Value value, long time, String quality) {
        static State decode(byte[] value, long time, String quality) {
            try {
                return new State(ValueCodec.read(new WireReader(value)), time, quality);
            } catch (CodecException e) {
                throw new IllegalStateException("a value was written that cannot be read", e);
            }
        }
    }

    /** One change for each write that took effect, in their order; what came too late changed nothing. */
    static List<PropertyChange> of(FollowedWrites followed, Before before) {
        List<PropertyChange> changes = new ArrayList<>(followed.writes().size());
        Optional<State> present = before.value().map(old -> State.decode(old.value(), old.time(), old.quality()));
        long epoch = before.epoch();
        long sequence = before.sequence();
        for (int i = 0; i < followed.writes().size(); i++) {
            ValueWrite write = followed.writes().get(i);
            if (!write.isDirect()) {
                if (write.epoch() < epoch || write.epoch() == epoch && write.sequence() <= sequence) {
                    continue;
                }
                epoch = write.epoch();
                sequence = write.sequence();
            }
            State after = State.decode(write.value(), write.time(), write.quality());
            changes.add(new PropertyChange(present, after, followed.places().get(i)));
            present = Optional.of(after);
        }
        return changes;
    }
}
