package org.steadfast.distribution.cluster;

import java.util.List;

/**
 * What a check has found.
 *
 * @param subject what was looked at
 * @param text what is so, and what to do about it where something is to be done
 */
record Finding(Level level, String subject, String text) {
    /** What it means for the nodes of this machine. */
    enum Level {
        /** As it should be. */
        OK,
        /** They start, but something is to be looked at, or could not be. */
        WARN,
        /** They would not start, or not stay. */
        FAIL
    }

    static Finding ok(String subject, String text) {
        return new Finding(Level.OK, subject, text);
    }

    static Finding warn(String subject, String text) {
        return new Finding(Level.WARN, subject, text);
    }

    static Finding fail(String subject, String text) {
        return new Finding(Level.FAIL, subject, text);
    }

    /** What of some findings keeps the nodes from starting, or from staying. */
    static List<String> failures(List<Finding> findings) {
        return findings.stream()
                .filter(finding -> finding.level() == Level.FAIL)
                .map(finding -> finding.subject() + ": " + finding.text())
                .toList();
    }
}
