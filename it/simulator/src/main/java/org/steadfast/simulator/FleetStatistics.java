package org.steadfast.simulator;

import java.time.Duration;

/**
 * Where a fleet stands.
 *
 * @param elapsed since the start; once the fleet has ended, until its last message was settled
 * @param devices how many devices the fleet has
 * @param connected devices that are bound now
 * @param everConnected devices that were bound at least once
 * @param sent messages, each counted once however often it was sent
 * @param acknowledged messages that the server acknowledged
 * @param updates values in these
 * @param errors messages that the server answered with an error that is not 503; they are not sent again
 * @param superseded messages that failed and were not sent again, since a later one was acknowledged meanwhile: only with more
 *     than one outstanding
 * @param resends how often a message was sent again
 * @param unavailable answers 503
 * @param timeouts messages that were not answered in time
 * @param reconnects how often a device was bound again
 * @param connectFailures how often connecting, AUTH or BIND failed
 * @param latency first sending to acknowledgement
 * @param longestGap longest time without any acknowledgement in the whole fleet
 */
public record FleetStatistics(
        Duration elapsed,
        int devices,
        int connected,
        int everConnected,
        long sent,
        long acknowledged,
        long updates,
        long errors,
        long superseded,
        long resends,
        long unavailable,
        long timeouts,
        long reconnects,
        long connectFailures,
        LatencySummary latency,
        Duration longestGap) {

    /** Messages that wait for an acknowledgement, or in the end did not get one. */
    public long unacknowledged() {
        return sent - acknowledged - errors - superseded;
    }

    /** Acknowledged messages per second since the start. */
    public double messagesPerSecond() {
        return perSecond(acknowledged);
    }

    /** Acknowledged values per second since the start. */
    public double updatesPerSecond() {
        return perSecond(updates);
    }

    private double perSecond(long count) {
        return elapsed.isZero() ? 0 : count * 1e9 / elapsed.toNanos();
    }
}
