package org.steadfast.foundation.model;

import java.util.Objects;
import org.steadfast.foundation.action.Action;
import org.steadfast.foundation.action.InvalidActionException;

/**
 * What a thing does when something happens.
 *
 * @param source the thing to which it happens; empty for the thing itself
 * @param eventName such as {@code DataChange}
 * @param sourceProperty the property that an event is about; empty where it is about none, or any
 * @param implementation what is done: a script, or something that the platform itself can do
 * @param persistent whether it hears of everything also if the node is lost on which it happened
 * @param runAsUser with whose rights the script runs: those of whoever wrote it
 */
public record SubscriptionDefinition(
        String name,
        String description,
        boolean enabled,
        String source,
        String eventName,
        String sourceProperty,
        ServiceImplementation implementation,
        boolean persistent,
        String runAsUser) {
    public SubscriptionDefinition {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(description, "description is null");
        Objects.requireNonNull(source, "source is null");
        Objects.requireNonNull(eventName, "eventName is null");
        Objects.requireNonNull(sourceProperty, "sourceProperty is null");
        Objects.requireNonNull(implementation, "implementation is null");
        Objects.requireNonNull(runAsUser, "runAsUser is null");
    }

    /** Whether a script does it. */
    public boolean isScript() {
        return implementation.handlerName().equals(ServiceImplementation.SCRIPT);
    }

    /**
     * What the platform does; to be asked only where no script does it.
     *
     * @throws ModelException if that cannot be understood; the message names the field
     */
    public Action action() throws ModelException {
        try {
            return Action.read(implementation.handlerName(), implementation.settings());
        } catch (InvalidActionException e) {
            throw new ModelException(
                    ModelException.Kind.INVALID,
                    "field subscriptions." + name + ".serviceImplementation." + e.getMessage(),
                    e);
        }
    }

    /** Whether it subscribes to an event of a thing, seen from the thing that subscribes. */
    public boolean hears(String subscriber, String thing, String event, String property) {
        return enabled
                && eventName.equals(event)
                && (source.isEmpty() ? subscriber : source).equals(thing)
                && (sourceProperty.isEmpty() || sourceProperty.equals(property));
    }

    /** The same, enabled or not. */
    public SubscriptionDefinition enabled(boolean other) {
        return new SubscriptionDefinition(
                name, description, other, source, eventName, sourceProperty, implementation, persistent, runAsUser);
    }

    /** The same with the rights of another user. */
    public SubscriptionDefinition runningAs(String user) {
        return new SubscriptionDefinition(
                name, description, enabled, source, eventName, sourceProperty, implementation, persistent, user);
    }
}
