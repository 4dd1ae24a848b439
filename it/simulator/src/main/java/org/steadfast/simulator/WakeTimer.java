package org.steadfast.simulator;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;

/** One timer at most, for the earliest time asked for. Not safe for use by several threads. */
final class WakeTimer {
    private final DeviceNetwork network;
    private final Runnable task;
    private long time;
    /** The timer set, null where none is. */
    private ScheduledFuture<?> timer;

    /** @param task what is run; must call {@link #woken()} first, under the lock that guards this timer */
    WakeTimer(DeviceNetwork network, Runnable task) {
        this.network = network;
        this.task = task;
    }

    /** Sees to it that the task runs at this time, or before; times are those of {@link System#nanoTime()}. */
    void at(long wakeTime, long now) {
        if (timer != null && time - wakeTime <= 0) {
            return;
        }
        cancel();
        time = wakeTime;
        timer = network.after(Duration.ofNanos(Math.max(wakeTime - now, 0)), task);
    }

    void woken() {
        timer = null;
    }

    void cancel() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
