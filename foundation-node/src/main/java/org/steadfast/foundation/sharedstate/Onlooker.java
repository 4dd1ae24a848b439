package org.steadfast.foundation.sharedstate;

/** Hears which values this node has changed, as soon as every later read sees the change. Safe for use by several threads. */
public interface Onlooker {
    /** Nobody who wants to hear of anything. */
    Onlooker NOBODY = new Onlooker() {
        @Override
        public boolean isThere() {
            return false;
        }

        @Override
        public void changed(long thingId, String property) {
            // Nobody wants to know.
        }
    };

    /** Whether anybody wants to hear of anything. Asked for each batch of values: must cost nothing. */
    boolean isThere();

    /** A value may be another one from now on, or none. Must return at once, and must not fail. */
    void changed(long thingId, String property);
}
