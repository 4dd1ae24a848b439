package org.steadfast.foundation.security;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Optional;
import org.steadfast.foundation.model.Entity;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.sharedstate.SharedSessions;
import org.steadfast.persistence.store.ApplicationKeyStore;
import org.steadfast.persistence.store.AuditStore;
import org.steadfast.persistence.store.CredentialStore;
import org.steadfast.persistence.store.MembershipStore;
import org.steadfast.persistence.store.OrganizationUnitStore;
import org.steadfast.persistence.store.PermissionStore;
import org.steadfast.persistence.store.StoreException;

/**
 * Everything that decides who somebody is and what they may do, put together. What it keeps in memory it forgets when any node
 * announces a change. Safe for use by several threads.
 */
public final class Security implements AutoCloseable {
    private final Accounts accounts;
    private final Memberships memberships;
    private final Authority authority;
    private final Organizations organizations;
    private final Principals principals;
    private final ApplicationKeys keys;
    private final AuditLog audit;
    private final AuthorizedModel entities;
    private final Logins logins;
    private final ClientAddress addresses;
    private final Sessions sessions;
    private final RateLimits limits;
    private final ClientKeys clientKeys;
    private final boolean secureCookies;

    /** Where its parts keep what they know. */
    public record Stores(
            ApplicationKeyStore keys,
            CredentialStore credentials,
            MembershipStore memberships,
            OrganizationUnitStore units,
            PermissionStore permissions,
            AuditStore audit) {}

    public Security(
            Model model,
            Stores stores,
            SharedSessions shared,
            SecuritySettings settings,
            RateLimitSettings rates,
            Clock clock,
            MeterRegistry registry) {
        this.accounts = new Accounts(model, stores.credentials(), settings);
        this.memberships = new Memberships(stores.memberships(), model);
        this.authority = new Authority(model, stores.permissions(), memberships);
        this.organizations = new Organizations(stores.units(), model);
        this.principals = new Principals(model, organizations);
        this.audit = new AuditLog(stores.audit());
        this.entities = new AuthorizedModel(model, authority, memberships, audit);
        this.keys = new ApplicationKeys(
                stores.keys(), (name, stored, address) -> admit(model, accounts, clock, name, stored, address));
        this.limits = new RateLimits(rates, TimeMeter.SYSTEM_NANOTIME, registry);
        this.clientKeys = new ClientKeys(shared, accounts, keys, clock);
        this.logins = new Logins(keys, clientKeys, accounts, audit, limits);
        this.secureCookies = settings.secureCookies();
        this.addresses = new ClientAddress(settings.trustedProxies());
        this.sessions = new Sessions(shared, "", accounts, keys, settings.sessionIdleTimeout(), clock);
        model.onChange(this::forget);
    }

    /**
     * The entity says what the key is worth now; the one that came with the platform is worth what is stored. Without an entity a
     * key is worth nothing: it was deleted, or left behind.
     */
    private static Optional<Principal> admit(
            Model model, Accounts accounts, Clock clock, String name, Principal stored, String address)
            throws StoreException {
        try {
            Optional<Entity> entity = model.find(new EntityRef(EntityType.APPLICATION_KEY, name));
            if (entity.isEmpty()) {
                return Optional.empty();
            }
            Principal principal = stored;
            if (!entity.get().isSystemObject()) {
                KeyTerms terms = KeyTerms.of(entity.get());
                if (!terms.holdAt(clock.millis(), address)) {
                    return Optional.empty();
                }
                principal = new Principal(terms.user(), terms.readOnly());
            }
            return accounts.isOpen(principal.user()) ? Optional.of(principal.at(address)) : Optional.empty();
        } catch (ModelException e) {
            if (e.kind() == ModelException.Kind.INVALID) {
                return Optional.empty();
            }
            throw new StoreException(StoreException.Kind.UNAVAILABLE, "what a key stands for cannot be read now", e);
        }
    }

    /**
     * Looks at what the entity of an application key says of it; at no other entity.
     *
     * @throws ModelException {@link ModelException.Kind#INVALID} where it cannot be read, {@link ModelException.Kind#NOT_ALLOWED} where it
     *     would be a key of the platform itself
     */
    public static void checkKeyTerms(Entity key) throws ModelException {
        if (key.type() == EntityType.APPLICATION_KEY && KeyTerms.of(key).user().equals(Principal.SYSTEM.user())) {
            throw new ModelException(
                    ModelException.Kind.NOT_ALLOWED,
                    "field " + KeyTerms.USER + ": nobody can have an application key of the user System");
        }
    }

    /** What the entity of an application key says of it. */
    public static ObjectNode keyTerms(String user) {
        return JsonNodeFactory.instance.objectNode().put(KeyTerms.USER, user);
    }

    private void forget(EntityRef ref) {
        authority.forget(ref);
        switch (ref.type()) {
            case USER -> {
                accounts.forget(ref.name());
                memberships.forget();
            }
            case GROUP -> memberships.forget();
            case ORGANIZATION -> {
                memberships.forget();
                organizations.forget(ref.name());
            }
            case APPLICATION_KEY -> keys.forget();
            default -> {
                // Nothing but its permissions.
            }
        }
    }

    /** Keys for programs that are about to connect. */
    public ClientKeys clientKeys() {
        return clientKeys;
    }

    public Accounts accounts() {
        return accounts;
    }

    public Memberships memberships() {
        return memberships;
    }

    public Authority authority() {
        return authority;
    }

    public Organizations organizations() {
        return organizations;
    }

    public Principals principals() {
        return principals;
    }

    public ApplicationKeys keys() {
        return keys;
    }

    public Logins logins() {
        return logins;
    }

    public Sessions sessions() {
        return sessions;
    }

    /** What somebody came in with, for those who ask later whether it still lets them in. */
    public Credentials credentials() {
        return new Credentials(accounts, logins, clientKeys, sessions);
    }

    public ClientAddress addresses() {
        return addresses;
    }

    /** Whether cookies of sessions are always for TLS alone. */
    public boolean secureCookies() {
        return secureCookies;
    }

    public RateLimits limits() {
        return limits;
    }

    public AuditLog audit() {
        return audit;
    }

    public AuthorizedModel entities() {
        return entities;
    }

    @Override
    public void close() {
        accounts.close();
    }
}
