package org.steadfast.simulator;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.steadfast.protocol.type.Value;

/**
 * Devices that send a load and know what was acknowledged. They spread over the servers round robin; one whose server refuses or
 * dies goes to the next after a jittered delay, authenticates, binds, and sends again, in order, what was not acknowledged. Not
 * acknowledged is what was answered 503 or not in time, or was outstanding when the connection went; any other error is counted
 * and not sent again. Safe for use by several threads; no method waits.
 */
public final class Fleet implements AutoCloseable {
    private static final Duration WATCH_INTERVAL = Duration.ofMillis(50);

    private enum Phase {
        NEW,
        SENDING,
        DRAINING,
        CLOSING,
        ENDED
    }

    private final DeviceNetwork network;
    private final FleetSettings settings;
    private final FleetMetrics metrics = new FleetMetrics();
    private final List<FleetDevice> devices;
    private final CompletableFuture<FleetResult> completion = new CompletableFuture<>();
    /** The first answer 0x81. Written by any device. */
    private final AtomicReference<RequestRefusedException> unauthenticated = new AtomicReference<>();

    // All that follows is written by start, stop, close and the watching timer; this object's lock guards it.
    private Phase phase = Phase.NEW;
    private long startNanos;
    private long drainNanos;
    private FleetOutcome outcome = FleetOutcome.COMPLETED;
    private String detail = "";
    private FleetStatistics last;
    private ScheduledFuture<?> watch;

    /** A fleet that does nothing until {@link #start()}. The network must outlive it. */
    public Fleet(DeviceNetwork network, FleetSettings settings) {
        this.network = network;
        this.settings = settings;
        Optional<Value> payload = payload(settings.load().payloadBytes());
        this.last = metrics.snapshot(Duration.ZERO, settings.devices());
        this.devices = IntStream.rangeClosed(1, settings.devices())
                .mapToObj(n -> new FleetDevice(
                        n, network, settings, metrics, payload, reason -> unauthenticated.compareAndSet(null, reason)))
                .toList();
    }

