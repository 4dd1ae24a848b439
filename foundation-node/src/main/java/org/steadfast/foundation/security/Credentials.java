package org.steadfast.foundation.security;

import org.steadfast.foundation.model.ModelException;

/** Keeps what somebody came in with, so that it can be asked again whether it lets them in. Safe for use by several threads. */
public final class Credentials {
    private final Accounts accounts;
    private final Logins logins;
    private final ClientKeys clientKeys;
    private final Sessions sessions;

    Credentials(Accounts accounts, Logins logins, ClientKeys clientKeys, Sessions sessions) {
        this.clientKeys = clientKeys;
        this.accounts = accounts;
        this.logins = logins;
        this.sessions = sessions;
    }

    /**
     * An application key: until it expires, is deleted, restricted or given to somebody else, or its user is disabled. A key for a client stands
     * for what it was asked for with.
     *
     * @throws LoginException {@link LoginException.Kind#UNAVAILABLE} where that cannot be told now
     */
    public Credential ofKey(String key, Principal principal) throws LoginException {
        if (ClientKeys.isOne(key)) {
            return clientKeys.behind(key, principal).orElse(() -> false);
        }
        return () -> logins.holder(key, principal.address())
                .filter(principal::equals)
                .isPresent();
    }

    /**
     * A user's password, which is not kept: until it is changed, or the user is disabled.
     *
     * @throws LoginException {@link LoginException.Kind#UNAVAILABLE} where the user cannot be looked up now
     */
    public Credential ofPassword(Principal principal) throws LoginException {
        String stamp = stamp(principal);
        return () -> isOpen(principal) && stamp(principal).equals(stamp);
    }

    /** A session: until it ends, by itself as well. */
    public Credential ofSession(String token, Principal principal) {
        return () -> sessions.look(token, principal.address())
                .filter(principal::equals)
                .isPresent();
    }

    private boolean isOpen(Principal principal) throws LoginException {
        try {
            return accounts.isOpen(principal.user());
        } catch (ModelException e) {
            throw unavailable(e);
        }
    }

    private String stamp(Principal principal) throws LoginException {
        try {
            return accounts.passwordStamp(principal.user());
        } catch (ModelException e) {
            throw unavailable(e);
        }
    }

    private static LoginException unavailable(ModelException e) {
        return new LoginException(LoginException.Kind.UNAVAILABLE, "users cannot be looked up now", e);
    }
}
