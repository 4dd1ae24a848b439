package org.steadfast.foundation;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.steadfast.foundation.logs.LogLevel;
import org.steadfast.foundation.logs.LogLevels;

/** Levels that nothing goes by. Where a logger has none, it is INFO. */
final class LevelsInMemory implements LogLevels {
    private final Map<String, String> own = new ConcurrentHashMap<>();

    @Override
    public String of(String logger) {
        return own.getOrDefault(logger, "INFO");
    }

    @Override
    public Map<String, String> own() {
        return Map.copyOf(own);
    }

    @Override
    public void set(String logger, LogLevel level) {
        own.put(logger, level.name());
    }
}
