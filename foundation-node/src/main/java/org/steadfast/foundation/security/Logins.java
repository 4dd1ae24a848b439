package org.steadfast.foundation.security;

import java.util.Optional;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.persistence.store.StoreException;

/** Recognises whoever comes with an application key or a password. Safe for use by several threads. */
public final class Logins {
    private final ApplicationKeys keys;
    private final ClientKeys clientKeys;
    private final Accounts accounts;
    private final AuditLog audit;
    private final RateLimits limits;
    private final FailedLogins failures;

    Logins(ApplicationKeys keys, ClientKeys clientKeys, Accounts accounts, AuditLog audit, RateLimits limits) {
        this.clientKeys = clientKeys;
        this.limits = limits;
        this.keys = keys;
        this.accounts = accounts;
        this.audit = audit;
        this.failures = new FailedLogins(audit);
    }

    /**
     * Who a key stands for.
     *
     * @throws RateLimitException if too many logins from the address failed, and the key is not one that was right lately
     */
    public Principal byKey(String key, String address) throws LoginException, RateLimitException {
        // A key is too long to be guessed, so it is safe to look among those that are remembered.
        if (!limits.mayTry(address) && !keys.isRemembered(key)) {
            throw limits.tooManyFailed(address);
        }
        Optional<Principal> found = holder(key, address);
        if (found.isEmpty()) {
            limits.countFailedLogin(address);
            throw new LoginException(LoginException.Kind.REFUSED, "the application key is not known");
        }
        return found.get();
    }

    /** Who a key stands for, whichever kind of key it is; empty where nobody. Attempts are not counted. */
    public Optional<Principal> holder(String key, String address) throws LoginException {
        if (ClientKeys.isOne(key)) {
            return clientKeys.find(key, address);
        }
        try {
            return keys.find(key, address);
        } catch (StoreException e) {
            throw new LoginException(LoginException.Kind.UNAVAILABLE, "application keys cannot be looked up now", e);
        }
    }

    /**
     * The user of this name, if the password is theirs. What was checked lately is not checked, or told to the audit log, again.
     *
     * @throws RateLimitException if too many logins from the address failed, also where the password is remembered: who learns
     *     that could go on guessing without locking the user
     */
    public Principal byPassword(String user, String password, String address)
            throws LoginException, RateLimitException {
        if (!limits.mayTry(address)) {
            throw limits.tooManyFailed(address);
        }
        Principal principal = new Principal(user, false, address);
        EntityRef ref = new EntityRef(EntityType.USER, user);
        try {
            if (accounts.check(user, password, true)) {
                audit.record(principal, "Login", ref, "by password");
            }
            return principal;
        } catch (LoginException e) {
            if (e.kind() == LoginException.Kind.REFUSED) {
                limits.countFailedLogin(address);
                failures.record(principal);
            }
            throw e;
        }
    }
}
