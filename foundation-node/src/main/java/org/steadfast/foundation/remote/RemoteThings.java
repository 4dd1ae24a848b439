package org.steadfast.foundation.remote;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.sharedstate.Bindings;
import org.steadfast.foundation.sharedstate.Bindings.Binding;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.Status;
import org.steadfast.protocol.wire.Target;
import org.steadfast.protocol.wire.Verb;

/**
 * Asks the devices that speak for things. What was asked once is not asked again: it may have had effects. Safe for use by several
 * threads.
 */
public final class RemoteThings {
    private final Bindings bindings;
    private final Devices devices;
    private final Duration timeout;
    private final Duration longest;

    /**
     * Asks through links.
     *
     * @param timeout how long a device has time to answer where nothing else is said
     * @param longest whatever is said
     */
    public RemoteThings(Bindings bindings, Devices devices, Duration timeout, Duration longest) {
        this.bindings = bindings;
        this.devices = devices;
        this.timeout = timeout;
        this.longest = longest;
    }

    /**
     * The connection of a thing.
     *
     * @param last when the thing was last bound, epoch milliseconds; 0 where that is not known
     */
    public record Connection(boolean connected, long last) {
        /** Of a thing that was never bound. */
        static final Connection NEVER = new Connection(false, 0);
    }

    /** Whether a device speaks for the thing now. */
    public CompletableFuture<Connection> connection(Thing thing) {
        return bindings.find(thing.id())
                .thenApply(found -> found.map(this::connection).orElse(Connection.NEVER));
    }

    /** Like {@link #connection(Thing)}, of several things in one go, by their numbers; those never bound are missing. */
    CompletableFuture<Map<Long, Connection>> connections(Collection<Long> thingIds) {
        return bindings.find(thingIds).thenApply(found -> {
            Map<Long, Connection> connections = new HashMap<>();
            found.forEach((thing, binding) -> connections.put(thing, connection(binding)));
            return connections;
        });
    }

    private Connection connection(Binding binding) {
        return new Connection(devices.isReached(binding), binding.since());
    }

    /**
     * Invokes a service of the device.
     *
     * @return the result, empty where there is none; fails with a {@link RemoteException}
     */
    public CompletableFuture<Optional<Infotable>> invoke(Thing thing, String service, Infotable parameters) {
        Optional<Infotable> sent = parameters.fields().isEmpty() ? Optional.empty() : Optional.of(parameters);
        return ask(thing, Verb.POST, Target.service(thing.name(), service), sent, Optional.empty());
    }

    /** The same, where the device has as much time as is said, however little others have. */
    public CompletableFuture<Optional<Infotable>> invoke(
            Thing thing, String service, Infotable parameters, Duration time) {
        Optional<Infotable> sent = parameters.fields().isEmpty() ? Optional.empty() : Optional.of(parameters);
        return askFor(thing, Verb.POST, Target.service(thing.name(), service), sent, time);
    }

    /** What the device calls a thing that it has bound; empty where it has not. */
    public CompletableFuture<Optional<String>> boundName(Thing thing) {
        return bindings.find(thing.id())
                .thenApply(found -> found.filter(Binding::bound).map(Binding::name));
    }

    /** Asks for a property of the device. */
    CompletableFuture<Optional<Infotable>> read(Thing thing, RemoteBinding property) {
        return ask(
                thing,
                Verb.GET,
                Target.property(thing.name(), property.sourceName()),
                Optional.empty(),
                property.timeout());
    }

    /** Sends a property down to the device. */
    CompletableFuture<Optional<Infotable>> write(Thing thing, RemoteBinding property, Infotable value) {
        return ask(
                thing,
                Verb.PUT,
                Target.property(thing.name(), property.sourceName()),
                Optional.of(value),
                property.timeout());
    }

    private CompletableFuture<Optional<Infotable>> ask(
            Thing thing, Verb verb, Target target, Optional<Infotable> parameters, Optional<Duration> time) {
        return askFor(thing, verb, target, parameters, shorter(time.orElse(timeout)));
    }

    private CompletableFuture<Optional<Infotable>> askFor(
            Thing thing, Verb verb, Target target, Optional<Infotable> parameters, Duration time) {
        return bindings.find(thing.id()).thenCompose(found -> {
            Optional<Binding> reached = found.filter(devices::isReached);
            if (reached.isEmpty()) {
                return CompletableFuture.failedFuture(new RemoteException(
                        RemoteException.Kind.NOT_CONNECTED,
                        503,
                        "the thing [" + thing.name() + "] is not connected; nothing was sent to it"));
            }
            return devices.call(reached.get(), thing.name(), verb, new Body.Request(target, parameters), time)
                    .thenCompose(answer -> answer.status().isSuccess()
                            ? CompletableFuture.completedFuture(answer.body().content())
                            : CompletableFuture.failedFuture(refused(thing, target, answer)));
        });
    }

    private Duration shorter(Duration wanted) {
        return wanted.compareTo(longest) < 0 ? wanted : longest;
    }

    private static RemoteException refused(Thing thing, Target target, Devices.Answer answer) {
        Status status = answer.status();
        String reason = answer.body().reason().map(text -> ": " + text).orElse("");
        String what = "[" + target.name() + "] of the thing [" + thing.name() + "]";
        return switch (status) {
            case CONNECTION_UNAVAILABLE, CONNECTION_REFUSED ->
                new RemoteException(RemoteException.Kind.NOT_CONNECTED, 503, what + " was not reached" + reason);
            case CONNECTION_TIMEOUT ->
                new RemoteException(
                        RemoteException.Kind.NO_ANSWER,
                        504,
                        what + ": no answer of the device in time" + reason + "; whether it took effect is not known");
            case UNAVAILABLE -> new RemoteException(RemoteException.Kind.BUSY, 503, what + " was not taken" + reason);
            default ->
                new RemoteException(
                        RemoteException.Kind.REFUSED,
                        status.http() < 600 ? status.http() : 502,
                        what + ": the device answered " + status.http() + reason);
        };
    }
}
