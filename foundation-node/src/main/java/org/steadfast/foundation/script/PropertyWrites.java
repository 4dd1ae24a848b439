package org.steadfast.foundation.script;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.property.PropertyException;
import org.steadfast.foundation.property.PropertyUpdate;
import org.steadfast.foundation.security.AuthorizedProperties;
import org.steadfast.foundation.security.Principal;

/**
 * Values that a script has given to properties and that are not written yet: those of a thing go together, so that a script costs one
 * batch and not one for each line. Used by one thread.
 */
final class PropertyWrites {
    /** A thing's values go before there are more of them. */
    private static final int MOST_WAITING = 500;

    private final AuthorizedProperties properties;
    private final Principal principal;
    /** By name of the thing, then of the property: of one property the last value holds. */
    private final Map<String, Waiting> waiting = new LinkedHashMap<>();

    private record Waiting(Thing thing, Map<String, PropertyUpdate> updates) {}

    /** @param principal with whose rights they are written */
    PropertyWrites(AuthorizedProperties properties, Principal principal) {
        this.properties = properties;
        this.principal = principal;
    }

    /** @return whether so many wait that they should go now */
    boolean add(Thing thing, PropertyUpdate update) {
        Waiting all = waiting.computeIfAbsent(thing.name(), name -> new Waiting(thing, new LinkedHashMap<>()));
        // Anew, so that it stands where it was set last.
        all.updates().remove(update.property());
        all.updates().put(update.property(), update);
        return waiting.values().stream().mapToInt(one -> one.updates().size()).sum() >= MOST_WAITING;
    }

    /** Whether anything of a thing waits. */
    boolean isWaiting(Thing thing) {
        return waiting.containsKey(thing.name());
    }

    /** Begins to write what waits, for all things at the same time; nothing waits any more, also where this fails. */
    List<CompletionStage<Void>> writeAll() throws ModelException, PropertyException {
        List<Waiting> all = List.copyOf(waiting.values());
        waiting.clear();
        List<CompletionStage<Void>> written = new ArrayList<>(all.size());
        for (Waiting one : all) {
            written.add(properties.write(
                    principal, one.thing(), List.copyOf(one.updates().values())));
        }
        return written;
    }
}
