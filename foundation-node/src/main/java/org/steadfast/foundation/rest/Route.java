package org.steadfast.foundation.rest;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * One row of the route table.
 *
 * @param endpoint where, and what for
 * @param access what the principal must be allowed
 * @param deadline how long a request may take, where that is not as long as all others may
 */
record Route(Endpoint endpoint, Access access, Optional<Duration> deadline, Handler handler) {

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

    static Route of(String method, String template, Access access, Operation operation, Handler handler) {
        return new Route(Endpoint.of(method, template, operation), access, Optional.empty(), handler);
    }

    /** The same route, whose requests may take longer. */
    Route within(Duration time) {
        return new Route(endpoint, access, Optional.of(time), handler);
    }
}
