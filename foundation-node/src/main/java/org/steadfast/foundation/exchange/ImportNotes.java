package org.steadfast.foundation.exchange;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an import has left aside, each kind of thing once, with how often. Bounded: a document with many kinds of strangers is told by
 * the first of them. Used by one thread.
 */
public final class ImportNotes {
    private static final int MOST = 200;

    private final Map<String, Integer> ignored = new LinkedHashMap<>();
    private int others;

    /** @param what such as {@code the attribute isLocalOnly of PropertyDefinition} */
    void ignored(String what) {
        if (ignored.containsKey(what) || ignored.size() < MOST) {
            ignored.merge(what, 1, Integer::sum);
        } else {
            others++;
        }
    }

    /** One line for each kind of thing. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        ignored.forEach((what, times) -> lines.add(what + (times > 1 ? " (" + times + " times)" : "")));
        if (others > 0) {
            lines.add("and " + others + " others");
        }
        return lines;
    }
}
