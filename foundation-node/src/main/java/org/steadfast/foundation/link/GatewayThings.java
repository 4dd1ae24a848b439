package org.steadfast.foundation.link;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.foundation.model.BuiltIns;
import org.steadfast.foundation.model.EffectiveShape;
import org.steadfast.foundation.model.Entity;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Names;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.remote.Devices;
import org.steadfast.foundation.security.AuditLog;
import org.steadfast.foundation.security.Authority;
import org.steadfast.foundation.security.Principal;
import org.steadfast.foundation.security.Right;
import org.steadfast.foundation.security.Rights;
import org.steadfast.foundation.sharedstate.Bindings;
import org.steadfast.protocol.wire.Body;

/**
 * The things of gateways that nobody has made: they are made when a gateway binds its devices, from the template that it names, and go
 * some time after it has gone (device protocol, section 14). A gateway that is back sooner finds its thing as it was. Safe for use by
 * several threads.
 */
public final class GatewayThings implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(GatewayThings.class);
    private static final EntityRef SHAPE = new EntityRef(EntityType.THING_SHAPE, BuiltIns.GATEWAY);
    private static final Duration SHARED_STATE = Duration.ofSeconds(5);

    private final Model model;
    private final Authority authority;
    private final AuditLog audit;
    private final Bindings bindings;
    private final Devices devices;
    private final Duration kept;
    private final ScheduledExecutorService removing =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "gateway-things"));
    /** Numbers of things whose removal waits to be finished; added to by those who bind, guards itself. */
    private final Set<Long> finishing = ConcurrentHashMap.newKeySet();
    /** Epochs of bindings that nobody held when it was looked last, by thing; used by the thread of upkeep. */
    private Map<Long, Long> unheld = Map.of();

    /** @param kept how long a thing stays after its gateway has gone */
    public GatewayThings(
            Model model, Authority authority, AuditLog audit, Bindings bindings, Devices devices, Duration kept) {
        this.audit = audit;
        this.model = model;
        this.authority = authority;
        this.bindings = bindings;
        this.devices = devices;
        this.kept = kept;
    }

    /**
     * Sees to it that a gateway has a thing, where it may have one. Waits for the database.
     *
     * @return completes, when every node knows it, with whether the gateway's name is one to be bound
     */
    CompletableFuture<Boolean> provide(Principal principal, Body.Bind.Gateway gateway) throws ModelException {
        Optional<Thing> present = find(gateway.name());
        if (present.isPresent()) {
            return CompletableFuture.completedFuture(present.get().isRemote());
        }
        Optional<Entity> draft = draft(principal, gateway);
        if (draft.isEmpty()) {
            return CompletableFuture.completedFuture(false);
        }
        try {
            Model.Change made = model.createTransient(draft.get());
            audit.record(principal, "EntityCreate", draft.get().ref(), "for a gateway that nobody has made");
            log.info("Made the thing {} for a gateway of user {}", gateway.name(), principal.user());
            return made.seenEverywhere().thenApply(seen -> true);
        } catch (ModelException e) {
            if (e.kind() == ModelException.Kind.ALREADY_EXISTS) {
                log.debug("The gateway {} binds over two connections", gateway.name(), e);
                return CompletableFuture.completedFuture(true);
            }
            throw e;
        }
    }

    /** What cannot be a name is the name of no thing. */
    private Optional<Thing> find(String name) throws ModelException {
        try {
            return model.things().find(Names.check("gateway", name));
        } catch (ModelException e) {
            if (e.kind() == ModelException.Kind.INVALID) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The thing that a gateway is to have; empty where what it says of itself is nothing to make one from, or its user may not bind one. */
    private Optional<Entity> draft(Principal principal, Body.Bind.Gateway gateway) throws ModelException {
        try {
            String name = Names.check("gateway", gateway.name());
            if (model.find(new EntityRef(EntityType.THING_TEMPLATE, gateway.type()))
                    .isEmpty()) {
                log.debug("The gateway {} is of type {}, which is no template", name, gateway.type());
                return Optional.empty();
            }
            Entity draft = Entity.draft(EntityType.THING, name)
                    .change()
                    .parent(gateway.type())
                    .description("A gateway, as long as it is connected")
                    .build();
            EffectiveShape shape = model.effective(draft);
            if (!shape.comesFromAny(Set.of(SHAPE)) || !shape.isA(BuiltIns.REMOTE_THING)) {
                log.debug("The gateway {} is of type {}, which is no template of gateways", name, gateway.type());
                return Optional.empty();
            }
            Rights rights = authority.ofNew(principal, name, shape);
            if (principal.readOnly() || !rights.isVisible() || !rights.allowsAny(Right.PROPERTY_WRITE)) {
                log.warn(
                        "BIND_REFUSED: user {} may not bind things of {}, so the gateway {} gets none",
                        principal.user(),
                        gateway.type(),
                        name);
                return Optional.empty();
            }
            return Optional.of(draft);
        } catch (ModelException e) {
            if (e.kind() == ModelException.Kind.INVALID) {
                log.debug("The gateway {} cannot have a thing", gateway.name(), e);
                return Optional.empty();
            }
            throw e;
        }
    }

    /** A gateway's thing is being removed at this moment: it can be bound again when that is done. */
    static final class BeingRemovedException extends Exception {
        private static final long serialVersionUID = 1L;

        BeingRemovedException(String thing) {
            super("the thing " + thing + " is being removed; bind it again");
        }
    }

    /**
     * After a thing was bound: whether it still was there then. Whoever removes one does so before its last binding goes, so whoever bound
     * it after that does not find it.
     */
    CompletableFuture<Void> requireThere(Thing thing, Executor executor) {
        if (!thing.shape().comesFromAny(Set.of(SHAPE))) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> there = new CompletableFuture<>();
        try {
            executor.execute(() -> {
                try {
                    boolean isThere = model.find(new EntityRef(EntityType.THING, thing.name()))
                            .filter(entity -> entity.id() == thing.id())
                            .isPresent();
                    if (isThere) {
                        there.complete(null);
                    } else {
                        there.completeExceptionally(new BeingRemovedException(thing.name()));
                    }
                } catch (ModelException | RuntimeException e) {
                    there.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            there.completeExceptionally(e);
        }
        return there;
    }

    /** A binding has ended. Its thing is looked at again when the time is over. */
    void left(Thing thing, long epoch) {
        if (thing.shape().comesFromAny(Set.of(SHAPE))) {
            try {
                var unused =
                        removing.schedule(() -> removeIfLeft(thing, epoch), kept.toMillis(), TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                log.debug("Stopping; {} is removed by another node, later", thing.name(), e);
            }
        }
    }

    private void removeIfLeft(Thing thing, long epoch) {
        try {
            remove(thing, epoch);
        } catch (ModelException | ExecutionException | TimeoutException | RuntimeException e) {
            log.warn(
                    "GATEWAY_THING_STAYS: the thing {} of a gateway that has gone was not removed; it is tried again within hours",
                    thing.name(),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Nobody can bind it from the first step on, so that no device holds on to what is gone. */
    private void remove(Thing thing, long epoch)
            throws ModelException, ExecutionException, TimeoutException, InterruptedException {
        if (model.isTransient(thing.name())
                && bindings.retire(thing.id(), epoch).get(SHARED_STATE.toMillis(), TimeUnit.MILLISECONDS)) {
            finishRemoval(thing);
        }
    }

    /**
     * Removes a thing that nobody can bind any more, whoever has begun with that; where it stays, because somebody has changed it or needs
     * it, it can be bound again.
     */
    private void finishRemoval(Thing thing)
            throws ModelException, ExecutionException, TimeoutException, InterruptedException {
        boolean isRemoved = false;
        try {
            isRemoved = model.deleteTransient(thing);
            if (isRemoved) {
                audit.record(
                        Principal.SYSTEM,
                        "EntityDelete",
                        new EntityRef(EntityType.THING, thing.name()),
                        "its gateway has gone");
                log.info("Removed the thing {}, whose gateway has gone", thing.name());
            }
        } finally {
            if (!isRemoved) {
                // Also where another node has removed it: then there is nothing to be given back.
                bindings.restore(thing.id()).get(SHARED_STATE.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }

    /** Ends what a node that died has left in the middle; returns at once. Whoever binds the thing again then finds it gone, or free. */
    void finishRemovalSoon(Thing thing) {
        if (!finishing.add(thing.id())) {
            return;
        }
        try {
            removing.execute(() -> {
                finishing.remove(thing.id());
                try {
                    // Unless it was given back meanwhile.
                    if (bindings.isRetired(thing.id()).get(SHARED_STATE.toMillis(), TimeUnit.MILLISECONDS)) {
                        finishRemoval(thing);
                    }
                } catch (ModelException | ExecutionException | TimeoutException | RuntimeException e) {
                    log.warn(
                            "GATEWAY_THING_STAYS: the thing {} of a gateway that has gone was not removed",
                            thing.name(),
                            e);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        } catch (RejectedExecutionException e) {
            finishing.remove(thing.id());
            log.debug("Stopping; {} is removed by another node", thing.name(), e);
        }
    }

    /**
     * Removes things whose gateways have gone with their connection server, or before all nodes were stopped: those that were not bound the
     * last time either, or by a connection server that has come back without them. Called now and then, by one thread.
     */
    public void removeAbandoned() throws ModelException {
        Map<Long, Long> now = new HashMap<>();
        List<String> names = model.transients();
        for (String name : names) {
            Optional<Thing> thing = model.things().find(name);
            if (thing.isPresent()) {
                look(thing.get(), now);
            }
        }
        unheld = now;
    }

    private void look(Thing thing, Map<Long, Long> now) throws ModelException {
        try {
            Optional<Bindings.Binding> binding =
                    bindings.find(thing.id()).get(SHARED_STATE.toMillis(), TimeUnit.MILLISECONDS);
            long epoch = binding.map(Bindings.Binding::epoch).orElse(0L);
            boolean isHeld = binding.isPresent() && binding.get().bound() && !devices.isGone(binding.get());
            if (isHeld) {
                return;
            }
            Long before = unheld.get(thing.id());
            if (before != null && before == epoch) {
                remove(thing, epoch);
            } else {
                now.put(thing.id(), epoch);
            }
        } catch (ExecutionException | TimeoutException e) {
            log.warn("GATEWAY_THING_STAYS: whether the gateway {} is connected is not known", thing.name(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        removing.shutdownNow();
    }
}
