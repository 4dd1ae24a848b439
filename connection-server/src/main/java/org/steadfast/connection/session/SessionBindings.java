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
        total.addAndGet(byName.size() - before);
        return true;
    }

    synchronized Optional<LinkFrame.Binding> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** Removes names; the bindings that were there. */
    synchronized List<LinkFrame.Binding> remove(Collection<String> names) {
        List<LinkFrame.Binding> removed = new ArrayList<>();
        for (String name : names) {
            LinkFrame.Binding binding = byName.remove(name);
            if (binding != null) {
                removed.add(binding);
            }
        }
        total.addAndGet(-removed.size());
        return removed;
    }

    /** Removes all, and takes no more. */
    synchronized List<LinkFrame.Binding> end() {
        ended = true;
        return remove(List.copyOf(byName.keySet()));
    }
}
