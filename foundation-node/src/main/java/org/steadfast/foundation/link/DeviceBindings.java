package org.steadfast.foundation.link;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.model.Things;
import org.steadfast.foundation.security.Authority;
import org.steadfast.foundation.security.Principal;
import org.steadfast.foundation.security.Right;
import org.steadfast.foundation.security.Rights;
import org.steadfast.foundation.sharedstate.Bindings;
import org.steadfast.persistence.store.PropertyStore;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.protocol.link.LinkFrame;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.Status;

/**
 * Binds things to the sessions of devices. The last binding holds, so a device that comes back is never refused. Whoever has bound a
 * thing answers for it: that is for those who may see it and write at least one of its properties. What is answered with an error is
 * not bound afterwards. Safe for use by several threads.
 */
final class DeviceBindings {
    private static final Logger log = LoggerFactory.getLogger(DeviceBindings.class);
    /** How long a BIND may take; connection servers wait a little longer for its answer. */
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    /** So many names that are not bound are listed in an answer. */
    private static final int SHOWN_NAMES = 10;

    private static final long REMOVAL_MILLIS = 100;

    private final Things things;
    private final PropertyStore store;
    private final Bindings bindings;
    private final Authority authority;
    private final GatewayThings gateways;
    private final OpenLinks links;
    private final Clock clock;

    DeviceBindings(
            Things things,
            PropertyStore store,
            Bindings bindings,
            Authority authority,
            GatewayThings gateways,
            OpenLinks links,
            Clock clock) {
        this.gateways = gateways;
        this.things = things;
        this.authority = authority;
        this.store = store;
        this.bindings = bindings;
        this.links = links;
        this.clock = clock;
    }

    /** A binding that was begun. Its outcome may not be known. */
    private record Begun(long thingId, LinkFrame.Binding binding, CompletableFuture<Void> kept) {}

    /** What has become of the names of one BIND. Written by one slice after the other. */
    private static final class Outcome {
        private final List<Begun> begun = new ArrayList<>();
        /** No things, or none that the device may know of. */
        private final List<String> unknown = new ArrayList<>();

        private final List<String> refused = new ArrayList<>();
        /** The name of a gateway that has a thing. */
        private Optional<String> provided = Optional.empty();
    }

    /**
     * Binds names, those that may be.
     *
     * @param principal whom the device logged in as
     * @param executor where the database is asked
     * @param abandoned whether nobody can be answered any more
     */
    CompletableFuture<LinkFrame.Bound> bind(
            Principal principal, LinkFrame.Bind request, Executor executor, BooleanSupplier abandoned) {
        return bind(principal, request, executor, abandoned, System.nanoTime() + DEADLINE.toNanos());
    }

    private CompletableFuture<LinkFrame.Bound> bind(
            Principal principal, LinkFrame.Bind request, Executor executor, BooleanSupplier abandoned, long deadline) {
        Outcome outcome = new Outcome();
        AtomicLong epoch = new AtomicLong();
        Set<String> names = new LinkedHashSet<>(request.names());
        // The epoch is drawn where the database may be asked, also for an empty list.
        CompletableFuture<Void> all = Slices.forEach(List.of(request), executor, asked -> {
                    epoch.set(store.nextEpoch());
                    return provideGateway(principal, request, names, outcome);
                })
                .thenCompose(drawn -> Slices.forEach(List.copyOf(names), executor, name -> {
                    if (System.nanoTime() - deadline > 0 || abandoned.getAsBoolean()) {
                        throw new TimeoutException("binding took too long");
                    }
                    return bind(principal, request, name, epoch.get(), outcome, executor);
                }));
        return all.thenApply(done -> {
                    if (abandoned.getAsBoolean()) {
                        throw new CompletionException(new TimeoutException("nobody waits for it any more"));
                    }
                    return answer(principal, request, outcome);
                })
                .exceptionallyCompose(failure -> {
                    undo(outcome.begun, executor);
                    return cause(failure) instanceof GatewayThings.BeingRemovedException
                            ? bindAgain(principal, request, executor, abandoned, deadline)
                            : CompletableFuture.completedFuture(failed(request, failure));
                });
    }

