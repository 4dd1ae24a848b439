package org.steadfast.foundation.security;

import java.util.Objects;

/**
 * Who asks, and whether they may change anything.
 *
 * @param user name of the user
 * @param readOnly whether reading is all that is allowed
 * @param address where the request came from; empty where that is not known
 */
public record Principal(String user, boolean readOnly, String address) {
    /** The platform itself; what it does of its own accord is allowed. */
    public static final Principal SYSTEM = new Principal("System", false);

    private static final String SUBSCRIPTION = "a subscription";

    private static final String READ_ONLY = "ro:";
    private static final String READ_WRITE = "rw:";

    public Principal {
        Objects.requireNonNull(user, "user is null");
        Objects.requireNonNull(address, "address is null");
    }

    /** Somebody of whom it is not known where they are. */
    public Principal(String user, boolean readOnly) {
        this(user, readOnly, "");
    }

    /** Somebody who is not there: a subscription runs with their rights. */
    public static Principal ofSubscription(String user) {
        return new Principal(user, false, SUBSCRIPTION);
    }

    /** Whether a subscription asks. */
    public boolean isOfSubscription() {
        return address.equals(SUBSCRIPTION);
    }

    /** The same one at an address. */
    Principal at(String where) {
        return new Principal(user, readOnly, where);
    }

    /** The form in which a connection server keeps a principal for its sessions and gives it back; only we read it. */
    public String toToken() {
        return (readOnly ? READ_ONLY : READ_WRITE) + user;
    }

    /** The principal of a token that {@link #toToken} made. */
    public static Principal ofToken(String token) {
        if (token.startsWith(READ_ONLY)) {
            return new Principal(token.substring(READ_ONLY.length()), true);
        }
        if (token.startsWith(READ_WRITE)) {
            return new Principal(token.substring(READ_WRITE.length()), false);
        }
        throw new IllegalArgumentException("not a principal's token");
    }
}
