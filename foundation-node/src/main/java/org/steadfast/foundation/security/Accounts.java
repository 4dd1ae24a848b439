package org.steadfast.foundation.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.steadfast.coordination.settings.Secret;
import org.steadfast.foundation.model.Entity;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Recent;
import org.steadfast.persistence.store.CredentialStore;
import org.steadfast.persistence.store.StoreException;

/** Users and their passwords: who may come in. Safe for use by several threads. */
public final class Accounts implements AutoCloseable {
    private static final int MOST_REMEMBERED = 10_000;
    private static final int LONGEST_TRIED = 1_024;
    private static final String REFUSED = "the user or the password is wrong, or the user is locked";

    private final Model model;
    private final CredentialStore store;
    private final SecuritySettings settings;
    private final PasswordRules rules;
    private final PasswordHashing hashing;
    /** Keys the fingerprints of passwords; nothing outside this process could make use of one. */
    private final SecretKeySpec fingerprintKey;
    /**
     * Fingerprints of passwords that were right, by user: filled by logins, emptied by {@link #forget}. Caffeine guards it.
     */
    private final Cache<String, byte[]> remembered;
    /** Of passwords, by user; filled by requests of sessions, emptied by {@link #forget}; guards itself. */
    private final Recent<String, String> stamps = new Recent<>(MOST_REMEMBERED);
    /** Counts what was forgotten: what was checked before is not to be remembered after. */
    private final AtomicLong changes = new AtomicLong();

    Accounts(Model model, CredentialStore store, SecuritySettings settings) {
        this.model = model;
        this.store = store;
        this.settings = settings;
        this.rules = new PasswordRules(settings.passwordMinimumLength(), settings.passwordKindsOfCharacters());
        this.hashing = new PasswordHashing(settings.passwordThreads(), settings.mostPasswordsWaiting());
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        this.fingerprintKey = new SecretKeySpec(random, "HmacSHA256");
        this.remembered = Caffeine.newBuilder()
                .maximumSize(MOST_REMEMBERED)
                .expireAfterWrite(settings.passwordRememberedFor())
                .build();
    }

    /** Whether there is such a user, not disabled. The platform itself is none that anybody could be. */
    public boolean isOpen(String user) throws ModelException {
        return !user.equals(Principal.SYSTEM.user())
                && model.find(new EntityRef(EntityType.USER, user))
                        .filter(Entity::enabled)
                        .isPresent();
    }

    /**
     * Checks a password.
     *
     * @param remember whether one that was right lately is taken without being checked again
     * @return whether it had to be checked
     * @throws LoginException with the same message whatever is wrong
     */
    public boolean check(String user, String password, boolean remember) throws LoginException {
        // No password is that long: what is cut is as wrong as it was, and takes the same way and time.
        String tried = password.length() > LONGEST_TRIED ? password.substring(0, LONGEST_TRIED) : password;
        byte[] fingerprint = fingerprint(tried);
        byte[] known = remembered.getIfPresent(user);
        if (remember && known != null && MessageDigest.isEqual(known, fingerprint)) {
            return false;
        }
        long before = changes.get();
        try {
            verify(user, tried);
        } catch (StoreException | ModelException e) {
            throw new LoginException(LoginException.Kind.UNAVAILABLE, "passwords cannot be looked up now", e);
        }
        remembered.put(user, fingerprint);
        // Looked at after it was put, as forget counts before it empties: one of them removes it.
        if (changes.get() != before) {
            remembered.invalidate(user);
        }
        return true;
    }

    private void verify(String user, String password) throws StoreException, ModelException, LoginException {
        Optional<CredentialStore.Credential> credential = isOpen(user) ? store.find(user) : Optional.empty();
        if (credential.isEmpty()) {
            hashing.pretend(password);
            throw refused();
        }
        boolean matches = hashing.matches(password, credential.get().hash());
        // Also a right password does not open what is locked: it could have been found by trying.
        if (credential.get().locked()) {
            throw refused();
        }
        if (!matches) {
            if (store.countFailure(user, settings.mostFailedLogins(), settings.lockTime())) {
                remembered.invalidate(user);
            }
            throw refused();
        }
        if (credential.get().failures() > 0) {
            store.forgetFailures(user);
        }
    }

    private static LoginException refused() {
        return new LoginException(LoginException.Kind.REFUSED, REFUSED);
    }

    /** Gives a user a password, whatever it had; ends a lock. Every node should hear of it. */
    public void assignPassword(String user, String password, String confirmed) throws ModelException, LoginException {
        if (user.equals(Principal.SYSTEM.user())) {
            throw new ModelException(ModelException.Kind.NOT_ALLOWED, "the user System cannot log in");
        }
        checkNew(user, password, confirmed);
        var unused = model.require(new EntityRef(EntityType.USER, user));
        String hash = hashing.hash(password);
        try {
            store.put(user, hash);
        } catch (StoreException e) {
            model.announceUnknown(new EntityRef(EntityType.USER, user), e);
            throw unavailable(e);
        }
        forget(user);
    }

    /**
     * Gives a user a password where it has none.
     *
     * @param hash by {@link InitialPassword}
     */
    public void keepInitialPassword(String user, Secret hash) throws StoreException {
        store.putFirst(user, hash.reveal());
    }

    /** Whether a password would be taken. */
    public void checkNew(String user, String password, String confirmed) throws ModelException {
        if (!password.equals(confirmed)) {
            throw ModelException.invalid("field newPasswordConfirm: is another password than newPassword");
        }
        rules.check("newPassword", user, password);
    }

    /** Stands for the password that a user has now, without telling anything of it; another password has another one. */
    String passwordStamp(String user) throws ModelException {
        try {
            return stamps.get(
                    user,
                    () -> store.find(user)
                            .map(credential -> HexFormat.of().formatHex(digest(credential.hash())))
                            .orElse(""));
        } catch (StoreException e) {
            throw unavailable(e);
        }
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Ends a lock. */
    public void unlock(String user) throws ModelException {
        try {
            store.forgetFailures(user);
        } catch (StoreException e) {
            throw unavailable(e);
        }
    }

    /** Whether too many wrong passwords were tried. */
    public boolean isLocked(String user) throws ModelException {
        try {
            return store.find(user).filter(CredentialStore.Credential::locked).isPresent();
        } catch (StoreException e) {
            throw unavailable(e);
        }
    }

    /** Forgets what this node knows of a user that was changed. */
    void forget(String user) {
        changes.incrementAndGet();
        remembered.invalidate(user);
        stamps.forget(user);
    }

    private byte[] fingerprint(String password) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(fingerprintKey);
            return mac.doFinal(password.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }

    static ModelException unavailable(StoreException e) {
        return new ModelException(ModelException.Kind.UNAVAILABLE, "the database does not answer", e);
    }

    @Override
    public void close() {
        hashing.close();
    }
}
