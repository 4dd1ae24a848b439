package org.steadfast.foundation.sharedstate;

import org.steadfast.persistence.store.PropertyKey;

/** Keys of current values in shared state: the thing's number in base 36, a slash, the property. */
final class StateKey {
    private StateKey() {}

    static String of(PropertyKey key) {
        return of(key.thingId(), key.property());
    }

    static String of(long thingId, String property) {
        return Long.toString(thingId, Character.MAX_RADIX) + "/" + property;
    }

    /** The part that decides which node holds a value: all values of one thing stay together. */
    static String thingPart(String key) {
        int slash = key.indexOf('/');
        return slash < 0 ? key : key.substring(0, slash);
    }
}
