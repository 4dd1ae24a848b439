package org.steadfast.simulator;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.atomic.AtomicReference;

/** Pings at an interval, and says so when a ping finds no pong in time. Safe for use by several threads. */
final class PingTimer {
    private final DeviceNetwork network;
    private final Duration interval;
    private final Duration timeout;
    private final Runnable sendPing;
    private final Runnable onSilence;
    /** Alarm for the ping under way, null where there is none. Set by whoever pings, cleared by the reading thread. */
    private final AtomicReference<ScheduledFuture<?>> alarm = new AtomicReference<>();
    /** Written once by {@link #start()}, before anything can stop it. */
    private volatile ScheduledFuture<?> schedule;

    PingTimer(DeviceNetwork network, Duration interval, Duration timeout, Runnable sendPing, Runnable onSilence) {
        this.network = network;
        this.interval = interval;
        this.timeout = timeout;
        this.sendPing = sendPing;
        this.onSilence = onSilence;
    }

    void start() {
        schedule = network.every(interval, this::ping);
    }

    /** Pings now, unless a ping is under way. */
    void ping() {
        ScheduledFuture<?> next = network.after(timeout, onSilence);
        if (alarm.compareAndSet(null, next)) {
            sendPing.run();
        } else {
            next.cancel(false);
        }
    }

    void pong() {
        ScheduledFuture<?> current = alarm.getAndSet(null);
        if (current != null) {
            current.cancel(false);
        }
    }

    void stop() {
        ScheduledFuture<?> current = schedule;
        if (current != null) {
            current.cancel(false);
        }
        pong();
    }
}
