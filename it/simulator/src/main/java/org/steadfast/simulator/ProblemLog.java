package org.steadfast.simulator;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What went wrong, each text once with how often it came. Safe for use by several threads. */
final class ProblemLog {
    private static final Logger LOG = LoggerFactory.getLogger(ProblemLog.class);
    private static final int MAX_TEXTS = 20;

    private record Seen(String firstThing, long count) {}

    /** By text, in order of first appearance; at most {@link #MAX_TEXTS}. Written by all devices, guarded by this object's lock. */
    private final Map<String, Seen> seen = new LinkedHashMap<>();
    /** Problems with other texts than these. Guarded likewise. */
    private long others;

    /** Logs a text when it is new; how often it comes again is only counted. */
    synchronized void add(String thing, String what) {
        Seen before = seen.get(what);
        if (before != null) {
            seen.put(what, new Seen(before.firstThing(), before.count() + 1));
        } else if (seen.size() < MAX_TEXTS) {
            seen.put(what, new Seen(thing, 1));
            LOG.warn("{}: {}", thing, what);
        } else {
            others++;
            LOG.debug("{}: {}", thing, what);
        }
    }

    /** One line for each text. */
    synchronized List<String> lines() {
        List<String> lines = new ArrayList<>();
        seen.forEach((what, first) -> lines.add(first.firstThing() + ": " + what
                + (first.count() == 1 ? "" : " (" + first.count() + " times in all)")));
        if (others > 0) {
            lines.add(others + " others");
        }
        return lines;
    }
}
