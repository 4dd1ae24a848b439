package org.steadfast.foundation.sharedstate;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import org.apache.ignite.Ignite;
import org.apache.ignite.internal.IgniteEx;
import org.apache.ignite.internal.processors.cache.distributed.dht.topology.GridDhtPartitionTopology;
import org.apache.ignite.internal.util.typedef.internal.CU;

/** How many copies there are of the parts of shared state. Safe for use by several threads. */
final class Copies {
    private static final List<String> CACHES = List.of(IgniteNode.PROPERTIES, IgniteNode.BINDINGS);

    private final Ignite ignite;

    Copies(Ignite ignite) {
        this.ignite = ignite;
    }

    void register(MeterRegistry registry) {
        Gauge.builder("steadfast.state.single.copies", this, Copies::single)
                .description("Parts of shared state of which there is one copy, or none")
                .register(registry);
    }

    /** Parts that would be lost with one more node; 0 where the cluster is as safe as it can be, and in a cluster of one node. */
    long single() {
        if (ignite.cluster().forServers().nodes().size() < 2) {
            return 0;
        }
        return CACHES.stream().mapToLong(this::single).sum();
    }

    private long single(String cache) {
        GridDhtPartitionTopology topology = topology(ignite, cache);
        long single = 0;
        for (int part = 0; part < topology.partitions(); part++) {
            if (topology.owners(part).size() < 2) {
                single++;
            }
        }
        return single;
    }

    /** Where the parts of a cache are. Ignite tells this nowhere in its public interface (2.17). */
    static GridDhtPartitionTopology topology(Ignite ignite, String cache) {
        return ((IgniteEx) ignite)
                .context()
                .cache()
                .cacheGroup(CU.cacheId(cache))
                .topology();
    }
}
