package org.steadfast.foundation.rest;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the query of an address. Not by {@code getParameter}: that would read a form's body as well, and fails in its own way
 * where the query is not well formed.
 */
final class Query {
    private Query() {}

    /**
     * The first value of a parameter, decoded.
     *
     * @param query as it was sent; null where there is none
     * @throws RestException 400 if it is not well formed
     */
    static Optional<String> find(String query, String name) throws RestException {
        if (query != null) {
            for (String pair : query.split("&", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0 && decode(pair.substring(0, equals)).equals(name)) {
                    return Optional.of(decode(pair.substring(equals + 1)));
                }
            }
        }
        return Optional.empty();
    }

    /**
     * All values of a parameter, decoded, in their order, each once.
     *
     * @param query as it was sent; null where there is none
     * @throws RestException 400 if it is not well formed
     */
    static Set<String> findAll(String query, String name) throws RestException {
        Set<String> values = new LinkedHashSet<>();
        if (query != null) {
            for (String pair : query.split("&", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0 && decode(pair.substring(0, equals)).equals(name)) {
                    values.add(decode(pair.substring(equals + 1)));
                }
            }
        }
        return values;
    }

    /**
     * All parameters that have a name and a value, decoded, the first of each name.
     *
     * @param query as it was sent; null where there is none
     * @throws RestException 400 if it is not well formed
     */
    static Map<String, String> all(String query) throws RestException {
        Map<String, String> all = new LinkedHashMap<>();
        if (query != null) {
            for (String pair : query.split("&", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0) {
                    all.putIfAbsent(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
                }
            }
        }
        return all;
    }

    private static String decode(String text) throws RestException {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new RestException(400, "the query is not well formed: " + e.getMessage(), e);
        }
    }
}
