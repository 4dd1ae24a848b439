package org.steadfast.foundation.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Value;

/**
 * Properties, services, events, subscriptions and alerts by their names, in the order in which they were added. Immutable.
 *
 * @param implementations how services are done; a thing may bring one for a service that its template defines
 * @param alerts by the property that they look at, then by name
 */
public record Members(
        Map<String, FieldDefinition> properties,
        Map<String, ServiceDefinition> services,
        Map<String, ServiceImplementation> implementations,
        Map<String, EventDefinition> events,
        Map<String, SubscriptionDefinition> subscriptions,
        Map<String, Map<String, AlertDefinition>> alerts) {
    /** None of any kind. */
    public static final Members NONE = new Members(Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of());

    public Members {
        properties = copy(properties);
        services = copy(services);
        implementations = copy(implementations);
        events = copy(events);
        subscriptions = copy(subscriptions);
        Map<String, Map<String, AlertDefinition>> byProperty = new LinkedHashMap<>();
        alerts.forEach((property, each) -> byProperty.put(property, copy(each)));
        alerts = copy(byProperty);
    }

    /** These and others; where both have a name, the other one stands. */
    Members with(Members other) {
        if (other.isEmpty()) {
            return this;
        }
        if (isEmpty()) {
            return other;
        }
        return new Members(
                merge(properties, other.properties),
                merge(services, other.services),
                merge(implementations, other.implementations),
                merge(events, other.events),
                merge(subscriptions, other.subscriptions),
                mergeAlerts(alerts, other.alerts));
    }

    boolean isEmpty() {
        return properties.isEmpty()
                && services.isEmpty()
                && implementations.isEmpty()
                && events.isEmpty()
                && subscriptions.isEmpty()
                && alerts.isEmpty();
    }

    /** The same with other properties. */
    public Members withProperties(Map<String, FieldDefinition> other) {
        return new Members(other, services, implementations, events, subscriptions, alerts);
    }

    /** The same with other services. */
    public Members withServices(
            Map<String, ServiceDefinition> otherServices, Map<String, ServiceImplementation> otherImplementations) {
        return new Members(properties, otherServices, otherImplementations, events, subscriptions, alerts);
    }

    /** The same with other events. */
    public Members withEvents(Map<String, EventDefinition> other) {
        return new Members(properties, services, implementations, other, subscriptions, alerts);
    }

    /** The same with other subscriptions. */
    public Members withSubscriptions(Map<String, SubscriptionDefinition> other) {
        return new Members(properties, services, implementations, events, other, alerts);
    }

    /** The same with other alerts. */
    public Members withAlerts(Map<String, Map<String, AlertDefinition>> other) {
        return new Members(properties, services, implementations, events, subscriptions, other);
    }

    /** The alerts of a property by name. */
    public Map<String, AlertDefinition> alertsOf(String property) {
        return alerts.getOrDefault(property, Map.of());
    }

    /** Names of the other things whose events these subscribe to. */
    Set<String> sources() {
        Set<String> sources = new LinkedHashSet<>();
        for (SubscriptionDefinition subscription : subscriptions.values()) {
            if (!subscription.source().isEmpty()) {
                sources.add(subscription.source());
            }
        }
        return sources;
    }

    /** Properties of these whose values have no place among others: gone, of another base type, or kept in another way. */
    List<String> propertiesDroppedBy(Members other) {
        return properties.values().stream()
                .filter(property -> {
                    FieldDefinition kept = other.properties.get(property.name());
                    return kept == null
                            || kept.baseType() != property.baseType()
                            || isPersistent(kept) != isPersistent(property);
                })
                .map(FieldDefinition::name)
                .toList();
    }

    /**
     * Whether the values of a property outlive the nodes. Only a definition that says {@code "isPersistent": false} keeps them in
     * memory alone, and only if they are not logged: what goes into the database anyway need not be lost. Where nothing is said,
     * losing them would surprise more than keeping them does.
     */
    public static boolean isPersistent(FieldDefinition property) {
        return !(property.aspects().get("isPersistent") instanceof Value.Bool bool)
                || bool.truth()
                || isLogged(property);
    }

    /** Whether a property may be changed by users and services. */
    public static boolean isReadOnly(FieldDefinition property) {
        return property.aspects().get("isReadOnly") instanceof Value.Bool bool && bool.truth();
    }

    /** Whether what a property was is to be kept. */
    public static boolean isLogged(FieldDefinition property) {
        return property.aspects().get("isLogged") instanceof Value.Bool bool && bool.truth();
    }

    private static <T> Map<String, T> copy(Map<String, T> map) {
        return map.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    private static Map<String, Map<String, AlertDefinition>> mergeAlerts(
            Map<String, Map<String, AlertDefinition>> first, Map<String, Map<String, AlertDefinition>> second) {
        Map<String, Map<String, AlertDefinition>> merged = new LinkedHashMap<>(first);
        second.forEach((property, each) -> merged.merge(property, each, Members::merge));
        return merged;
    }

    private static <T> Map<String, T> merge(Map<String, T> first, Map<String, T> second) {
        Map<String, T> merged = new LinkedHashMap<>(first);
        merged.putAll(second);
        return merged;
    }
}
