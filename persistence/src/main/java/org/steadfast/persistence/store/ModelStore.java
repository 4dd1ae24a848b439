package org.steadfast.persistence.store;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.steadfast.persistence.store.PermissionStore.Permission;

/** The definitions of things and everything else that is not a value. Safe for use by several threads. */
public interface ModelStore {
    Optional<StoredEntity> find(String collection, String name) throws StoreException;

    /** The entity that goes by an identifier in the outside world. */
    Optional<StoredEntity> findByIdentifier(String collection, String identifier) throws StoreException;

    /** Entities in the order of their names. */
    List<EntitySummary> list(EntityListing listing) throws StoreException;

    /**
     * Entities with their definitions, in the order of their names: one page after the other of a listing of any length.
     *
     * @param afterName only those whose names come later; empty for the first page
     */
    List<StoredEntity> page(String collection, String project, List<String> tags, String afterName, int limit)
            throws StoreException;

    /**
     * Keeps a new entity.
     *
     * @throws StoreException {@link StoreException.Kind#ALREADY_EXISTS} if the name or the identifier is taken,
     *     {@link StoreException.Kind#NOT_FOUND} if something that it needs is not there
     */
    StoredEntity create(EntityWrite entity) throws StoreException;

    /**
     * Replaces a definition and, in the same transaction, removes the entity's values that it has no place for any more.
     *
     * @param expectedVersion the version that the change was made from
     * @param dropped properties that the definition had before and has no more
     * @throws StoreException {@link StoreException.Kind#CHANGED_MEANWHILE} if it is another by now,
     *     {@link StoreException.Kind#NOT_FOUND} if the entity is gone, or something that it needs,
     *     {@link StoreException.Kind#ALREADY_EXISTS} if the identifier is taken
     */
    Updated update(EntityWrite entity, long expectedVersion, Collection<String> dropped) throws StoreException;

    /**
     * Makes and replaces many entities in one transaction. What one of them needs may be another of them.
     *
     * @return in the order of the bundle, each with the permissions that it has got
     * @throws StoreException as {@link #create} and {@link #update} throw it, for the first entity that cannot be written; then
     *     nothing is
     */
    List<Updated> writeAll(List<BundledWrite> bundle) throws StoreException;

    /**
     * Deletes an entity with all its values. False where there was none.
     *
     * @throws StoreException {@link StoreException.Kind#IN_USE} if others need it, naming some of them
     */
    boolean delete(String collection, String name) throws StoreException;

    /**
     * Deletes an entity with all its values, where it is still the one that is meant, and still refers to something. False where it is not.
     *
     * @param id of the entity
     * @throws StoreException {@link StoreException.Kind#IN_USE} if others need it, naming some of them
     */
    boolean delete(String collection, String name, long id, EntityWrite.Reference referring) throws StoreException;

    /** The entities that need this one, at most {@code limit}, in the order of their numbers, from after a number on. */
    List<StoredEntity> referring(String collection, String name, long afterId, int limit) throws StoreException;

    /** Those of some entities of a collection that there are, in no order. */
    List<StoredEntity> findAll(String collection, Collection<String> names) throws StoreException;

    /** The names of all entities of a collection that need another entity, in their order. */
    List<String> namesReferring(String from, String collection, String name) throws StoreException;

    /** The names within a collection that any entity refers to. */
    List<String> referenced(String collection) throws StoreException;

    /**
     * Removes values of a thing that are not newer than a version.
     *
     * @param newest see {@link Updated#newestVersion}
     * @return greatest version of the values that were removed, 0 where none was
     */
    long dropValues(long thingId, Collection<String> properties, long newest) throws StoreException;

    /**
     * An entity that was updated.
     *
     * @param newestDropped greatest version of the values that were removed, 0 where none was; every value that is written later
     *     has a greater one
     * @param newestVersion every value of any property that is written from now on has a greater version
     * @param permissions that the entity had not before
     */
    record Updated(StoredEntity entity, long newestDropped, long newestVersion, List<Permission> permissions) {
        public Updated {
            permissions = List.copyOf(permissions);
        }

        public Updated(StoredEntity entity, long newestDropped, long newestVersion) {
            this(entity, newestDropped, newestVersion, List.of());
        }
    }
}
