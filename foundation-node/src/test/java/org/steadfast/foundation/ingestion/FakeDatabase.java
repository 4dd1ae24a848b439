package org.steadfast.foundation.ingestion;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.steadfast.persistence.store.Before;
import org.steadfast.persistence.store.FollowedWrites;
import org.steadfast.persistence.store.PropertyKey;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.StoredValue;
import org.steadfast.persistence.store.ValueWrite;
import org.steadfast.persistence.store.WriterId;
import org.steadfast.persistence.store.WriterLane;
import org.steadfast.persistence.store.WriterRegistry;
import org.steadfast.persistence.store.Written;

/** A store in memory that tells what was done, and fails or waits when a test says so. Safe for use by several threads. */
final class FakeDatabase implements WriterRegistry {
    /** What happens to a batch. */
    interface Fate {
        /** Called before the batch is written, or after where the fault comes with the commit. */
        void decide() throws StoreException;
    }

    /** Each batch that was tried, in order; guarded by itself. */
    private final List<List<ValueWrite>> batches = new ArrayList<>();
    /** The slot of each batch; guarded by {@link #batches}. */
    private final List<Integer> slots = new ArrayList<>();
    /** Keys of each read, in order; guarded by itself. */
    private final List<List<PropertyKey>> reads = new ArrayList<>();

    private final Map<PropertyKey, StoredValue> held = new ConcurrentSkipListMap<>();
    private final AtomicLong versions = new AtomicLong();
    /** Each batch takes one permit before it is written. */
    private final Semaphore permits = new Semaphore(1_000_000);

    private final Semaphore waiting = new Semaphore(0);
    private volatile Optional<StoreException.Kind> away = Optional.empty();
    private volatile Fate before = () -> {};
    private volatile Fate after = () -> {};
    private volatile int closedLanes;

    /** From now on batches wait until they are let through. */
    void hold() {
        permits.drainPermits();
    }

    void letThrough(int number) {
        permits.release(number);
    }

    /** Returns when one more batch waits to be let through. */
    void awaitWaiting() throws InterruptedException {
        waiting.acquire();
    }

    void goAway() {
        away = Optional.of(StoreException.Kind.UNAVAILABLE);
    }

    /** From now on lanes find that the cluster went on without them. */
    void fence() {
        away = Optional.of(StoreException.Kind.FENCED);
    }

    void comeBack() {
        away = Optional.empty();
    }

    /** The next batch alone meets this fate before it is written. */
    void beforeNextWrite(Fate fate) {
        before = fate;
    }

    /** The next batch alone meets this fate after it is written. */
    void afterNextWrite(Fate fate) {
        after = fate;
    }

    static Fate failing(StoreException.Kind kind) {
        return () -> {
            throw new StoreException(kind, "as the test wants it");
        };
    }

    List<List<ValueWrite>> batches() {
        synchronized (batches) {
            return List.copyOf(batches);
        }
    }

    List<Integer> slots() {
        synchronized (batches) {
            return List.copyOf(slots);
        }
    }

    List<List<PropertyKey>> reads() {
        synchronized (reads) {
            return List.copyOf(reads);
        }
    }

    Optional<StoredValue> held(PropertyKey key) {
        return Optional.ofNullable(held.get(key));
    }

    int closedLanes() {
        return closedLanes;
    }

    @Override
    public WriterId register(String node) {
        throw new UnsupportedOperationException();
    }

    @Override
    public WriterLane openLane(WriterId writer, int lane, int slots) {
        return new FakeLane();
    }

    @Override
    public Set<Long> fence(WriterId writer) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<WriterId> active() {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<WriterId> unsettled() {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<StoredValue> valuesOf(Collection<Long> things) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void settled(WriterId writer) {
        throw new UnsupportedOperationException();
    }

    private final class FakeLane implements WriterLane {
        @Override
        public Written write(int slot, List<ValueWrite> batch, List<FollowedWrites> followed) throws StoreException {
            connect();
            synchronized (batches) {
                batches.add(List.copyOf(batch));
                slots.add(slot);
            }
            waiting.release();
            permits.acquireUninterruptibly();
            Fate first = before;
            before = () -> {};
            first.decide();
            connect();
            List<StoredValue> stored = new ArrayList<>();
            for (ValueWrite write : batch) {
                StoredValue value = new StoredValue(
                        write.key(), write.value(), write.time(), write.quality(), versions.incrementAndGet());
                held.put(write.key(), value);
                stored.add(value);
            }
            Fate last = after;
            after = () -> {};
            last.decide();
            return new Written(
                    stored,
                    followed.stream()
                            .map(writes -> new Written.Followed(writes, Before.NOTHING, 0))
                            .toList());
        }

        @Override
        public List<StoredValue> read(Collection<PropertyKey> keys) throws StoreException {
            connect();
            synchronized (reads) {
                reads.add(List.copyOf(keys));
            }
            return keys.stream().filter(held::containsKey).map(held::get).toList();
        }

        @Override
        public void connect() throws StoreException {
            if (away.isPresent()) {
                throw new StoreException(away.get(), "the fake database is away");
            }
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // lanes close one after the other in these tests
        public void close() {
            closedLanes++;
        }
    }
}
