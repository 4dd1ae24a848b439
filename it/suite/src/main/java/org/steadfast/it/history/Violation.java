package org.steadfast.it.history;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * A proof that no register could have answered as a property did.
 *
 * @param why one sentence
 * @param evidence the operations that contradict each other; none of them needs the others of the history
 */
public record Violation(String property, Kind kind, String why, List<Operation> evidence) {

    /** What was promised and not kept. */
    public enum Kind {
        /** A value was read that nobody wrote. */
        NEVER_WRITTEN,
        /** A value was read whose write was answered as one without effect. */
        FAILED_WRITE_READ,
        /** A value was read before its write began. */
        READ_BEFORE_WRITE,
        /** A value held again after another had replaced it: a stale read, a read that went back, or a lost write. */
        WENT_BACK,
        /** An acknowledged write is gone in the end, and nothing has replaced it. */
        LOST_WRITE
    }

    public Violation {
        evidence = evidence.stream()
                .distinct()
                .sorted(Comparator.comparingLong(Operation::invoked).thenComparingLong(Operation::completed))
                .toList();
    }

    /** For people: the property, what is wrong, and one line for each operation with its times since the start. */
    public String report() {
        StringBuilder text = new StringBuilder();
        text.append(property).append(": ").append(kind).append(": ").append(why).append('\n');
        for (Operation operation : evidence) {
            text.append(line(operation)).append('\n');
        }
        return text.toString();
    }

    private static String line(Operation operation) {
        String value =
                operation.value().isPresent() ? Long.toString(operation.value().getAsLong()) : "nothing";
        return String.format(
                Locale.ROOT,
                "  %10.3f s .. %10.3f s  %-10s %-5s %-12s %s %s",
                operation.invoked() / 1e9,
                operation.completed() / 1e9,
                operation.client(),
                operation.isWrite() ? "wrote" : "read",
                value,
                operation.isWrite() ? "to" : "from",
                operation.node()
                        + switch (operation.outcome()) {
                            case OK -> operation.isWrite() ? ", acknowledged" : "";
                            case FAILED -> ", refused as without effect";
                            case UNKNOWN -> ", outcome unknown";
                        });
    }

    @Override
    public String toString() {
        return report();
    }
}
