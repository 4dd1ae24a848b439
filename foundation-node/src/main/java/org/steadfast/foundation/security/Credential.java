package org.steadfast.foundation.security;

/** What somebody came in with, for what goes on for longer than a request. Safe for use by several threads. */
@FunctionalInterface
public interface Credential {
    /**
     * Whether it still lets the same principal in, with the same rights to change something.
     *
     * @throws LoginException {@link LoginException.Kind#UNAVAILABLE} where that cannot be told now
     */
    boolean stands() throws LoginException;
}
