package org.steadfast.foundation.model;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** When an alert is raised, and which attributes say so. */
public enum AlertType {
    ABOVE("Above", "limit"),
    BELOW("Below", "limit"),
    EQUAL_TO("EqualTo", "value"),
    NOT_EQUAL_TO("NotEqualTo", "value"),
    IN_RANGE("InRange", "minimum", "maximum"),
    OUT_OF_RANGE("OutOfRange", "minimum", "maximum"),
    /** Further above a value than a limit. */
    DEVIATION_ABOVE("DeviationAbove", "value", "limit"),
    /** Further below a value than a limit. */
    DEVIATION_BELOW("DeviationBelow", "value", "limit"),
    TRUE("TrueAlert"),
    FALSE("FalseAlert");

    private final String title;
    private final List<String> needed;

    AlertType(String title, String... needed) {
        this.title = title;
        this.needed = List.of(needed);
    }

    /** What clients call it. */
    public String title() {
        return title;
    }

    /** Attributes that it cannot do without. */
    public List<String> needed() {
        return needed;
    }

    /** @param title in any case */
    public static Optional<AlertType> of(String title) {
        return Arrays.stream(values())
                .filter(type -> type.title.equalsIgnoreCase(title))
                .findFirst();
    }

    static String titles() {
        return String.join(", ", Arrays.stream(values()).map(AlertType::title).toList());
    }
}
