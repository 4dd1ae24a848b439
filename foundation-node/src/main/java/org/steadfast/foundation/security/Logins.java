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
    private final FailedLogins failures;

    Logins(ApplicationKeys keys, Accounts accounts, AuditLog audit) {
        this.keys = keys;
        this.accounts = accounts;
        this.audit = audit;
        this.failures = new FailedLogins(audit);
    }

    /** Who a key stands for. */
    public Principal byKey(String key, String address) throws LoginException {
        try {
            Optional<Principal> found = keys.find(key, address);
            return found.orElseThrow(
                    () -> new LoginException(LoginException.Kind.REFUSED, "the application key is not known"));
        } catch (StoreException e) {
            throw new LoginException(LoginException.Kind.UNAVAILABLE, "application keys cannot be looked up now", e);
        }
    }

    /** The user of this name, if the password is theirs. What was checked lately is not checked, or told to the audit log, again. */
    public Principal byPassword(String user, String password, String address) throws LoginException {
        Principal principal = new Principal(user, false, address);
        EntityRef ref = new EntityRef(EntityType.USER, user);
        try {
            if (accounts.check(user, password, true)) {
                audit.record(principal, "Login", ref, "by password");
            }
            return principal;
        } catch (LoginException e) {
            if (e.kind() == LoginException.Kind.REFUSED) {
                failures.record(principal);
            }
            throw e;
        }
    }
}
