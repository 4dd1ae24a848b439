package org.steadfast.connection.session;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.steadfast.protocol.link.LinkFrame;

/** The names that a session has bound. Written as answers to BIND and UNBIND come, read with each message. */
final class SessionBindings {
    /** By the name that the device uses; guarded by this. */
    private final Map<String, LinkFrame.Binding> byName = new HashMap<>();

    /** Returns how many names are new. */
    synchronized int add(Collection<LinkFrame.Binding> bindings) {
        int before = byName.size();
        bindings.forEach(binding -> byName.put(binding.name(), binding));
        return byName.size() - before;
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
        return removed;
    }

    synchronized List<LinkFrame.Binding> removeAll() {
        List<LinkFrame.Binding> all = List.copyOf(byName.values());
        byName.clear();
        return all;
    }
}
