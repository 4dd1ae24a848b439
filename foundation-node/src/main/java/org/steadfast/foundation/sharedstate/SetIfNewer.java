package org.steadfast.foundation.sharedstate;

import java.io.Serial;
import javax.cache.processor.MutableEntry;
import org.apache.ignite.cache.CacheEntryProcessor;

/**
 * Replaces an entry only by one of a greater version. This makes publishing commutative and idempotent: batches of several nodes,
 * repeats after a failover and the loading from the database may arrive in any order, any number of times.
 */
final class SetIfNewer implements CacheEntryProcessor<String, byte[], Void> {
    @Serial
    private static final long serialVersionUID = 1L;

    private final byte[] candidate;

    SetIfNewer(byte[] candidate) {
        this.candidate = candidate;
    }

    @Override
    public Void process(MutableEntry<String, byte[]> entry, Object... arguments) {
        byte[] present = entry.getValue();
        if (present == null || SharedValue.versionOf(present) < SharedValue.versionOf(candidate)) {
            entry.setValue(candidate);
        }
        return null;
    }
}
