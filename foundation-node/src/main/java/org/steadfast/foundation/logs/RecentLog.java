package org.steadfast.foundation.logs;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/** What this process has logged last, so that it can be looked at from any node. Safe for use by several threads. */
public final class RecentLog {
    /** Of each entry; what is longer ends there. */
    public static final int LONGEST_CONTENT = 4_000;

    /** How many are kept. */
    static final int MOST_ENTRIES = 5_000;

    /** That all of them may have together: some megabytes. */
    static final long MOST_CHARACTERS = 2_000_000;

    /** The newest last. Whoever logs adds to it; guarded by this. */
    private final Deque<LogEntry> entries = new ArrayDeque<>();

    /** Guarded by this. */
    private long characters;

    /** Keeps an entry, and forgets the oldest ones for it. */
    public void add(LogEntry entry) {
        synchronized (this) {
            entries.addLast(entry);
            characters += entry.content().length();
            while (entries.size() > MOST_ENTRIES || characters > MOST_CHARACTERS && entries.size() > 1) {
                characters -= entries.removeFirst().content().length();
            }
        }
    }

    /** Entries in the order that is wanted. */
    public List<LogEntry> find(LogQuery query) {
        Predicate<LogEntry> filter = query.filter();
        List<LogEntry> all;
        synchronized (this) {
            all = new ArrayList<>(entries);
        }
        if (!query.isOldestFirst()) {
            Collections.reverse(all);
        }
        return all.stream().filter(filter).limit(query.count()).toList();
    }
}
