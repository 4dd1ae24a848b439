package org.steadfast.foundation.live;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.security.Authority;
import org.steadfast.foundation.security.Right;
import org.steadfast.foundation.security.Rights;

/** Finds out what of a request there is, and may be read by whoever asks, now. Safe for use by several threads. */
final class Selection {
    private final Model model;
    private final Authority authority;
    private final int mostProperties;

    Selection(Model model, Authority authority, int mostProperties) {
        this.model = model;
        this.authority = authority;
        this.mostProperties = mostProperties;
    }

    /** A thing, and those of its properties that a stream is about, in the order of their definitions. */
    record Heard(Thing thing, Set<String> properties) {}

    /**
     * The things that are there and may be known of, by the names they were asked for by; of each the properties that may be read.
     *
     * @throws LiveException {@link LiveException.Kind#TOO_LARGE}
     */
    Map<String, Heard> of(LiveRequest request) throws ModelException, LiveException {
        Map<String, Heard> found = new LinkedHashMap<>();
        Set<Long> known = new LinkedHashSet<>();
        int properties = 0;
        for (String name : request.things()) {
            Optional<Thing> thing = model.things().find(name);
            if (thing.isEmpty() || known.contains(thing.get().id())) {
                continue;
            }
            Rights rights = authority.of(request.principal(), thing.get());
            if (rights.isVisible()) {
                known.add(thing.get().id());
                Set<String> names = readable(request, thing.get(), rights);
                properties += names.size();
                found.put(name, new Heard(thing.get(), names));
            }
        }
        if (properties > mostProperties) {
            throw new LiveException(
                    LiveException.Kind.TOO_LARGE,
                    "the things have " + properties + " properties, a stream is about at most " + mostProperties
                            + "; ask for fewer things, or name properties");
        }
        return found;
    }

    private static Set<String> readable(LiveRequest request, Thing thing, Rights rights) {
        Set<String> names = new LinkedHashSet<>();
        for (String property : thing.properties().keySet()) {
            boolean isWanted =
                    request.properties().isEmpty() || request.properties().contains(property);
            if (isWanted && rights.allows(Right.PROPERTY_READ, property)) {
                names.add(property);
            }
        }
        return names;
    }

    /** Whoever asks for the first time is told what is wrong; whoever comes again hears what is left. */
    void requireWhole(LiveRequest request, Map<String, Heard> found) throws ModelException, LiveException {
        for (String name : request.things()) {
            if (!found.containsKey(name) && found.values().stream().noneMatch(heard -> isCalled(heard.thing(), name))) {
                throw ModelException.notFound(new EntityRef(EntityType.THING, name));
            }
        }
        for (String property : request.properties()) {
            if (found.values().stream()
                    .noneMatch(heard -> heard.thing().properties().containsKey(property))) {
                throw new LiveException(
                        LiveException.Kind.NOT_FOUND,
                        "Property [" + property + "] Does Not Exist On any of the things");
            }
            if (found.values().stream().noneMatch(heard -> heard.properties().contains(property))) {
                throw new LiveException(
                        LiveException.Kind.NOT_ALLOWED,
                        "Not authorized for PropertyRead on " + property + " in any of the things");
            }
        }
    }

    private static boolean isCalled(Thing thing, String name) {
        return thing.name().equals(name)
                || thing.identifier().filter(id -> name.equals("*" + id)).isPresent();
    }
}
