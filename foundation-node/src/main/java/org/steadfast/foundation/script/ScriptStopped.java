package org.steadfast.foundation.script;

import java.util.Objects;

/**
 * Ends a script that has gone beyond its bounds. An error and no exception: the interpreter hands errors to no {@code catch} of the
 * script, and {@link ScriptContext} throws it again where a {@code finally} would go on in spite of it.
 */
final class ScriptStopped extends Error {
    private static final long serialVersionUID = 1L;

    /** Which bound it was. */
    enum Bound {
        TIME,
        MEMORY,
        NODE_STOPS
    }

    private final Bound bound;

    ScriptStopped(Bound bound, String message) {
        super(message, null, false, false);
        this.bound = Objects.requireNonNull(bound, "bound is null");
    }

    Bound bound() {
        return bound;
    }
}
