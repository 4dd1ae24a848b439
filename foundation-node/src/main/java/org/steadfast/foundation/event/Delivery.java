package org.steadfast.foundation.event;

/**
 * An event on its way to one subscription.
 *
 * @param thingId number of the thing that subscribes
 * @param thing its name
 * @param event as {@link Event#encode} makes it, shared by all deliveries of the event
 */
record Delivery(long thingId, String thing, String subscription, byte[] event, Occurrence occurrence) {
    /** In the place of a subscription: the alerts of the property. No subscription has this name. */
    static final String ALERTS = "";
}
