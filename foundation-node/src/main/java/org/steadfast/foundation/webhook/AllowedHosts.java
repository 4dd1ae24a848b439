package org.steadfast.foundation.webhook;

import java.util.List;
import java.util.Locale;

/** Which hosts may be called: whoever may write a subscription could else ask whatever the nodes reach. Immutable. */
final class AllowedHosts {
    private static final String ANY = "*";
    private static final String BELOW = "*.";

    private final List<String> patterns;

    /** @param patterns names, {@code *.} and a name for all below it, or {@code *} for any host */
    AllowedHosts(List<String> patterns) {
        this.patterns = patterns.stream()
                .map(pattern -> pattern.toLowerCase(Locale.ROOT))
                .toList();
    }

    boolean has(String host) {
        String asked = host.toLowerCase(Locale.ROOT);
        return patterns.stream()
                .anyMatch(pattern -> pattern.startsWith(BELOW)
                        ? asked.endsWith(pattern.substring(1))
                        : pattern.equals(ANY) || asked.equals(pattern));
    }
}
