package org.steadfast.foundation.query;

import java.math.BigDecimal;
import java.util.Optional;
import org.steadfast.protocol.type.Value;

/** Values that are compared as numbers. Stateless. */
final class Numbers {
    private Numbers() {}

    /** Empty where it is none, or is not finite. A double is what its shortest text says. */
    static Optional<BigDecimal> of(Value value) {
        if (value instanceof Value.Number number) {
            return Double.isFinite(number.number())
                    ? Optional.of(BigDecimal.valueOf(number.number()))
                    : Optional.empty();
        }
        if (value instanceof Value.Int integer) {
            return Optional.of(BigDecimal.valueOf(integer.number()));
        }
        if (value instanceof Value.Long integer) {
            return Optional.of(BigDecimal.valueOf(integer.number()));
        }
        if (value instanceof Value.Datetime time) {
            return Optional.of(BigDecimal.valueOf(time.epochMillis()));
        }
        if (value instanceof Value.Timespan span) {
            return Optional.of(BigDecimal.valueOf(span.millis()));
        }
        return Optional.empty();
    }
}
