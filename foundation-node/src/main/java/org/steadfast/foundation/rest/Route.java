package org.steadfast.foundation.rest;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * One row of the route table.
 *
 * @param method HTTP method
 * @param segments of the address after {@code /Thingworx}: literals, or names in braces
 * @param access what the principal must be allowed
 * @param deadline how long a request may take, where that is not as long as all others may
 */
record Route(String method, List<String> segments, Access access, Optional<Duration> deadline, Handler handler) {

    /** What a request needs. */
    enum Access {
        READ,
        WRITE
    }

    /** Answers a request. */
    @FunctionalInterface
    interface Handler {
        CompletionStage<Reply> handle(Exchange exchange) throws Exception;
    }

    static Route of(String method, String template, Access access, Handler handler) {
        return new Route(method, List.of(template.split("/", -1)), access, Optional.empty(), handler);
    }

    /** The same route, whose requests may take longer. */
    Route within(Duration time) {
        return new Route(method, segments, access, Optional.of(time), handler);
    }

    /**
     * The names of an address, where it is one of this route. The first literal, which is the collection, must be written
     * exactly; the ones after it in any case, as clients write them.
     */
    Optional<Map<String, String>> match(List<String> address) {
        if (address.size() != segments.size()) {
            return Optional.empty();
        }
        Map<String, String> names = new LinkedHashMap<>();
        for (int i = 0; i < segments.size(); i++) {
            String segment = segments.get(i);
            if (segment.startsWith("{")) {
                names.put(segment.substring(1, segment.length() - 1), address.get(i));
            } else if (!(i == 0 ? segment.equals(address.get(i)) : segment.equalsIgnoreCase(address.get(i)))) {
                return Optional.empty();
            }
        }
        return Optional.of(names);
    }
}
