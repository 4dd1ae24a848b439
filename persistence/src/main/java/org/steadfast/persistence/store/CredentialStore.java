package org.steadfast.persistence.store;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** Passwords of users, of which only hashes are kept, and how often a wrong one was tried. Safe for use by several threads. */
public interface CredentialStore {
    Optional<Credential> find(String user) throws StoreException;

    /** Keeps a password's hash in place of an earlier one, and forgets failures. */
    void put(String user, String hash) throws StoreException;

    /** Keeps a password's hash for a user that has none; one that has keeps its own. */
    void putFirst(String user, String hash) throws StoreException;

    /**
     * Counts a failure.
     *
     * @param most failures until the account is locked
     * @param lock how long it is locked then; the count begins anew after it
     * @return whether it is locked now
     */
    boolean countFailure(String user, int most, Duration lock) throws StoreException;

    /** Forgets failures, and ends a lock. */
    void forgetFailures(String user) throws StoreException;

    /**
     * What is kept of a user's password.
     *
     * @param hash with its parameters and salt
     * @param failures since the last success
     * @param locked whether the account is locked now, by the database's clock
     */
    record Credential(String hash, int failures, boolean locked) {
        public Credential {
            Objects.requireNonNull(hash, "hash is null");
        }

        /** Without the hash: this may stand in a log. */
        @Override
        public String toString() {
            return "Credential[failures=" + failures + ", locked=" + locked + "]";
        }
    }
}
