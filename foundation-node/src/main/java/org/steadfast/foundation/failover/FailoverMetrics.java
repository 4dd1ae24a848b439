package org.steadfast.foundation.failover;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.steadfast.persistence.failover.FailoverGuard;
import org.steadfast.persistence.failover.FailoverRecord;
import org.steadfast.persistence.failover.ServerAddress;
import org.steadfast.persistence.failover.ServerState;

/** What the node that watches over the database's servers sees of them. Safe for use by several threads. */
final class FailoverMetrics implements FailoverGuard.Listener {
    private final AtomicInteger watches;
    private final AtomicInteger isProtected;
    private final Map<ServerAddress, AtomicInteger> servers = new TreeMap<>();
    private final Counter promotions;

    FailoverMetrics(List<ServerAddress> addresses, MeterRegistry registry) {
        this.watches = registry.gauge("steadfast.database.guard", new AtomicInteger());
        this.isProtected = registry.gauge("steadfast.database.protected", new AtomicInteger());
        for (ServerAddress address : addresses) {
            servers.put(
                    address,
                    registry.gauge(
                            "steadfast.database.server",
                            List.of(Tag.of("server", address.toString())),
                            new AtomicInteger()));
        }
        this.promotions = Counter.builder("steadfast.database.promotions")
                .description("Standbys that this node has seen become the primary")
                .register(registry);
    }

    void watches(boolean now) {
        watches.set(now ? 1 : 0);
        if (!now) {
            isProtected.set(0);
            servers.values().forEach(server -> server.set(ServerLevel.DOWN));
        }
    }

    @Override
    public void seen(Map<ServerAddress, ServerState> states, Optional<FailoverRecord> record) {
        states.forEach((address, state) -> servers.get(address)
                .set(
                        state instanceof ServerState.Primary
                                ? ServerLevel.PRIMARY
                                : state instanceof ServerState.Standby ? ServerLevel.STANDBY : ServerLevel.DOWN));
        isProtected.set(record.isPresent() && record.get().standing() == FailoverRecord.Standing.PROTECTED ? 1 : 0);
    }

    @Override
    public void promoted(ServerAddress server) {
        promotions.increment();
    }
}
