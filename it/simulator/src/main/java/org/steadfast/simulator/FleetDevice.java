package org.steadfast.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.Status;

/**
 * One device of a fleet: keeps itself bound at one of the servers and its window full. Driven by what comes from the network and
 * by timers; nothing waits.
 */
final class FleetDevice {
    private static final Logger LOG = LoggerFactory.getLogger(FleetDevice.class);

    private final String thing;
    private final DeviceNetwork network;
    private final FleetSettings settings;
    private final FleetMetrics metrics;
    /** Shared by the devices of a fleet. */
    private final Optional<Value> payload;

    private final Consumer<RequestRefusedException> onUnauthenticated;

    // All that follows is written by reading threads and timers; this object's lock guards it.
    private final SendWindow window;
    private final Pacer pacer;
    private final Backoff connectDelay;
    private final Backoff resendDelay;
    private final WakeTimer wake;
    private int address;
    /** The bound device, null while there is none. */
    private Device device;

    private boolean everBound;
    private boolean sendingEnded;
    private boolean ended;
    /** Nothing is sent before this time, by {@link System#nanoTime()}. */
    private long heldUntil = System.nanoTime();

    FleetDevice(
            int number,
            DeviceNetwork network,
            FleetSettings settings,
            FleetMetrics metrics,
            Optional<Value> payload,
            Consumer<RequestRefusedException> onUnauthenticated) {
        Load load = settings.load();
        Patience patience = settings.patience();
        this.thing = settings.prefix() + number;
        this.network = network;
        this.settings = settings;
        this.metrics = metrics;
        this.payload = payload;
        this.onUnauthenticated = onUnauthenticated;
        this.window = new SendWindow(load.outstanding(), load.firstValue(), load.messages());
        this.pacer = new Pacer(load.rate());
        this.connectDelay = new Backoff(patience.retryMin(), patience.retryMax());
        this.resendDelay = new Backoff(patience.retryMin(), patience.retryMax());
        this.wake = new WakeTimer(network, this::woken);
        this.address = (number - 1) % settings.servers().size();
    }

    String thing() {
        return thing;
    }

    synchronized Acknowledged progress() {
        return window.progress();
    }

    synchronized boolean isSettled() {
        return window.isSettled();
    }

    synchronized boolean isDone() {
        return window.isDone();
    }

    void connect() {
        DeviceSettings one;
        synchronized (this) {
            if (ended || (sendingEnded && window.isSettled())) {
                return;
            }
            one = DeviceSettings.of(settings.servers().get(address), settings.appKey(), thing)
                    .withRequestTimeout(settings.patience().requestTimeout())
                    .withBehaviour(settings.behaviour());
            // A ping waits behind the device's own messages: who has patience for their answers has it for the pong.
            if (one.requestTimeout().compareTo(one.pongTimeout()) > 0) {
                one = one.withPings(one.pingInterval(), one.requestTimeout());
            }
        }
        CompletableFuture<Device> unused = Device.connect(network, one).whenComplete(this::connected);
    }

    /** No message that was never sent is sent from now on; what is outstanding is still brought home. */
    synchronized void endSending() {
        sendingEnded = true;
    }

    /** Unbinds and closes; the future does not fail. */
    CompletableFuture<Void> end() {
        Device open;
        synchronized (this) {
            ended = true;
            wake.cancel();
            open = device;
        }
        if (open == null) {
            return CompletableFuture.completedFuture(null);
        }
        return open.unbindAndClose().exceptionally(failure -> {
            LOG.debug("{}: {}", thing, Causes.of(failure).getMessage());
            return null;
        });
    }

