package org.steadfast.simulator;

import java.time.Duration;

/**
 * How long a fleet waits for what.
 *
 * @param requestTimeout for an answer; after it a message counts as not acknowledged
 * @param connectWithin a fleet of which no device is bound after this time gives up
 * @param stalledAfter a fleet that ends by number of messages gives up after so long without any answer
 * @param drainWithin for outstanding messages after sending has ended
 * @param retryMin shortest delay, before jitter of one half either way, of connecting or sending again; it doubles each time
 * @param retryMax where it stops doubling
 */
public record Patience(
        Duration requestTimeout,
        Duration connectWithin,
        Duration stalledAfter,
        Duration drainWithin,
        Duration retryMin,
        Duration retryMax) {

    public Patience {
        DeviceSettings.requirePositive(requestTimeout, "requestTimeout");
        DeviceSettings.requirePositive(connectWithin, "connectWithin");
        DeviceSettings.requirePositive(stalledAfter, "stalledAfter");
        DeviceSettings.requirePositive(drainWithin, "drainWithin");
        DeviceSettings.requirePositive(retryMin, "retryMin");
        if (retryMax.compareTo(retryMin) < 0) {
            throw new IllegalArgumentException("retryMax is shorter than retryMin");
        }
    }

    /** 10 s for an answer, 30 s to connect and to drain, 2 min until stalled, again after 200 ms to 5 s. */
    public static Patience standard() {
        return new Patience(
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(120),
                Duration.ofSeconds(30),
                Duration.ofMillis(200),
                Duration.ofSeconds(5));
    }

    public Patience withRequestTimeout(Duration other) {
        return new Patience(other, connectWithin, stalledAfter, drainWithin, retryMin, retryMax);
    }

    public Patience withConnectWithin(Duration other) {
        return new Patience(requestTimeout, other, stalledAfter, drainWithin, retryMin, retryMax);
    }

    public Patience withStalledAfter(Duration other) {
        return new Patience(requestTimeout, connectWithin, other, drainWithin, retryMin, retryMax);
    }

    public Patience withDrainWithin(Duration other) {
        return new Patience(requestTimeout, connectWithin, stalledAfter, other, retryMin, retryMax);
    }

    public Patience withRetry(Duration min, Duration max) {
        return new Patience(requestTimeout, connectWithin, stalledAfter, drainWithin, min, max);
    }
}
