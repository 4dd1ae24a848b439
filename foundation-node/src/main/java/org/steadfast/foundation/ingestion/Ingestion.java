package org.steadfast.foundation.ingestion;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.steadfast.foundation.sharedstate.SharedState;
import org.steadfast.persistence.store.PropertyStore;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.ValueWrite;

/**
 * Writes values: durable first, then visible, then acknowledged. All values of one thing go through one lane, in the order in
 * which they come. Safe for use by several threads.
 */
public final class Ingestion implements AutoCloseable {
    private final List<Lane> lanes;
    private final IngestionSettings settings;

    private Ingestion(List<Lane> lanes, IngestionSettings settings) {
        this.lanes = lanes;
        this.settings = settings;
    }

    /**
     * Claims the lanes of this node and starts them.
     *
     * @param onFenced called when the cluster has fenced this node, or it cannot tell the truth any more
     */
    public static Ingestion start(
            String platformId,
            PropertyStore store,
            SharedState state,
            IngestionSettings settings,
            MeterRegistry registry,
            Consumer<String> onFenced)
            throws StoreException {
        return start(platformId, store, state::publish, settings, registry, onFenced);
    }

    static Ingestion start(
            String platformId,
            PropertyStore store,
            Publishing state,
            IngestionSettings settings,
            MeterRegistry registry,
            Consumer<String> onFenced)
            throws StoreException {
        IngestionMetrics metrics = new IngestionMetrics(registry);
        Publisher publisher = new Publisher(state, onFenced);
        List<Lane> lanes = new ArrayList<>();
        for (int i = 0; i < settings.lanes(); i++) {
            lanes.add(new Lane(i, store.openLane(platformId, i), publisher, settings, metrics, onFenced));
        }
        lanes.forEach(Lane::start);
        return new Ingestion(List.copyOf(lanes), settings);
    }

    /**
     * Writes values of one thing.
     *
     * @param writes at least one, all of one thing, no property twice
     * @return completes when they are acknowledged, or with an {@link IngestionException}
     */
    public CompletableFuture<Void> write(List<ValueWrite> writes) {
        long thing = writes.get(0).key().thingId();
        CompletableFuture<Void> acknowledged = new CompletableFuture<>();
        long deadline = System.nanoTime() + settings.writeDeadline().toNanos();
        lanes.get(Math.floorMod(Long.hashCode(thing * 0x9E3779B97F4A7C15L), lanes.size()))
                .submit(new Update(writes, deadline, acknowledged));
        return acknowledged;
    }

    /** Writes what waits, then ends. */
    @Override
    public void close() throws InterruptedException {
        lanes.forEach(Lane::takeNothingMore);
        for (Lane lane : lanes) {
            lane.drain(settings.writeDeadline().toMillis());
        }
    }
}
