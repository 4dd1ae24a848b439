package org.steadfast.foundation.alert;

import java.util.OptionalDouble;
import org.steadfast.protocol.type.Value;

/** Values as numbers. */
public final class Numbers {
    private Numbers() {}

    /** Empty for what is no number. */
    public static OptionalDouble of(Value value) {
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
