package org.steadfast.foundation.security;

import java.util.Optional;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.persistence.store.StoreException;

/** Recognises whoever comes with an application key or a password. Safe for use by several threads. */
public final class Logins {
    private final ApplicationKeys keys;
    private final Accounts accounts;
    private final AuditLog audit;
    private final RateLimits limits;
    private final FailedLogins failures;

    Logins(ApplicationKeys keys, Accounts accounts, AuditLog audit, RateLimits limits) {
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
        try {
            Optional<Principal> found = keys.find(key, address);
            if (found.isEmpty()) {
                limits.countFailedLogin(address);
                throw new LoginException(LoginException.Kind.REFUSED, "the application key is not known");
            }
            return found.get();
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
