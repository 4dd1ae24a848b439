package org.steadfast.foundation.logs;

import java.util.List;

/**
 * What one node has found in its log.
 *
 * @param platformId of the node
 * @param entries in the order that was wanted
 * @param failure why the node could not tell; empty where it could
 */
public record FoundEntries(String platformId, List<LogEntry> entries, String failure) {
    public FoundEntries {
        entries = List.copyOf(entries);
    }
}
