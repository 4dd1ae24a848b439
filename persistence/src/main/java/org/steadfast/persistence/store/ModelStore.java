package org.steadfast.persistence.store;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The definitions of things and everything else that is not a value. Safe for use by several threads. */
public interface ModelStore {
    Optional<StoredEntity> find(String collection, String name) throws StoreException;

    /** The entity that goes by an identifier in the outside world. */
    Optional<StoredEntity> findByIdentifier(String collection, String identifier) throws StoreException;

    /**
     * Entities in the order of their names.
     *
     * @param mask a name in which {@code *} stands for any characters
     * @param limit most entities to return
     */
    List<StoredEntity> list(String collection, String mask, int limit) throws StoreException;

    /** @throws StoreException {@link StoreException.Kind#ALREADY_EXISTS} if the name or the identifier is taken */
    StoredEntity create(String collection, String name, Optional<String> identifier, String definition)
            throws StoreException;

    /**
     * Replaces a definition and, in the same transaction, removes values that it has no place for any more.
     *
     * @param expectedVersion the version that the change was made from
     * @param dropped properties that the definition had before and has no more
     * @throws StoreException {@link StoreException.Kind#CHANGED_MEANWHILE} if it is another by now,
     *     {@link StoreException.Kind#NOT_FOUND} if the entity is gone, {@link StoreException.Kind#ALREADY_EXISTS} if the
     *     identifier is taken
     */
    Updated update(
            String collection,
            String name,
            long expectedVersion,
            Optional<String> identifier,
            String definition,
            Collection<String> dropped)
            throws StoreException;

    /** Deletes an entity with all its values. False where there was none. */
    boolean delete(String collection, String name) throws StoreException;

    /** The application key with this hash. */
    Optional<ApplicationKey> findApplicationKey(byte[] keyHash) throws StoreException;

    /**
     * Keeps an application key, replacing one of the same name.
     *
     * @throws StoreException {@link StoreException.Kind#ALREADY_EXISTS} if another name has the same key
     */
    void putApplicationKey(ApplicationKey key, byte[] keyHash) throws StoreException;

    /**
     * An entity that was updated.
     *
     * @param newestDropped greatest version of the values that were removed, 0 where none was; every value that is written later
     *     has a greater one
     */
    record Updated(StoredEntity entity, long newestDropped) {}

    /**
     * What an application key stands for. The key itself is kept nowhere, only its hash.
     *
     * @param readOnly whether it may change nothing
     */
    record ApplicationKey(String name, String user, boolean readOnly) {}
}
