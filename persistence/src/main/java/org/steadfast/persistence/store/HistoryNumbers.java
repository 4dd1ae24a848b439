package org.steadfast.persistence.store;

import java.util.Optional;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.ValueCodec;
import org.steadfast.protocol.wire.WireReader;

/** Which numbers intervals of history are made of. Stateless. */
public final class HistoryNumbers {
    private HistoryNumbers() {}

    /**
     * The value as a finite number; empty where it is none.
     *
     * @param bytes the typed value in the device protocol's bytes
     */
    public static Optional<Double> of(byte[] bytes) {
        // Only the first byte of long values is looked at: they are no numbers.
        if (bytes.length > 16) {
            return Optional.empty();
        }
        try {
            Value value = ValueCodec.read(new WireReader(bytes));
            if (value instanceof Value.Number number) {
                return Double.isFinite(number.number()) ? Optional.of(number.number()) : Optional.empty();
            }
            if (value instanceof Value.Int integer) {
                return Optional.of((double) integer.number());
            }
            return value instanceof Value.Long integer ? Optional.of((double) integer.number()) : Optional.empty();
        } catch (CodecException e) {
            throw new IllegalArgumentException("a value to be kept cannot be read", e);
        }
    }
}