    private synchronized void connected(Device bound, Throwable failure) {
        if (ended) {
            if (bound != null) {
                bound.close();
            }
            return;
        }
        if (failure != null) {
            Throwable cause = Causes.of(failure);
            metrics.connectFailures.increment();
            metrics.problem(thing, Causes.text(cause));
            if (cause instanceof RequestRefusedException refused && refused.isUnauthenticated()) {
                onUnauthenticated.accept(refused);
            } else {
                connectToNext();
            }
            return;
        }
        device = bound;
        metrics.connected.incrementAndGet();
        if (everBound) {
            metrics.reconnects.increment();
        } else {
            everBound = true;
            metrics.everConnected.incrementAndGet();
            pacer.start(System.nanoTime());
        }
        CompletableFuture<Void> unused = bound.closed().thenAccept(reason -> lost(bound, reason));
        pump();
    }

    private synchronized void lost(Device gone, DeviceDisconnectedException reason) {
        if (device != gone) {
            return;
        }
        device = null;
        metrics.connected.decrementAndGet();
        if (!ended) {
            metrics.problem(thing, reason.getMessage());
            connectToNext();
        }
    }

    private void connectToNext() {
        if (!ended) {
            address = (address + 1) % settings.servers().size();
            ScheduledFuture<?> unused = network.after(connectDelay.next(), this::connect);
        }
    }

    /** Sends what may be sent now, and sets a timer where something will be sent later. */
    private synchronized void pump() {
        while (device != null && !ended) {
            long now = System.nanoTime();
            if (heldUntil - now > 0) {
                wake.at(heldUntil, now);
                return;
            }
            Optional<SendWindow.Outgoing> again = window.again();
            if (again.isPresent()) {
                metrics.resends.increment();
                transmit(again.get());
            } else if (sendingEnded || !window.hasRoom()) {
                return;
            } else if (pacer.isDue(now)) {
                pacer.took(now);
                metrics.sent(now);
                transmit(window.fresh(now));
            } else {
                wake.at(pacer.due(), now);
                return;
            }
        }
    }

    private void transmit(SendWindow.Outgoing message) {
        Device by = device;
        List<PropertyUpdate> updates = new ArrayList<>();
        for (String property : settings.load().properties()) {
            updates.add(PropertyUpdate.of(property, (double) message.value()));
        }
        payload.ifPresent(value -> updates.add(PropertyUpdate.of(Load.PAYLOAD, value)));
        CompletableFuture<Void> unused =
                by.pushProperties(updates).whenComplete((done, failure) -> settled(message, by, failure));
    }

    private synchronized void settled(SendWindow.Outgoing message, Device by, Throwable failure) {
        if (failure == null) {
            metrics.acknowledged(
                    message.firstSentNanos(), settings.load().properties().size());
            metrics.superseded.add(window.acknowledged(message));
            resendDelay.reset();
            connectDelay.reset();
        } else {
            failed(message, by, Causes.of(failure));
        }
        pump();
    }

    private void failed(SendWindow.Outgoing message, Device by, Throwable cause) {
        if (cause instanceof RequestRefusedException refused) {
            metrics.answered();
            if (refused.status() != Status.UNAVAILABLE && !refused.isUnauthenticated()) {
                metrics.errors.increment();
                metrics.problem(thing, "a message was answered " + refused.answer());
                window.refused(message);
                return;
            }
        }
        metrics.superseded.add(window.failed(message));
        if (cause instanceof DeviceDisconnectedException reason) {
            lost(by, reason);
            return;
        }
        hold();
        if (cause instanceof RequestTimeoutException) {
            metrics.timeouts.increment();
            metrics.problem(
                    thing,
                    "a message was not answered within " + settings.patience().requestTimeout());
            by.probe();
        } else if (cause instanceof RequestRefusedException refused && refused.isUnauthenticated()) {
            onUnauthenticated.accept(refused);
        } else if (cause instanceof RequestRefusedException) {
            metrics.unavailable.increment();
        } else {
            LOG.error("{}: message {} cannot be sent", thing, message.value(), cause);
            metrics.problem(thing, Causes.text(cause));
        }
    }

    private void hold() {
        heldUntil = System.nanoTime() + resendDelay.next().toNanos();
    }

    private synchronized void woken() {
        wake.woken();
        pump();
    }
}
