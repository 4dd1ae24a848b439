package org.steadfast.foundation.rest;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.live.LiveException;
import org.steadfast.foundation.live.LiveRequest;
import org.steadfast.foundation.live.LiveStreams;
import org.steadfast.foundation.model.ModelException;

/** Streams of live values. */
final class LiveRoutes {
    private static final String THING = "thing";
    private static final String PROPERTY = "property";
    private static final String LAST_EVENT_ID = "Last-Event-ID";

    private final LiveStreams live;

    LiveRoutes(LiveStreams live) {
        this.live = live;
    }

    List<Route> routes() {
        Operation operation = Operation.of(
                        "Things", "Goes on to give the values of properties as they change, as server-sent events")
                .neededQuery(THING, Schema.string(), "Name of a thing; may stand there several times")
                .query(
                        PROPERTY,
                        Schema.string(),
                        "Name of a property, several times for several; all where there is none")
                .query(LAST_EVENT_ID, Schema.string(), "The same as the header, for clients that cannot send one")
                .header(
                        LAST_EVENT_ID,
                        false,
                        "The id of the last event that came; what it proves known is not sent again")
                .giving("Events of values, see the page about live values", "text/event-stream", Schema.string());
        return List.of(Route.of("GET", "LiveValues", Route.Access.READ, operation, this::open));
    }

    private CompletionStage<Reply> open(Exchange exchange) throws ModelException, LiveException, RestException {
        Set<String> things = exchange.queries(THING);
        if (things.isEmpty()) {
            throw new RestException(400, "the query names no thing; name one or more as thing=...");
        }
        Optional<String> last = exchange.header(LAST_EVENT_ID);
        LiveRequest request = new LiveRequest(
                exchange.principal(),
                exchange.credential(),
                things,
                exchange.queries(PROPERTY),
                last.isPresent() ? last : exchange.query(LAST_EVENT_ID));
        return CompletableFuture.completedFuture(Reply.live(live.open(request)));
    }
}
