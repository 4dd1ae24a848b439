package org.steadfast.simulator;

/** Why a fleet ended. */
public enum FleetOutcome {
    /** Its duration or its number of messages was reached. */
    COMPLETED,
    /** Somebody stopped it. */
    STOPPED,
    /** No device could be bound in time. */
    COULD_NOT_CONNECT,
    /** A server does not know the application key. */
    UNAUTHENTICATED,
    /** No message was answered for longer than the fleet's patience. */
    STALLED
}