    /** It takes some milliseconds until a thing is gone; then it can be made anew. */
    private CompletableFuture<LinkFrame.Bound> bindAgain(
            Principal principal, LinkFrame.Bind request, Executor executor, BooleanSupplier abandoned, long deadline) {
        Executor later = CompletableFuture.delayedExecutor(REMOVAL_MILLIS, TimeUnit.MILLISECONDS, Runnable::run);
        return CompletableFuture.runAsync(() -> {}, later)
                .thenCompose(waited -> bind(principal, request, executor, abandoned, deadline));
    }

    /** A gateway lists its own name, or does not; where it has a thing, that is bound as well. */
    private CompletableFuture<Void> provideGateway(
            Principal principal, LinkFrame.Bind request, Set<String> names, Outcome outcome) throws ModelException {
        if (request.gateway().isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        Body.Bind.Gateway gateway = request.gateway().get();
        return gateways.provide(principal, gateway).thenAccept(isProvided -> {
            if (isProvided) {
                names.add(gateway.name());
                outcome.provided = Optional.of(gateway.name());
            }
        });
    }

    private CompletableFuture<Void> bind(
            Principal principal, LinkFrame.Bind request, String name, long epoch, Outcome outcome, Executor executor)
            throws ModelException {
        Optional<Thing> thing = things.find(name);
        if (thing.isEmpty() && outcome.provided.filter(name::equals).isPresent()) {
            return CompletableFuture.failedFuture(new GatewayThings.BeingRemovedException(name));
        }
        Optional<Rights> rights =
                thing.isPresent() ? Optional.of(authority.of(principal, thing.get())) : Optional.empty();
        if (rights.filter(Rights::isVisible).isEmpty()) {
            outcome.unknown.add(name);
            return CompletableFuture.completedFuture(null);
        }
        if (principal.readOnly() || !rights.get().allowsAny(Right.PROPERTY_WRITE)) {
            outcome.refused.add(name);
            return CompletableFuture.completedFuture(null);
        }
        String thingName = thing.get().name();
        Bindings.Binding binding = new Bindings.Binding(
                epoch, thingName, name, request.connectionServer(), request.session(), clock.millis(), true);
        CompletableFuture<Void> kept = bindings.bind(thing.get().id(), binding).thenCompose(replaced -> {
            if (replaced.filter(Bindings.Binding::isLast).isPresent()) {
                gateways.finishRemovalSoon(thing.get());
                return CompletableFuture.failedFuture(new GatewayThings.BeingRemovedException(thingName));
            }
            replaced.filter(before -> before.bound() && !isSameSession(before, binding))
                    .ifPresent(before -> tellSuperseded(before, thingName, epoch));
            return gateways.requireThere(thing.get(), executor);
        });
        outcome.begun.add(new Begun(thing.get().id(), new LinkFrame.Binding(name, thingName, epoch), kept));
        return kept;
    }

    private static boolean isSameSession(Bindings.Binding a, Bindings.Binding b) {
        return a.session() == b.session() && a.connectionServer().equals(b.connectionServer());
    }

    /** The session that had the thing before. Where its connection server is gone, there is nobody to be told. */
    private void tellSuperseded(Bindings.Binding before, String thing, long epoch) {
        links.find(before.connectionServer()).ifPresent(link -> {
            boolean unused = link.send(new LinkFrame.Superseded(0, before.session(), thing, epoch));
        });
    }

    private static LinkFrame.Bound answer(Principal principal, LinkFrame.Bind request, Outcome outcome) {
        if (!outcome.refused.isEmpty()) {
            log.warn(
                    "BIND_REFUSED: user {} may not bind {}, by {}: {}",
                    principal.user(),
                    shown(outcome.refused),
                    request.connectionServer(),
                    missing(principal));
        }
        // Gateways list names that are no things, so one that can be bound is enough.
        if (outcome.begun.isEmpty() && !outcome.refused.isEmpty()) {
            return new LinkFrame.Bound(
                    request.correlation(),
                    Status.FORBIDDEN,
                    "Not authorized to bind " + shown(outcome.refused) + ": " + missing(principal),
                    List.of());
        }
        if (outcome.begun.isEmpty() && !outcome.unknown.isEmpty()) {
            return new LinkFrame.Bound(
                    request.correlation(), Status.NOT_FOUND, "no thing is named " + shown(outcome.unknown), List.of());
        }
        return new LinkFrame.Bound(
                request.correlation(),
                Status.SUCCESS,
                "",
                outcome.begun.stream().map(Begun::binding).toList());
    }

    private static String missing(Principal principal) {
        return principal.readOnly()
                ? "the application key may only read"
                : Right.PROPERTY_WRITE.title() + " on at least one property is needed";
    }

    private static String shown(List<String> names) {
        String more = names.size() > SHOWN_NAMES ? " and " + (names.size() - SHOWN_NAMES) + " more" : "";
        return String.join(", ", names.subList(0, Math.min(SHOWN_NAMES, names.size()))) + more;
    }

    private static LinkFrame.Bound failed(LinkFrame.Bind request, Throwable failure) {
        Throwable cause = cause(failure);
        if (cause instanceof ModelException || cause instanceof StoreException || cause instanceof TimeoutException) {
            return new LinkFrame.Bound(request.correlation(), Status.UNAVAILABLE, cause.getMessage(), List.of());
        }
        if (cause instanceof RejectedExecutionException) {
            return new LinkFrame.Bound(
                    request.correlation(), Status.UNAVAILABLE, "too many bindings at once", List.of());
        }
        log.warn("BIND_FAILED: binding {} names failed", request.names().size(), cause);
        return new LinkFrame.Bound(
                request.correlation(), Status.UNAVAILABLE, "shared state cannot answer now", List.of());
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** Ends bindings that nobody was told of, each after its own outcome is known. */
    private void undo(List<Begun> begun, Executor executor) {
        if (begun.isEmpty()) {
            return;
        }
        var unused = Slices.forEach(
                        begun,
                        executor,
                        one -> one.kept()
                                .handle((done, failure) -> null)
                                .thenCompose(done -> bindings.unbind(
                                        one.thingId(), one.binding().epoch())))
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        log.warn(
                                "BIND_FAILED: some of {} bindings could not be ended after their BIND failed",
                                begun.size(),
                                failure);
                    }
                });
    }

    /** Takes in bindings that may have been lost. Those that are known, or were replaced or ended since, stay as they are. */
    CompletableFuture<LinkFrame.Rebound> rebind(LinkFrame.Rebind request, Executor executor) {
        return Slices.forEach(request.bindings(), executor, held -> {
                    Optional<Thing> thing = things.find(held.thing());
                    if (thing.isEmpty()) {
                        return CompletableFuture.completedFuture(null);
                    }
                    Bindings.Binding binding = new Bindings.Binding(
                            held.epoch(),
                            thing.get().name(),
                            held.name(),
                            request.connectionServer(),
                            held.session(),
                            clock.millis(),
                            true);
                    return bindings.bind(thing.get().id(), binding).thenApply(replaced -> null);
                })
                .thenApply(done -> new LinkFrame.Rebound(request.correlation(), Status.SUCCESS))
                .exceptionally(failure -> {
                    log.debug("Taking in {} bindings failed", request.bindings().size(), failure);
                    return new LinkFrame.Rebound(request.correlation(), Status.UNAVAILABLE);
                });
    }

    CompletableFuture<LinkFrame.Unbound> unbind(LinkFrame.Unbind request, Executor executor) {
        return Slices.forEach(request.bindings(), executor, this::unbind)
                .thenApply(done -> new LinkFrame.Unbound(request.correlation(), Status.SUCCESS))
                .exceptionally(failure -> {
                    log.debug("Ending {} bindings failed", request.bindings().size(), failure);
                    return new LinkFrame.Unbound(request.correlation(), Status.UNAVAILABLE);
                });
    }

    private CompletableFuture<Void> unbind(LinkFrame.Binding binding) throws ModelException {
        Optional<Thing> thing = things.find(binding.thing());
        return thing.isPresent()
                ? bindings.unbind(thing.get().id(), binding.epoch())
                        .thenRun(() -> gateways.left(thing.get(), binding.epoch()))
                : CompletableFuture.completedFuture(null);
    }
}
