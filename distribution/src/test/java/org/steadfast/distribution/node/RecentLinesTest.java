package org.steadfast.distribution.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.logging.log4j.core.LoggerContext;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.coordination.chassis.Correlation;
import org.steadfast.foundation.logs.LogEntry;
import org.steadfast.foundation.logs.LogLevel;
import org.steadfast.foundation.logs.LogQuery;
import org.steadfast.foundation.logs.RecentLog;

class RecentLinesTest {
    private static final Logger log = LoggerFactory.getLogger(RecentLinesTest.class);

    private static List<LogEntry> own(RecentLog recent) {
        return recent.find(new LogQuery(
                0,
                Long.MAX_VALUE,
                LogLevel.TRACE,
                LogLevel.OFF,
                RecentLinesTest.class.getName(),
                "",
                false,
                "",
                "",
                "",
                10,
                true));
    }

    @Test
    void whatIsLoggedIsKeptAlsoAfterTheConfigurationWasReadAnew() {
        RecentLog recent = RecentLines.keep();
        try (Correlation.Scope request = Correlation.of("order-4711")) {
            log.warn("Pump {} is hot", 7, new IllegalStateException("too hot"));
        }
        LoggerContext.getContext(false).reconfigure();
        log.error("Pump 8 is hot");

        assertThat(own(recent))
                .extracting(LogEntry::content)
                .containsExactly("Pump 7 is hot\njava.lang.IllegalStateException: too hot", "Pump 8 is hot");
        assertThat(own(recent)).extracting(LogEntry::request).containsExactly("order-4711", "");
        assertThat(own(recent)).extracting(LogEntry::level).containsExactly(LogLevel.WARN, LogLevel.ERROR);
    }
}
