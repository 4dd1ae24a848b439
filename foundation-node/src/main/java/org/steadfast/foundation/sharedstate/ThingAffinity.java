package org.steadfast.foundation.sharedstate;

import java.io.Serial;
import org.apache.ignite.cache.affinity.AffinityKeyMapper;

/** Keeps the values of one thing on one node, so that reading all of them is one step. */
final class ThingAffinity implements AffinityKeyMapper {
    @Serial
    private static final long serialVersionUID = 1L;

    @Override
    public Object affinityKey(Object key) {
        return key instanceof String text ? StateKey.thingPart(text) : key;
    }

    @Override
    public void reset() {
        // Holds nothing.
    }
}
