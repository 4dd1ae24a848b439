package org.steadfast.foundation.logs;

import java.util.Arrays;
import java.util.Optional;

/** How much is logged, from most to nothing. */
public enum LogLevel {
    TRACE,
    DEBUG,
    INFO,
    WARN,
    ERROR,
    OFF;

    /** The one of a name, whatever the case of its letters; empty where there is none, as of a later version. */
    public static Optional<LogLevel> of(String name) {
        return Arrays.stream(values())
                .filter(level -> level.name().equalsIgnoreCase(name))
                .findFirst();
    }
}
