package org.steadfast.foundation.sharedstate;

import java.io.Serial;
import javax.cache.processor.MutableEntry;
import org.apache.ignite.cache.CacheEntryProcessor;

/** Forgets a value up to a version; a later one stays, and an older one that is still on its way finds this in its place. */
final class Forget implements CacheEntryProcessor<String, byte[], Void> {
    @Serial
    private static final long serialVersionUID = 1L;

    private final long newest;

    Forget(long newest) {
        this.newest = newest;
    }

    @Override
    public Void process(MutableEntry<String, byte[]> entry, Object... arguments) {
        byte[] present = entry.getValue();
        if (present == null || SharedValue.versionOf(present) <= newest) {
            entry.setValue(SharedValue.forgotten(newest));
        }
        return null;
    }
}
