package org.steadfast.simulator;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.Target;
import org.steadfast.protocol.wire.Verb;

/** What the server wants to be told of one device's things: asked for when the server says that it has changed. Never blocks. */
final class DeviceSubscriptions {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceSubscriptions.class);

    private final DeviceNetwork network;
    private final DeviceSettings settings;
    private final DeviceRequests requests;
    /** Per thing. Written by the reading thread. */
    private final Map<String, List<PropertySubscription>> properties = new ConcurrentHashMap<>();
    /** The names of which nothing is known yet. Emptied by the reading thread. */
    private final Set<String> unknown = ConcurrentHashMap.newKeySet();
    /** Completed by the reading thread or the timer, or by whoever ends the connection. */
    private final CompletableFuture<Void> known = new CompletableFuture<>();

    DeviceSubscriptions(DeviceNetwork network, DeviceSettings settings, DeviceRequests requests) {
        this.network = network;
        this.settings = settings;
        this.requests = requests;
        unknown.addAll(settings.names());
    }

    /** Those of a thing; empty until they are known. */
    List<PropertySubscription> of(String thing) {
        return properties.getOrDefault(thing, List.of());
    }

    /** Asks for those of a thing's properties. The future does not fail. */
    CompletableFuture<Void> fetchProperties(String thing) {
        return fetch(thing, "GetPropertySubscriptions", Optional.of(PropertyTables.subscriptionOptions()))
                .thenAccept(answer -> answer.flatMap(Body.Response::content)
                        .ifPresent(table -> properties.put(thing, PropertyTables.subscriptions(table))));
    }

    /** Asks for those of a thing's properties and events, both without options. The future does not fail. */
    CompletableFuture<Void> fetchAll(String thing) {
        CompletableFuture<Optional<Infotable>> propertiesAnswer =
                fetch(thing, "GetPropertySubscriptions", Optional.empty()).thenApply(DeviceSubscriptions::table);
        CompletableFuture<Optional<Infotable>> eventsAnswer =
                fetch(thing, "GetEventSubscriptions", Optional.empty()).thenApply(DeviceSubscriptions::table);
        return propertiesAnswer.thenAcceptBoth(eventsAnswer, (propertyTable, eventTable) -> {
            propertyTable.ifPresent(table -> properties.put(thing, PropertyTables.subscriptions(table)));
            // An answer without a table is none: the SDK falls over it.
            if (propertyTable.isPresent() && eventTable.isPresent() && unknown.remove(thing) && unknown.isEmpty()) {
                known.complete(null);
            }
        });
    }

    private static Optional<Infotable> table(Optional<Body.Response> answer) {
        return answer.flatMap(Body.Response::content);
    }

    private CompletableFuture<Optional<Body.Response>> fetch(
            String thing, String service, Optional<Infotable> parameters) {
        return requests.succeed(Verb.POST, Target.service(thing, service), parameters)
                .handle((answer, failure) -> {
                    if (failure != null && !(Causes.of(failure) instanceof DeviceDisconnectedException)) {
                        LOG.warn("No answer to {} of {}: {}", service, thing, Causes.text(failure));
                    }
                    return Optional.ofNullable(answer);
                });
    }

    /**
     * Done when {@link #fetchAll} has brought those of all names; fails with a {@link RequestTimeoutException} where that takes longer
     * than a request may.
     */
    CompletableFuture<Void> known() {
        ScheduledFuture<?> alarm = network.after(
                settings.requestTimeout(),
                () -> known.completeExceptionally(new RequestTimeoutException(
                        "no subscriptions of " + unknown + " within " + settings.requestTimeout())));
        return known.whenComplete((done, failure) -> alarm.cancel(false));
    }

    /** The connection is gone. */
    void end(DeviceDisconnectedException reason) {
        known.completeExceptionally(reason);
    }
}
