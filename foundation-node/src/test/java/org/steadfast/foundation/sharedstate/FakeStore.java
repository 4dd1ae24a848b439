package org.steadfast.foundation.sharedstate;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.steadfast.persistence.store.PropertyStore;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.StoredValue;

/** A store that holds what a test puts into it, and can be read as a whole only. */
final class FakeStore implements PropertyStore {
    private final List<StoredValue> values = new ArrayList<>();
    private final AtomicInteger scans = new AtomicInteger();
    private boolean failing;

    synchronized void put(StoredValue value) {
        values.add(value);
    }

    /** The next scan fails half-way. */
    synchronized void failNext() {
        failing = true;
    }

    int scans() {
        return scans.get();
    }

    @Override
    public synchronized long scan(int readers, Consumer<StoredValue> consumer) throws StoreException {
        scans.incrementAndGet();
        for (int i = 0; i < values.size(); i++) {
            if (failing && i == values.size() / 2) {
                failing = false;
                throw new StoreException(StoreException.Kind.UNAVAILABLE, "as the test wants it");
            }
            consumer.accept(values.get(i));
        }
        return values.size();
    }

    @Override
    public synchronized long estimate() {
        return values.size();
    }

    @Override
    public long nextEpoch() {
        throw new UnsupportedOperationException();
    }
}
