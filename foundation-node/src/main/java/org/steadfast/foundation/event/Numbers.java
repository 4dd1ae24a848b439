package org.steadfast.foundation.event;

import java.util.OptionalDouble;
import org.steadfast.protocol.type.Value;

/** Values as numbers. */
final class Numbers {
    private Numbers() {}

    /** Empty for what is no number. */
    static OptionalDouble of(Value value) {
        if (value instanceof Value.Number number) {
            return OptionalDouble.of(number.number());
        }
        if (value instanceof Value.Int number) {
            return OptionalDouble.of(number.number());
        }
        if (value instanceof Value.Long number) {
            return OptionalDouble.of(number.number());
        }
        return OptionalDouble.empty();
    }
}
