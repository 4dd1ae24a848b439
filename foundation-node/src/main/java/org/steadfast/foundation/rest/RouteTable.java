package org.steadfast.foundation.rest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Finds the route of a request. Routes with more literals come first, so that names never hide them. */
final class RouteTable {
    /** By the first segment, which is always a literal. */
    private final Map<String, List<Route>> routes;

    RouteTable(List<Route> routes) {
        Map<String, List<Route>> byCollection = new HashMap<>();
        routes.stream()
                .sorted((a, b) -> Long.compare(literals(b), literals(a)))
                .forEach(route -> byCollection
                        .computeIfAbsent(route.endpoint().segments().get(0), collection -> new ArrayList<>())
                        .add(route));
        byCollection.replaceAll((collection, all) -> List.copyOf(all));
        this.routes = Map.copyOf(byCollection);
    }

    /** A route and the names that the address gives it. */
    record Match(Route route, Map<String, String> names) {}

    /** @throws RestException 404 for an unknown address, 405 for a known one with another method */
    Match find(String method, List<String> address) throws RestException {
        TreeSet<String> others = new TreeSet<>();
        for (Route route : routes.getOrDefault(address.get(0), List.of())) {
            Optional<Map<String, String>> names = route.endpoint().match(address);
            if (names.isPresent()) {
                if (route.endpoint().method().equals(method)) {
                    return new Match(route, names.get());
                }
                others.add(route.endpoint().method());
            }
        }
        if (others.isEmpty()) {
            throw new RestException(404, "there is nothing at /Thingworx/" + String.join("/", address));
        }
        throw new RestException(405, method + " is not allowed here, " + String.join(" and ", others) + " would be");
    }

    private static long literals(Route route) {
        return route.endpoint().segments().stream()
                .filter(segment -> !Endpoint.isName(segment))
                .count();
    }
}
