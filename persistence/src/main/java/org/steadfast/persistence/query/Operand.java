package org.steadfast.persistence.query;

import java.math.BigDecimal;
import java.util.Objects;

/** What a field's value is compared with. Immutable. */
public sealed interface Operand {
    /** A text, for fields of the kinds TEXT and TAGS. */
    record Text(String text) implements Operand {
        public Text {
            Objects.requireNonNull(text, "text is null");
        }
    }

    /** A number of any precision, for fields of the kind NUMBER. */
    record Decimal(BigDecimal number) implements Operand {
        public Decimal {
            Objects.requireNonNull(number, "number is null");
        }
    }

    /** A truth value, for fields of the kind TRUTH. */
    record Truth(boolean truth) implements Operand {}
}
