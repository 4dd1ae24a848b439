package org.steadfast.foundation.sharedstate;

import org.steadfast.persistence.store.PropertyKey;

/** Keys of current values in shared state: the thing's number in base 36, a slash, the property. */
final class StateKey {
    private static final String IN_MEMORY = "\u0001";

    private StateKey() {}

    static String of(PropertyKey key) {
        return of(key.thingId(), key.property());
    }

    static String of(long thingId, String property) {
        return Long.toString(thingId, Character.MAX_RADIX) + "/" + property;
    }

    /** Of a value that is in no database; no property's name begins with this character. */
    static String inMemory(long thingId, String property) {
        return of(thingId, IN_MEMORY + property);
    }

    static boolean isInMemory(String key) {
        return key.indexOf(IN_MEMORY) > 0;
    }

    /** The property's name within a key of a thing. */
    static String property(String key) {
        String rest = key.substring(key.indexOf('/') + 1);
        return rest.startsWith(IN_MEMORY) ? rest.substring(IN_MEMORY.length()) : rest;
    }

    static long thingId(String key) {
        return Long.parseLong(thingPart(key), Character.MAX_RADIX);
    }

    /** The part that decides which node holds a value: all values of one thing stay together. */
    static String thingPart(String key) {
        int slash = key.indexOf('/');
        return slash < 0 ? key : key.substring(0, slash);
    }
}
