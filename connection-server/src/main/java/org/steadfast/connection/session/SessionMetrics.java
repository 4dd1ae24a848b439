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

    SessionMetrics(MeterRegistry registry) {
        registry.gauge("steadfast.devices.connections", connections);
        registry.gauge("steadfast.devices.bindings", bindings);
        messages = counter(registry, "steadfast.devices.messages", "Messages received from devices");
        bytes = counter(registry, "steadfast.devices.bytes", "Bytes of messages received from devices");
        unavailable = counter(registry, "steadfast.devices.unavailable", "Requests of devices answered 503");
        refusedLogins = counter(registry, "steadfast.devices.logins.refused", "Logins of devices refused");
    }

    private static Counter counter(MeterRegistry registry, String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }
}
