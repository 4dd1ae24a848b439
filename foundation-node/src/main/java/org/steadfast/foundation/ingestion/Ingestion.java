package org.steadfast.foundation.ingestion;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.steadfast.coordination.lease.Standing;
import org.steadfast.foundation.sharedstate.SharedState;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.ValueWrite;
import org.steadfast.persistence.store.WriterId;
import org.steadfast.persistence.store.WriterLane;
import org.steadfast.persistence.store.WriterRegistry;

/**
 * Writes values: durable first, then visible, then acknowledged. All values of one thing go through one lane, in the order in
 * which they come. Safe for use by several threads.
 */
public final class Ingestion implements AutoCloseable {
    private final List<Lane> lanes;
    private final InMemoryWrites inMemory;
    private final IngestionSettings settings;

    private Ingestion(List<Lane> lanes, InMemoryWrites inMemory, IngestionSettings settings) {
        this.lanes = lanes;
        this.inMemory = inMemory;
        this.settings = settings;
    }

    /**
     * Claims the lanes of this node and starts them. What earlier lives of this node left behind must have been made visible.
     *
     * @param followers who hears of what is written to followed properties
     * @param standing whether this node may acknowledge
     * @param onFenced called when the cluster has fenced this node, or it cannot tell the truth any more
     */
    public static Ingestion start(
            WriterId writer,
            WriterRegistry writers,
            SharedState state,
            Followers followers,
            Standing standing,
            IngestionSettings settings,
            MeterRegistry registry,
            Consumer<String> onFenced)
            throws StoreException {
        return start(writer, writers, Publishing.into(state), followers, standing, settings, registry, onFenced);
    }

    static Ingestion start(
            WriterId writer,
            WriterRegistry writers,
            Publishing state,
            Followers followers,
            Standing standing,
            IngestionSettings settings,
            MeterRegistry registry,
            Consumer<String> onFenced)
            throws StoreException {
        IngestionMetrics metrics = new IngestionMetrics(registry);
        Publisher publisher = new Publisher(state, onFenced);
        List<Lane> lanes = new ArrayList<>();
        for (int i = 0; i < settings.lanes(); i++) {
            WriterLane lane = writers.openLane(writer, i, Lane.slots(settings));
            lanes.add(new Lane(i, lane, publisher, followers, standing, settings, metrics, onFenced));
        }
        lanes.forEach(Lane::start);
        return new Ingestion(
                List.copyOf(lanes), new InMemoryWrites(state, followers, standing, settings, metrics), settings);
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

    /**
     * Writes values of one thing that are in no database: two nodes hold them, and when both are lost, so are they.
     *
     * @param writes at least one, all of one thing, no property twice
     * @return completes when they are acknowledged, or with an {@link IngestionException}
     */
    public CompletableFuture<Void> writeInMemory(List<ValueWrite> writes) {
        return inMemory.write(writes);
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
