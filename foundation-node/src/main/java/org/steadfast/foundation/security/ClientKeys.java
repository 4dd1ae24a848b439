package org.steadfast.foundation.security;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.steadfast.foundation.sharedstate.SharedSessions;

/**
 * Application keys that a user gets for a program that is about to connect, such as a page that opens a WebSocket: the user's own key or
 * password need not be given to it. Each stands for its user for {@link #VALID}, on every node, and is not made longer by being used. Safe
 * for use by several threads.
 */
public final class ClientKeys {
    /** As long as those of the reference. */
    static final Duration VALID = Duration.ofSeconds(15);

    private static final String PREFIX = "client-";

    private final Sessions sessions;

    ClientKeys(SharedSessions shared, Accounts accounts, ApplicationKeys keys, Clock clock) {
        this.sessions = new Sessions(shared, "client key of ", accounts, keys, VALID, clock);
    }

    /** A new key for a user, who may do no more with it than now. */
    public String issue(Principal principal) throws LoginException {
        return PREFIX + sessions.begin(principal, Optional.empty());
    }

    /** Whether a key looks like one of these. */
    static boolean isOne(String key) {
        return key.startsWith(PREFIX);
    }

    /** Whose a key is; empty where it is none, or its time is over. */
    Optional<Principal> find(String key, String address) throws LoginException {
        return isOne(key) ? sessions.look(key.substring(PREFIX.length()), address) : Optional.empty();
    }
}
