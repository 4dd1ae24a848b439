package org.steadfast.persistence.failover;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The setting {@code synchronous_standby_names}, as it is set here: a commit waits for any one of some standbys. */
final class StandbyNames {
    /** The name of no standby: for a primary that must wait for one, and has none yet. Whoever comes must be known before it counts. */
    static final String NOBODY = "no standby yet";

    private static final String BEFORE = "ANY 1 (";
    private static final String AFTER = ")";

    private StandbyNames() {}

    static String text(Set<String> names) {
        if (names.isEmpty()) {
            return "";
        }
        return names.stream().sorted().map(StandbyNames::quoted).collect(Collectors.joining(", ", BEFORE, AFTER));
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** Whether a primary whose setting is this text waits for one of the names, and for nobody else. */
    static boolean isWithin(String text, Set<String> names) {
        if (!text.startsWith(BEFORE) || !text.endsWith(AFTER)) {
            return false;
        }
        Set<String> allowed = names.stream().map(StandbyNames::quoted).collect(Collectors.toSet());
        return allowed.containsAll(List.of(
                text.substring(BEFORE.length(), text.length() - AFTER.length()).split(", ", -1)));
    }
}
