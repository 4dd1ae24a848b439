package org.steadfast.connection.session;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.steadfast.protocol.link.LinkFrame;

/** The names that a session has bound. Written as answers to BIND and UNBIND come, read with each message. */
final class SessionBindings {
    /** How many bindings all sessions have. */
    private final AtomicInteger total;
    /** By the name that the device uses; guarded by this. */
    private final Map<String, LinkFrame.Binding> byName = new HashMap<>();
    /** By the name of the thing; of two names for one thing either one. Guarded by this. */
    private final Map<String, LinkFrame.Binding> byThing = new HashMap<>();
    /**
     * By the name that the device uses, bindings that another session has replaced, or that have gone with the session: the device
     * may not know, and messages of it may still wait to be read. Guarded by this.
     */
    private final Map<String, LinkFrame.Binding> former = new HashMap<>();
    /** Whether the session has ended; guarded by this. */
    private boolean ended;

    /** @param total how many bindings all sessions have, counted along */
    SessionBindings(AtomicInteger total) {
        this.total = total;
    }

    /**
     * Adds bindings. Of two for one name that with the newer epoch stays, in whatever order their answers came.
     *
     * @return false where the session has ended: nothing was added, and the bindings have to be let go
     */
    synchronized boolean add(Collection<LinkFrame.Binding> bindings) {
        if (ended) {
            return false;
        }
        int before = byName.size();
        bindings.forEach(binding -> byName.merge(
                binding.name(), binding, (present, added) -> added.epoch() >= present.epoch() ? added : present));
        bindings.forEach(binding -> byThing.put(binding.thing(), byName.get(binding.name())));
        bindings.forEach(binding -> former.remove(binding.name()));
        total.addAndGet(byName.size() - before);
        return true;
    }

    /** The binding of a thing, where it is of this epoch. */
    synchronized Optional<LinkFrame.Binding> bound(String thing, long epoch) {
        return Optional.ofNullable(byThing.get(thing)).filter(binding -> binding.epoch() == epoch);
    }

    /**
     * Removes the bindings of a thing that another session has bound since.
     *
     * @param epoch of the newer binding
     * @return true where the session had bindings, and has none any more
     */
    synchronized boolean superseded(String thing, long epoch) {
        if (!byThing.containsKey(thing)) {
            return false;
        }
        List<String> names = byName.values().stream()
                .filter(binding -> binding.thing().equals(thing) && binding.epoch() < epoch)
                .map(LinkFrame.Binding::name)
                .toList();
        keepFormer(remove(names));
        return !names.isEmpty() && byName.isEmpty();
    }

    /**
     * The binding under which the device speaks for a thing; where it has lost it, the one that it had. What it says then changes
     * nothing of what was said under a later one. Without a stamp it would pass for the write of a user, which does.
     */
    synchronized Optional<LinkFrame.Binding> find(String name) {
        return Optional.ofNullable(byName.getOrDefault(name, former.get(name)));
    }

    private void keepFormer(List<LinkFrame.Binding> bindings) {
        bindings.forEach(binding -> former.put(binding.name(), binding));
    }

    /** All bindings, one for each thing. */
    synchronized List<LinkFrame.Binding> all() {
        return List.copyOf(byThing.values());
    }

    /** Removes names; the bindings that were there. */
    synchronized List<LinkFrame.Binding> remove(Collection<String> names) {
        List<LinkFrame.Binding> removed = new ArrayList<>();
        for (String name : names) {
            LinkFrame.Binding binding = byName.remove(name);
            if (binding != null) {
                removed.add(binding);
                byThing.remove(binding.thing(), binding);
            }
        }
        total.addAndGet(-removed.size());
        return removed;
    }

    /** Removes all, and takes no more. */
    synchronized List<LinkFrame.Binding> end() {
        ended = true;
        List<LinkFrame.Binding> all = remove(List.copyOf(byName.keySet()));
        keepFormer(all);
        return all;
    }
}
