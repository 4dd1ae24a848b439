package org.steadfast.persistence.store;

import java.util.Optional;

/** Application keys, of which only hashes are kept. Safe for use by several threads. */
public interface ApplicationKeyStore {
    /** The application key with this hash. */
    Optional<ApplicationKey> find(byte[] keyHash) throws StoreException;

    /**
     * Keeps an application key, replacing one of the same name.
     *
     * @throws StoreException {@link StoreException.Kind#ALREADY_EXISTS} if another name has the same key
     */
    void put(ApplicationKey key, byte[] keyHash) throws StoreException;

    /**
     * What an application key stands for. The key itself is kept nowhere, only its hash.
     *
     * @param readOnly whether it may change nothing
     */
    record ApplicationKey(String name, String user, boolean readOnly) {}
}
