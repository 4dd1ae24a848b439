package org.steadfast.distribution.home;

import org.apache.logging.log4j.LogManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** A process that logs so many lines of a thousand characters, some as Ignite does; of 0, one of each kind. */
final class Talkative {
    private Talkative() {}

    public static void main(String[] arguments) {
        Logger own = LoggerFactory.getLogger("org.steadfast.Talkative");
        Logger ignite = LoggerFactory.getLogger("org.apache.ignite.Talkative");
        int lines = Integer.parseInt(arguments[0]);
        if (lines == 0) {
            MDC.put("request", "order-4711");
            own.warn("in \"two\"\nlines", new IllegalStateException("for a reason"));
            ignite.warn("x".repeat(3_000));
            MDC.clear();
            own.info("of no request");
        }
        String text = "x".repeat(1_000);
        for (int i = 0; i < lines; i++) {
            (i % 10 == 0 ? ignite : own).warn("line {} {}", i, text);
        }
        LogManager.shutdown();
    }
}
