package org.steadfast.persistence.failover;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.steadfast.persistence.failover.ServerState.Primary;
import org.steadfast.persistence.failover.ServerState.Standby;

/** What all servers were in one look. */
record Seen(Map<ServerAddress, ServerState> servers) {

    /** The same without servers that have another database. */
    Seen of(long system, Reminders reminders) {
        Map<ServerAddress, ServerState> ours = new LinkedHashMap<>();
        servers.forEach((address, state) -> {
            boolean isForeign = state instanceof Primary primary && primary.system() != system
                    || state instanceof Standby standby && standby.system() != system;
            if (isForeign) {
                reminders.tell(
                        "FOREIGN_SERVER: " + address
                                + " has another database than the others; correct the address of the database, or make the server a standby");
            }
            ours.put(address, isForeign ? new ServerState.Unreachable("it has another database", false) : state);
        });
        return new Seen(ours);
    }

    Map<ServerAddress, Primary> primaries() {
        return only(Primary.class);
    }

    Map<ServerAddress, Standby> standbys() {
        return only(Standby.class);
    }

    private <T extends ServerState> Map<ServerAddress, T> only(Class<T> type) {
        Map<ServerAddress, T> found = new LinkedHashMap<>();
        servers.forEach((address, state) -> {
            if (type.isInstance(state)) {
                found.put(address, type.cast(state));
            }
        });
        return found;
    }

    /**
     * The primary of the greatest timeline. One that is on the same timeline as the one we know, and is another server, was copied from it:
     * it has not what was acknowledged since then.
     */
    Optional<Map.Entry<ServerAddress, Primary>> newestPrimary(Optional<FailoverRecord> known, Reminders reminders) {
        int least = known.map(FailoverRecord::timeline).orElse(0);
        Map<ServerAddress, Primary> candidates = new LinkedHashMap<>();
        primaries().forEach((address, primary) -> {
            boolean isCopy = known.isPresent()
                    && primary.timeline() == least
                    && !address.equals(known.get().primary())
                    && servers.containsKey(known.get().primary());
            if (isCopy) {
                reminders.tell("SECOND_PRIMARY: " + address + " takes itself for the primary, on the same timeline as "
                        + known.get().primary() + "; stop it, and make it a standby");
            } else if (primary.timeline() >= least) {
                candidates.put(address, primary);
            }
        });
        return candidates.entrySet().stream()
                .max(Comparator.comparingInt(one -> one.getValue().timeline()));
    }

    /** The standbys of these names. One of a name that two have is none: what one of them has says nothing of the other. */
    Map<ServerAddress, Standby> named(Collection<String> names, Reminders reminders) {
        Map<String, ServerAddress> byName = new TreeMap<>();
        Set<String> twice = new HashSet<>();
        standbys().forEach((address, standby) -> {
            if (names.contains(standby.name()) && byName.put(standby.name(), address) != null) {
                twice.add(standby.name());
            }
        });
        for (String name : twice) {
            reminders.tell("STANDBY_NAME_TWICE: two standbys are named " + name
                    + ", and neither is relied on; give each an application_name of its own in primary_conninfo");
        }
        byName.keySet().removeAll(twice);
        Map<ServerAddress, Standby> found = new LinkedHashMap<>();
        byName.values().forEach(address -> found.put(address, standbys().get(address)));
        return found;
    }
}
