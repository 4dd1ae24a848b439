package org.steadfast.distribution.node;

import java.util.Map;
import java.util.TreeMap;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configurator;
import org.steadfast.foundation.logs.LogLevel;
import org.steadfast.foundation.logs.LogLevels;

/** Levels as Log4j has them, by which nodes log. What is set here ends when {@code conf/log4j2.xml} is changed. */
final class Log4jLevels implements LogLevels {
    @Override
    public String of(String logger) {
        return LogManager.getLogger(logger).getLevel().name();
    }

    @Override
    public Map<String, String> own() {
        Map<String, String> levels = new TreeMap<>();
        LoggerContext.getContext(false)
                .getConfiguration()
                .getLoggers()
                .forEach((name, logger) -> levels.put(name, logger.getLevel().name()));
        return levels;
    }

    @Override
    public void set(String logger, LogLevel level) {
        Configurator.setLevel(logger, Level.valueOf(level.name()));
    }
}
