package org.steadfast.foundation.link;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.sharedstate.Bindings;
import org.steadfast.persistence.store.PropertyStore;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.protocol.link.LinkFrame;
import org.steadfast.protocol.wire.Status;

/** Binds things to the sessions of devices. The last binding holds, so a device that comes back is never refused. */
final class DeviceBindings {
    private static final Logger log = LoggerFactory.getLogger(DeviceBindings.class);

    private final Model model;
    private final PropertyStore store;
    private final Bindings bindings;

    DeviceBindings(Model model, PropertyStore store, Bindings bindings) {
        this.model = model;
        this.store = store;
        this.bindings = bindings;
    }

    CompletableFuture<LinkFrame.Bound> bind(LinkFrame.Bind request) {
        List<LinkFrame.Binding> bound = new ArrayList<>();
        List<CompletableFuture<Void>> kept = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        try {
            long epoch = store.nextEpoch();
            for (String name : new LinkedHashSet<>(request.names())) {
                Optional<Thing> thing = model.find(name);
                if (thing.isEmpty()) {
                    unknown.add(name);
                    continue;
                }
                bound.add(new LinkFrame.Binding(name, thing.get().name(), epoch));
                kept.add(bindings.bind(
                        thing.get().id(), new Bindings.Bound(epoch, request.connectionServer(), request.session())));
            }
        } catch (ModelException | StoreException e) {
            return CompletableFuture.completedFuture(
                    new LinkFrame.Bound(request.correlation(), Status.UNAVAILABLE, e.getMessage(), List.of()));
        } catch (RuntimeException e) {
            log.error("Binding {} failed", request.names(), e);
            return CompletableFuture.completedFuture(new LinkFrame.Bound(
                    request.correlation(),
                    Status.INTERNAL_ERROR,
                    "the binding failed for a reason that the node's log tells",
                    List.of()));
        }
        // Gateways list names that are no things, so one that is known is enough.
        if (bound.isEmpty() && !unknown.isEmpty()) {
            return CompletableFuture.completedFuture(new LinkFrame.Bound(
                    request.correlation(),
                    Status.NOT_FOUND,
                    "no thing is named " + String.join(", ", unknown),
                    List.of()));
        }
        return CompletableFuture.allOf(kept.toArray(CompletableFuture[]::new))
                .thenApply(done -> new LinkFrame.Bound(request.correlation(), Status.SUCCESS, "", bound))
                .exceptionally(failure -> new LinkFrame.Bound(
                        request.correlation(), Status.UNAVAILABLE, "shared state cannot answer now", List.of()));
    }

    CompletableFuture<LinkFrame.Unbound> unbind(LinkFrame.Unbind request) {
        List<CompletableFuture<Void>> removed = new ArrayList<>();
        try {
            for (LinkFrame.Binding binding : request.bindings()) {
                Optional<Thing> thing = model.find(binding.thing());
                thing.ifPresent(found -> removed.add(bindings.unbind(found.id(), binding.epoch())));
            }
        } catch (ModelException e) {
            return CompletableFuture.completedFuture(new LinkFrame.Unbound(request.correlation(), Status.UNAVAILABLE));
        } catch (RuntimeException e) {
            log.error("Ending the bindings {} failed", request.bindings(), e);
            return CompletableFuture.completedFuture(
                    new LinkFrame.Unbound(request.correlation(), Status.INTERNAL_ERROR));
        }
        return CompletableFuture.allOf(removed.toArray(CompletableFuture[]::new))
                .thenApply(done -> new LinkFrame.Unbound(request.correlation(), Status.SUCCESS))
                .exceptionally(failure -> new LinkFrame.Unbound(request.correlation(), Status.UNAVAILABLE));
    }
}
