package org.steadfast.simulator;

/**
 * One row of the answer to GetPropertySubscriptions: what the server wants to be told about a property.
 *
 * @param edgeName name of the property at the device
 * @param pushType ALWAYS, NEVER, VALUE, DEADBAND, ON or OFF; empty where the server says nothing
 * @param pushThreshold change that a DEADBAND property must exceed, 0 where the server says nothing
 */
public record PropertySubscription(String edgeName, String pushType, double pushThreshold) {}