    /** One text for all devices that nothing on its way makes shorter by compressing it. */
    private static Optional<Value> payload(int bytes) {
        if (bytes == 0) {
            return Optional.empty();
        }
        String text = new Random(bytes)
                .ints(bytes, '!', '~' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return Optional.of(Value.string(text));
    }

    /**
     * Brings the devices up, evenly over the ramp.
     *
     * @throws IllegalStateException if the fleet was started or closed before
     */
    public synchronized void start() {
        if (phase != Phase.NEW) {
            throw new IllegalStateException("a fleet can be started once");
        }
        phase = Phase.SENDING;
        startNanos = System.nanoTime();
        metrics.answered();
        Duration step = settings.load().ramp().dividedBy(settings.devices());
        for (int i = 0; i < devices.size(); i++) {
            ScheduledFuture<?> unused = network.after(step.multipliedBy(i), devices.get(i)::connect);
        }
        watch = network.every(WATCH_INTERVAL, this::watch);
    }

    /** Ends sending; {@link #completion()} follows once what is outstanding is settled or out of time. */
    public synchronized void stop() {
        if (phase == Phase.NEW) {
            end(FleetOutcome.STOPPED, "stopped before it was started");
        } else if (phase == Phase.SENDING) {
            drain(FleetOutcome.STOPPED, "stopped");
        }
    }

    /** Ends at once: outstanding messages stay unacknowledged. */
    @Override
    public synchronized void close() {
        if (phase != Phase.CLOSING && phase != Phase.ENDED) {
            end(FleetOutcome.STOPPED, "closed");
        }
    }

    /** Completes, never with a failure, once the fleet has ended by itself, by {@link #stop()} or by {@link #close()}. */
    public CompletableFuture<FleetResult> completion() {
        return completion.copy();
    }

    /** Where the fleet stands; from its end on, where it stood then. */
    public synchronized FleetStatistics statistics() {
        if (phase == Phase.SENDING || phase == Phase.DRAINING) {
            return snapshot();
        }
        return last;
    }

    /**
     * How far each property has come. A property must hold a value between the two from the moment this is called, if the fleet
     * has ended; while it runs, at least the acknowledged one.
     */
    public Map<PropertyKey, Acknowledged> acknowledged() {
        Map<PropertyKey, Acknowledged> all = new HashMap<>();
        for (FleetDevice device : devices) {
            Acknowledged progress = device.progress();
            settings.load()
                    .properties()
                    .forEach(property -> all.put(new PropertyKey(device.thing(), property), progress));
        }
        return all;
    }

    /**
     * How far the device of a thing has come.
     *
     * @throws java.util.NoSuchElementException if the fleet has no device for it
     */
    public Acknowledged progress(String thing) {
        return devices.stream()
                .filter(device -> device.thing().equals(thing))
                .findAny()
                .orElseThrow()
                .progress();
    }

    /** Latencies since the last call of this method. */
    LatencySummary recentLatency() {
        return metrics.recentLatency();
    }

    private synchronized void watch() {
        if (phase == Phase.SENDING) {
            watchSending();
        } else if (phase == Phase.DRAINING) {
            Duration drained = Duration.ofNanos(System.nanoTime() - drainNanos);
            if (devices.stream().allMatch(FleetDevice::isSettled)
                    || drained.compareTo(settings.patience().drainWithin()) > 0) {
                end(outcome, detail);
            } else if (unauthenticated.get() != null) {
                end(FleetOutcome.UNAUTHENTICATED, unauthenticated.get().getMessage());
            }
        }
    }

    private void watchSending() {
        Load load = settings.load();
        Patience patience = settings.patience();
        Duration elapsed = elapsed();
        boolean over =
                load.duration().isPresent() && elapsed.compareTo(load.duration().get()) >= 0;
        boolean nobodyBound = metrics.everConnected.get() == 0;
        if (unauthenticated.get() != null) {
            end(FleetOutcome.UNAUTHENTICATED, unauthenticated.get().getMessage());
        } else if (nobodyBound && (over || elapsed.compareTo(patience.connectWithin()) > 0)) {
            end(
                    FleetOutcome.COULD_NOT_CONNECT,
                    "no device could be bound at " + settings.servers() + " within " + elapsed.toMillis() + " ms");
        } else if (over) {
            drain(FleetOutcome.COMPLETED, "its duration is over");
        } else if (load.messages().isPresent() && devices.stream().allMatch(FleetDevice::isDone)) {
            end(FleetOutcome.COMPLETED, "all messages are settled");
        } else if (isStalled()) {
            end(FleetOutcome.STALLED, "no message was answered for " + patience.stalledAfter());
        }
    }

    private boolean isStalled() {
        Load load = settings.load();
        if (load.duration().isPresent() || load.messages().isEmpty()) {
            return false;
        }
        // At a low rate there is nothing to be answered most of the time.
        Duration pause = load.rate() == 0 ? Duration.ZERO : Duration.ofNanos((long) (2e9 / load.rate()));
        Duration limit = settings.patience().stalledAfter().plus(pause).plus(load.ramp());
        return metrics.sinceLastAnswer().compareTo(limit) > 0;
    }

    private void drain(FleetOutcome why, String what) {
        phase = Phase.DRAINING;
        drainNanos = System.nanoTime();
        outcome = why;
        detail = what;
        devices.forEach(FleetDevice::endSending);
    }

    private void end(FleetOutcome why, String what) {
        if (phase != Phase.NEW) {
            last = snapshot();
        }
        phase = Phase.CLOSING;
        outcome = why;
        detail = what;
        if (watch != null) {
            watch.cancel(false);
        }
        CompletableFuture<?>[] ends = devices.stream().map(FleetDevice::end).toArray(CompletableFuture[]::new);
        // Not on the thread that closes the last device: that one may hold the device's lock.
        CompletableFuture<Void> unused = CompletableFuture.allOf(ends).whenCompleteAsync((done, failure) -> ended());
    }

    private void ended() {
        FleetResult result;
        synchronized (this) {
            phase = Phase.ENDED;
            result = new FleetResult(outcome, detail, metrics.problems(), last);
        }
        completion.complete(result);
    }

    private FleetStatistics snapshot() {
        return metrics.snapshot(elapsed(), settings.devices());
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }
}
