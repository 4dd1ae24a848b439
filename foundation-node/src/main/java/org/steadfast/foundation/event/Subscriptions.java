package org.steadfast.foundation.event;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.steadfast.foundation.alert.Alerts;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.SubscriptionDefinition;
import org.steadfast.foundation.model.Thing;
import org.steadfast.persistence.store.Follow;
import org.steadfast.protocol.type.FieldDefinition;

/** Which subscriptions hear of what. Safe for use by several threads. */
final class Subscriptions {
    /** The event of a property that takes another value. */
    static final String DATA_CHANGE = "DataChange";
    /** The same, for subscriptions that hear of all properties. */
    static final String ANY_DATA_CHANGE = "AnyDataChange";
    /** The event of a thing that is created, enabled or restarted. */
    static final String THING_START = "ThingStart";

    private final Model model;

    Subscriptions(Model model) {
        this.model = model;
    }

    /** A subscription of a thing. */
    record Hearer(Thing thing, SubscriptionDefinition subscription) {}

    /** The subscriptions that hear of an event of a thing: its own first, then those of others by the names of the things. */
    List<Hearer> hearing(Thing source, String event, String property) throws ModelException {
        List<Hearer> hearers = new ArrayList<>(2);
        add(hearers, source, source.name(), event, property);
        for (String name : model.subscribers().of(source.name())) {
            Optional<Thing> other = model.things().find(name);
            if (other.isPresent()) {
                add(hearers, other.get(), source.name(), event, property);
            }
        }
        return hearers;
    }

    private static void add(List<Hearer> hearers, Thing thing, String source, String event, String property) {
        if (!thing.enabled()) {
            return;
        }
        for (SubscriptionDefinition subscription :
                thing.shape().members().subscriptions().values()) {
            if (subscription.hears(thing.name(), source, event, property)) {
                hearers.add(new Hearer(thing, subscription));
            }
        }
    }

    /** What else is to be done with a write of a property; empty where nothing is. */
    Optional<Follow> follow(Thing thing, FieldDefinition property) throws ModelException {
        Optional<Follow> hearing = hearing(thing, property);
        if (!thing.logs(property.name())) {
            return hearing;
        }
        Follow logged = new Follow(thing.name(), false, false, true);
        return Optional.of(hearing.map(logged::and).orElse(logged));
    }

    private Optional<Follow> hearing(Thing thing, FieldDefinition property) throws ModelException {
        if (Alerts.watch(thing, property.name())) {
            return Optional.of(Follow.hearing(thing.name(), true));
        }
        if (thing.shape().members().subscriptions().isEmpty()
                && model.subscribers().of(thing.name()).isEmpty()) {
            return Optional.empty();
        }
        if (!DataChangeRule.canFire(property)) {
            return Optional.empty();
        }
        List<Hearer> hearers = hearing(thing, DATA_CHANGE, property.name());
        hearers.addAll(hearing(thing, ANY_DATA_CHANGE, property.name()));
        return hearers.isEmpty()
                ? Optional.empty()
                : Optional.of(Follow.hearing(
                        thing.name(),
                        hearers.stream()
                                .anyMatch(hearer -> hearer.subscription().persistent())));
    }
}
