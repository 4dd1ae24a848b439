package org.steadfast.connection.session;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/** What sessions count. Safe for use by several threads. */
final class SessionMetrics {
    final AtomicInteger connections = new AtomicInteger();
    final AtomicInteger bindings = new AtomicInteger();
    final Counter messages;
    final Counter bytes;
    final Counter unavailable;
    final Counter refusedLogins;
    final Counter devicePauses;
    final Counter linkPauses;
    final Counter serverPauses;
    final Counter refusedAnswers;
    final Counter unread;
    final Counter silent;
    final Counter refusedConnections;
    final Counter refusedForRate;
    final Counter delayedConnections;
    final AtomicInteger waitingConnections = new AtomicInteger();
    final Counter calls;
    final Counter callTimeouts;
    final StageMetrics stages;
    private final AtomicInteger paused = new AtomicInteger();

    SessionMetrics(MeterRegistry registry) {
        stages = new StageMetrics(registry);
        registry.gauge("steadfast.devices.connections", connections);
        registry.gauge("steadfast.devices.bindings", bindings);
        registry.gauge("steadfast.devices.paused", paused);
        messages = counter(registry, "steadfast.devices.messages", "Messages received from devices");
        bytes = counter(registry, "steadfast.devices.bytes", "Bytes of messages received from devices");
        unavailable = counter(registry, "steadfast.devices.unavailable", "Requests of devices answered 503");
        refusedLogins = counter(registry, "steadfast.devices.logins.refused", "Logins of devices refused");
        devicePauses = pauses(registry, "device");
        linkPauses = pauses(registry, "link");
        serverPauses = pauses(registry, "server");
        refusedAnswers = counter(
                registry, "steadfast.devices.answers.refused", "Long answers replaced by 503 for want of memory");
        refusedConnections = refused(registry, "unreachable");
        refusedForRate = refused(registry, "rate");
        delayedConnections = counter(
                registry,
                "steadfast.devices.connections.delayed",
                "Devices that waited before they were let in, because too many came at once");
        registry.gauge("steadfast.devices.connections.waiting", waitingConnections);
        calls = counter(registry, "steadfast.devices.calls", "Requests of foundation nodes to devices");
        callTimeouts = counter(
                registry, "steadfast.devices.calls.timeouts", "Requests to devices that were not answered in time");
        silent = counter(registry, "steadfast.devices.silent.closed", "Devices closed for sending nothing");
        unread = counter(registry, "steadfast.devices.unread.closed", "Devices closed for not reading their answers");
    }

    void paused() {
        paused.incrementAndGet();
    }

    void resumed(boolean wasPaused) {
        if (wasPaused) {
            paused.decrementAndGet();
        }
    }

    private static Counter refused(MeterRegistry registry, String reason) {
        return Counter.builder("steadfast.devices.connections.refused")
                .description(
                        "Devices refused because no foundation node can be reached or this server is stopping, or because"
                                + " too many came at once")
                .tag("reason", reason)
                .register(registry);
    }

    private static Counter pauses(MeterRegistry registry, String bound) {
        return Counter.builder("steadfast.devices.pauses")
                .description("How often reading from a device paused, by the bound that was reached")
                .tag("bound", bound)
                .register(registry);
    }

    private static Counter counter(MeterRegistry registry, String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }
}
