package org.steadfast.foundation.event;

import java.util.Optional;
import org.steadfast.foundation.model.Entity;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.SubscriptionDefinition;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.security.Authority;
import org.steadfast.foundation.security.Principal;
import org.steadfast.foundation.security.Right;
import org.steadfast.foundation.security.Rights;

/**
 * With whose rights subscriptions run, and whether those may hear of an event: an event of another thing tells what is in that thing.
 * Safe for use by several threads.
 */
final class SubscriberRights {
    private final Model model;
    private final Authority authority;

    SubscriberRights(Model model, Authority authority) {
        this.model = model;
        this.authority = authority;
    }

    /** Who a subscription runs as. What was there before there were users was written by whoever may do everything. */
    static Principal principal(SubscriptionDefinition subscription) {
        return Principal.ofSubscription(
                subscription.runAsUser().isEmpty() ? Principal.SYSTEM.user() : subscription.runAsUser());
    }

    /**
     * Why a subscription may not hear of an event; empty where it may.
     *
     * @throws ModelException if that cannot be found out now
     */
    Optional<String> refusal(Principal principal, Thing subscriber, Event event) throws ModelException {
        String user = principal.user();
        boolean isOpen = user.equals(Principal.SYSTEM.user())
                || model.find(new EntityRef(EntityType.USER, user))
                        .filter(Entity::enabled)
                        .isPresent();
        if (!isOpen) {
            return Optional.of("its user " + user + " is disabled or no more");
        }
        if (event.source().equals(subscriber.name())) {
            return Optional.empty();
        }
        Rights rights = authority.of(principal, new EntityRef(EntityType.THING, event.source()));
        boolean isOfProperty =
                event.name().equals(Subscriptions.DATA_CHANGE) || event.name().equals(Subscriptions.ANY_DATA_CHANGE);
        boolean mayHear = rights.isVisible()
                && (isOfProperty
                        ? rights.allows(Right.PROPERTY_READ, event.property())
                        : rights.allows(Right.EVENT_SUBSCRIBE, event.name()));
        return mayHear
                ? Optional.empty()
                : Optional.of("its user " + user + " may not "
                        + (isOfProperty ? "read " + event.property() : "subscribe to " + event.name()) + " of "
                        + event.source());
    }
}
