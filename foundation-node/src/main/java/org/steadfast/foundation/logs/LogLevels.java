package org.steadfast.foundation.logs;

import java.util.Map;

/** The levels of this process's loggers, by whatever writes its logs. Safe for use by several threads. */
public interface LogLevels {
    /** The level that a logger has, of its own or from above. */
    String of(String logger);

    /** Loggers that have a level of their own. */
    Map<String, String> own();

    /**
     * Gives a logger a level, until the process ends or reads its configuration anew.
     *
     * @param level one of {@link LogLevel}
     */
    void set(String logger, LogLevel level);
}
