package org.steadfast.distribution.node;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;
import org.steadfast.coordination.chassis.Correlation;
import org.steadfast.foundation.logs.LogEntry;
import org.steadfast.foundation.logs.LogLevel;
import org.steadfast.foundation.logs.RecentLog;

/** Keeps in memory what Log4j writes, whatever {@code conf/log4j2.xml} says about where it goes. Safe for use by several threads. */
final class RecentLines extends AbstractAppender {
    private static final String NAME = "recent";

    private final RecentLog recent;

    private RecentLines(RecentLog recent) {
        super(NAME, null, null, true, Property.EMPTY_ARRAY);
        this.recent = recent;
    }

    /** Begins to keep it, until the process ends. */
    static RecentLog keep() {
        RecentLog recent = new RecentLog();
        RecentLines lines = new RecentLines(recent);
        lines.start();
        LoggerContext context = LoggerContext.getContext(false);
        lines.attach(context);
        // Whenever the file is changed and read again there is another configuration, which knows nothing of this.
        context.addPropertyChangeListener(event -> {
            if (LoggerContext.PROPERTY_CONFIG.equals(event.getPropertyName())) {
                lines.attach(context);
            }
        });
        return recent;
    }

    private void attach(LoggerContext context) {
        Configuration configuration = context.getConfiguration();
        attach(configuration.getRootLogger());
        // What the others write comes to the one above as well.
        configuration.getLoggers().values().stream()
                .filter(logger -> !logger.isAdditive())
                .forEach(this::attach);
    }

    private void attach(LoggerConfig logger) {
        if (!logger.getAppenders().containsKey(NAME)) {
            logger.addAppender(this, null, null);
        }
    }

    @Override
    public void append(LogEvent event) {
        String message = event.getMessage().getFormattedMessage();
        String content = event.getThrown() == null ? message : message + "\n" + event.getThrown();
        String request = event.getContextData().getValue(Correlation.KEY);
        recent.add(new LogEntry(
                event.getTimeMillis(),
                level(event.getLevel()),
                event.getLoggerName(),
                event.getThreadName(),
                request == null ? "" : request,
                content.length() > RecentLog.LONGEST_CONTENT
                        ? content.substring(0, RecentLog.LONGEST_CONTENT) + "..."
                        : content));
    }

    private static LogLevel level(Level level) {
        if (level.isMoreSpecificThan(Level.ERROR)) {
            return LogLevel.ERROR;
        }
        return level.isLessSpecificThan(Level.TRACE)
                ? LogLevel.TRACE
                : LogLevel.valueOf(level.getStandardLevel().name());
    }
}
