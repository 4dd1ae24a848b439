package org.steadfast.foundation.service;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.steadfast.foundation.query.Query;
import org.steadfast.foundation.query.RowMatch;
import org.steadfast.persistence.store.HistoryEntry;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/**
 * Takes entries of history in the order of their time, makes rows of them, and keeps those that fulfil a query until there are enough.
 * Entries of one time make one row, where each is of another property. Used by one thread.
 */
final class HistoryCollector {
    private final HistoryTable table;
    private final Query query;
    private final String quality;
    private final int most;
    private final List<List<Value>> rows = new ArrayList<>();
    private final RowMatch match;
    private int rejected;
    /** Of the values in the rows that are kept, and in the one that is open. */
    private long bytes;

    private long openBytes;
    /** The row that further entries of the same time may belong to; null before the first. */
    private List<Value> open;

    private long openTime;

    /** @param quality of the entries that are wanted; empty: any */
    HistoryCollector(HistoryTable table, Query query, String quality, int most) {
        this.table = table;
        this.query = query;
        this.quality = quality;
        this.most = most;
        this.match = new RowMatch(query.filter());
    }

    /** Takes an entry; says whether more are wanted. */
    boolean take(HistoryEntry entry) {
        boolean isWanted = (quality.isEmpty() || quality.equals(entry.quality()))
                && table.columns().containsKey(entry.property());
        if (isWanted) {
            int column = table.columns().get(entry.property());
            boolean belongs = table.isMerged()
                    && open != null
                    && openTime == entry.time()
                    && open.get(column).isNothing();
            if (!belongs) {
                close();
                open = table.row(entry);
                openTime = entry.time();
            }
            open.set(column, table.value(entry));
            openBytes += entry.value().length;
        } else {
            rejected++;
        }
        return rows.size() < most && !hasGivenUp() && !isTooLarge() && !match.hasGivenUp();
    }

    private void close() {
        if (open != null && rows.size() < most) {
            if (match.fulfils(cells(open))) {
                rows.add(open);
                bytes += openBytes;
            } else {
                rejected++;
            }
        }
        open = null;
        openBytes = 0;
    }

    /** Whether there is so much in the rows that the rest was left. */
    boolean isTooLarge() {
        // Behind the last row that is wanted another one may be open, which is not part of the answer.
        long ofOpen = rows.size() < most ? openBytes : 0;
        return bytes + ofOpen > (long) Bounds.MOST_MEGABYTES << 20;
    }

    /** Whether so many entries were looked at in vain that the rest was left. */
    boolean hasGivenUp() {
        return rejected >= Bounds.MOST_REJECTED && rows.size() < most;
    }

    /** @throws ServiceException if the query is too much work */
    Infotable result(ServiceRequest request) throws ServiceException {
        close();
        RowParameters.requireDone(request, match);
        List<List<Value>> sorted = query.sorts().isEmpty()
                ? rows
                : rows.stream()
                        .sorted((a, b) -> RowMatch.order(query.sorts()).compare(cells(a), cells(b)))
                        .collect(Collectors.toList());
        return new Infotable(table.fields(), sorted);
    }

    private Function<String, Value> cells(List<Value> row) {
        return name -> {
            for (int i = 0; i < row.size(); i++) {
                if (table.fields().get(i).name().equals(name)) {
                    return row.get(i);
                }
            }
            return Value.NOTHING;
        };
    }
}
