package org.steadfast.foundation.webhook;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Which hosts may be called: whoever may write a subscription could else ask whatever the nodes reach. Immutable. */
final class AllowedHosts {
    private static final String ANY = "*";
    private static final String BELOW = "*.";

    private static final Pattern ENTRY =
            Pattern.compile("\\*|(\\*\\.)?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\\[[0-9A-Fa-f:.]+]");

    private final List<String> patterns;

    /** @param patterns names, {@code *.} and a name for all below it, or {@code *} for any host */
    AllowedHosts(List<String> patterns) {
        this.patterns = patterns.stream()
                .map(pattern -> pattern.toLowerCase(Locale.ROOT))
                .toList();
    }

    /** @throws IllegalArgumentException if one of them could never match */
    static void check(List<String> patterns) {
        for (String pattern : patterns) {
            if (!ENTRY.matcher(pattern).matches()) {
                throw new IllegalArgumentException("AllowedHosts has [" + pattern
                        + "]: must be a name or an address such as [::1], without a port, or *. and a name, or *");
            }
        }
    }

    boolean has(String host) {
        String asked = host.toLowerCase(Locale.ROOT);
        return patterns.stream()
                .anyMatch(pattern -> pattern.startsWith(BELOW)
                        ? asked.endsWith(pattern.substring(1))
                        : pattern.equals(ANY) || asked.equals(pattern));
    }
}
