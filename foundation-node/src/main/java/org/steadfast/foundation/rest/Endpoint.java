package org.steadfast.foundation.rest;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An address that answers one method, and what it is for.
 *
 * @param method HTTP method
 * @param segments of the address after {@code /Thingworx}: literals, or names in braces; the last one may be a name with three dots, which
 *     takes all that follows
 * @param operation what the OpenAPI document says of it; tells the meaning of each name in the address
 */
record Endpoint(String method, List<String> segments, Operation operation) {

    private static final String REST = "...";

    /** @throws IllegalArgumentException if the operation tells of other names than the address has */
    Endpoint {
        Set<String> names =
                segments.stream().filter(Endpoint::isName).map(Endpoint::name).collect(Collectors.toSet());
        if (!names.equals(operation.names())) {
            throw new IllegalArgumentException(method + " " + String.join("/", segments) + " has the names " + names
                    + ", its operation tells of " + operation.names());
        }
    }

    static Endpoint of(String method, String template, Operation operation) {
        return new Endpoint(method, List.of(template.split("/", -1)), operation);
    }

    /** The address as it is written in documents, such as {@code Things/{thing}/Properties}. */
    String template() {
        return String.join("/", segments).replace(REST, "");
    }

    /**
     * The names of an address, where it is one of this endpoint. The first literal, which is the collection, must be written
     * exactly; the ones after it in any case, as clients write them.
     */
    Optional<Map<String, String>> match(List<String> address) {
        boolean takesRest = segments.get(segments.size() - 1).contains(REST);
        if (address.size() < segments.size() || (address.size() > segments.size() && !takesRest)) {
            return Optional.empty();
        }
        Map<String, String> names = new LinkedHashMap<>();
        for (int i = 0; i < segments.size(); i++) {
            String segment = segments.get(i);
            if (isName(segment)) {
                boolean isRest = segment.contains(REST);
                names.put(
                        name(segment), isRest ? String.join("/", address.subList(i, address.size())) : address.get(i));
            } else if (!(i == 0 ? segment.equals(address.get(i)) : segment.equalsIgnoreCase(address.get(i)))) {
                return Optional.empty();
            }
        }
        return Optional.of(names);
    }

    static boolean isName(String segment) {
        return segment.startsWith("{");
    }

    private static String name(String segment) {
        return segment.substring(1, segment.length() - 1).replace(REST, "");
    }
}
