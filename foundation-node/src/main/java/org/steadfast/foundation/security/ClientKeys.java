package org.steadfast.foundation.security;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.steadfast.foundation.sharedstate.SharedSessions;

/**
 * Application keys that a user gets for a program that is about to connect, such as a page that opens a WebSocket: the user's own key or
 * password need not be given to it. Each lets its user in for {@link #VALID}, on every node, and for no longer than the application key or
 * password that it was asked for with; it is not made longer by being used, and no further one can be asked for with it. Safe for use by
 * several threads.
 */
public final class ClientKeys {
    /** As long as those of the reference. */
    static final Duration VALID = Duration.ofSeconds(15);

    private static final String PREFIX = "client-";
    /** With the token of a session behind it; keys of other forms may begin so, too. */
    private static final Pattern FORM = Pattern.compile(PREFIX + "[A-Za-z0-9_-]{43}\\.[0-9a-f]{64}\\.[0-9]{1,3}");

    private final Sessions sessions;

    ClientKeys(SharedSessions shared, Accounts accounts, ApplicationKeys keys, Clock clock) {
        this.sessions = new Sessions(shared, "client key of ", accounts, keys, VALID, clock);
    }

    /**
     * A new key for a user, who may do no more with it than now.
     *
     * @param key the application key that the user came in with, where it was one
     * @throws LoginException {@link LoginException.Kind#REFUSED} where it is one of these
     */
    public String issue(Principal principal, Optional<String> key) throws LoginException {
        if (key.filter(ClientKeys::isOne).isPresent()) {
            throw new LoginException(
                    LoginException.Kind.REFUSED, "a key for a client lets its client in, and gives no further one");
        }
        return PREFIX + sessions.begin(principal, key);
    }

    /** Whether a key has the form of these. */
    public static boolean isOne(String key) {
        return key.startsWith(PREFIX) && FORM.matcher(key).matches();
    }

    /** Whose a key is; empty where it is none, or its time is over. */
    Optional<Principal> find(String key, String address) throws LoginException {
        return isOne(key) ? sessions.look(key.substring(PREFIX.length()), address) : Optional.empty();
    }

    /** What a key was asked for with, for what goes on after the key's own time; empty where the key is worth nothing. */
    Optional<Credential> behind(String key, Principal principal) throws LoginException {
        return isOne(key) ? sessions.behind(key.substring(PREFIX.length()), principal) : Optional.empty();
    }
}
