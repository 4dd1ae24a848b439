package org.steadfast.foundation.rest;

import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.event.EventDoor;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.Thing;

/** Fires events of things. */
final class EventRoutes {
    private final Model model;
    private final EventDoor events;
    private final Clock clock;

    EventRoutes(Model model, EventDoor events, Clock clock) {
        this.model = model;
        this.events = events;
        this.clock = clock;
    }

    List<Route> routes() {
        Operation operation = Operation.of(
                        "Things", "Fires an event, which is then taken, but need not have been heard")
                .path("thing", "Name of the thing, or * and its identifier")
                .path("event", "Name of an event that it has")
                .takingAtMost("application/json", Schema.object().described("The fields of the event's data shape"));
        return List.of(Route.of("POST", "Things/{thing}/Events/{event}", Route.Access.WRITE, operation, this::fire));
    }

    private CompletionStage<Reply> fire(Exchange exchange) throws Exception {
        Thing thing = model.things().require(exchange.path("thing"));
        return events.fire(thing, exchange.path("event"), exchange.parameters(), clock.millis(), exchange.principal())
                .thenApply(taken -> Reply.empty());
    }
}
