package org.steadfast.foundation.logs;

/** How much is logged, from most to nothing. */
public enum LogLevel {
    TRACE,
    DEBUG,
    INFO,
    WARN,
    ERROR,
    OFF
}
