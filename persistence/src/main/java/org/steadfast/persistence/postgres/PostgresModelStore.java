package org.steadfast.persistence.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.steadfast.persistence.store.BundledWrite;
import org.steadfast.persistence.store.EntityListing;
import org.steadfast.persistence.store.EntitySummary;
import org.steadfast.persistence.store.EntityWrite;
import org.steadfast.persistence.store.EntityWrite.Reference;
import org.steadfast.persistence.store.ModelStore;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.StoredEntity;

/** Definitions in the table {@code entity}, what they need of each other in {@code entity_reference}. */
final class PostgresModelStore implements ModelStore {
    static final String COLUMNS =
            "id, collection, name, version, identifier, definition::text, (extract(epoch from modified) * 1000)::bigint";

    /** Rows of values are locked in the order in which batches lock them, so that the two cannot wait for each other. */
    private static final String UPDATE = """
            with changed as (
                update entity set version = nextval('entity_version'), identifier = ?, definition = ?::jsonb, modified = now()
                where collection = ? and name = ? and version = ?
                returning %s
            ), doomed as (
                select p.thing_id, p.property from property_value as p join changed on p.thing_id = changed.id
                where p.property = any(?)
                order by p.property collate "C" for update of p
            ), dropped as (
                delete from property_value as p using doomed
                where p.thing_id = doomed.thing_id and p.property = doomed.property
                returning p.version
            )
            select changed.*, coalesce((select max(version) from dropped), 0),
                (select case when is_called then last_value else 0 end from property_version)
            from changed""".formatted(COLUMNS);

    private static final String DELETE = """
            with gone as (
                delete from entity where collection = ? and name = ? returning id
            ), doomed as (
                select p.thing_id, p.property from property_value as p join gone on p.thing_id = gone.id
                order by p.property collate "C" for update of p
            ), emptied as (
                delete from property_value as p using doomed
                where p.thing_id = doomed.thing_id and p.property = doomed.property
            ), noted as (
                insert into deleted_entity (id) select id from gone
            )
            select count(*) from gone""";

    private static final String HAS_PROJECT_AND_TAGS = """
            (? = '' or definition ->> 'projectName' = ?)
                and not exists (
                    select from unnest(?) as wanted(tag)
                    where not coalesce(definition -> 'tags', '[]') @> jsonb_build_array(jsonb_build_object(
                        'vocabulary', split_part(tag, ':', 1),
                        'vocabularyTerm', substr(tag, length(split_part(tag, ':', 1)) + 2)))
                )""";

    /** Templates that come from what makes things visible make things visible too; {@code union} ends circles. */
    private static final String LIST = """
            with recursive source (collection, name) as (
                select * from unnest(?, ?)
                union
                select e.collection, e.name from source as s
                join entity_reference as r on r.collection = s.collection and r.name = s.name
                join entity as e on e.id = r.entity_id and e.collection = 'ThingTemplates'
            )
            select id, collection, name, coalesce(definition ->> 'description', ''),
                coalesce(definition ->> 'projectName', ''), coalesce((definition -> 'tags')::text, '[]'),
                (extract(epoch from modified) * 1000)::bigint
            from entity
            where collection = any(?) and name ilike ? and %s
                and (? or collection = any(?)
                    or (collection, name) in (select * from unnest(?, ?))
                    or (collection = 'Things' and exists (
                        select from entity_reference as r join source as s using (collection, name)
                        where r.entity_id = entity.id)))
            order by name, collection limit ? offset ?""".formatted(HAS_PROJECT_AND_TAGS);

    private static final String PAGE = """
            select %s from entity where collection = ? and name > ? and %s
            order by name limit ?""".formatted(COLUMNS, HAS_PROJECT_AND_TAGS);

    /** In the order of their numbers, so that two that hold the same entities do not wait for each other. */
    static final String HOLD = """
            select e.collection, e.name from entity as e
            join unnest(?, ?) as wanted(collection, name) using (collection, name)
            order by e.id for key share of e""";

    private static final String USERS = """
            select e.collection, e.name from entity_reference as r join entity as e on e.id = r.entity_id
            where r.collection = ? and r.name = ? order by e.id limit ?""";

    private static final int SHOWN_USERS = 3;

    /** Locked in the order in which batches lock them. */
    private static final String DROP = """
            with doomed as (
                select thing_id, property from property_value
                where thing_id = ? and property = any(?) and version <= ?
                order by property collate "C" for update
            )
            , dropped as (
                delete from property_value as p using doomed
                where p.thing_id = doomed.thing_id and p.property = doomed.property
                returning p.version
            )
            select coalesce(max(version), 0) from dropped""";

    private static final String IDENTIFIER_CONSTRAINT = "entity_collection_identifier_key";

    private final DataSource pool;
    private final Transactions transactions;

    PostgresModelStore(DataSource pool) {
        this.pool = pool;
        this.transactions = new Transactions(pool);
    }

    /** Sets the parameters of a statement. */
    @FunctionalInterface
    private interface Parameters {
        void set(PreparedStatement statement) throws SQLException;
    }

    @Override
    public Optional<StoredEntity> find(String collection, String name) throws StoreException {
        if (cannotBeHeld(name)) {
            return Optional.empty();
        }
        return query("select " + COLUMNS + " from entity where collection = ? and name = ?", statement -> {
                    statement.setString(1, collection);
                    statement.setString(2, name);
                })
                .stream()
                .findFirst();
    }

    @Override
    public Optional<StoredEntity> findByIdentifier(String collection, String identifier) throws StoreException {
        if (cannotBeHeld(identifier)) {
            return Optional.empty();
        }
        return query("select " + COLUMNS + " from entity where collection = ? and identifier = ?", statement -> {
                    statement.setString(1, collection);
                    statement.setString(2, identifier);
                })
                .stream()
                .findFirst();
    }

    @Override
    public List<EntitySummary> list(EntityListing listing) throws StoreException {
        if (cannotBeHeld(listing.mask())
                || cannotBeHeld(listing.project())
                || listing.tags().stream().anyMatch(PostgresModelStore::cannotBeHeld)) {
            return List.of();
        }
        String pattern = listing.mask()
                .replace("\\", "\\\\")
                .replace("%", "\\%")
                .replace("_", "\\_")
                .replace('*', '%');
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(LIST)) {
            EntityListing.Visibility visibility =
                    listing.visibility().orElse(new EntityListing.Visibility(List.of(), List.of(), List.of()));
            Statements.set(
                    connection,
                    statement,
                    collections(visibility.sources()),
                    names(visibility.sources()),
                    listing.collections(),
                    pattern,
                    listing.project(),
                    listing.project(),
                    listing.tags(),
                    listing.visibility().isEmpty(),
                    visibility.collections(),
                    collections(visibility.entities()),
                    names(visibility.entities()),
                    listing.limit(),
                    listing.offset());
            try (ResultSet rows = statement.executeQuery()) {
                List<EntitySummary> found = new ArrayList<>();
                while (rows.next()) {
                    found.add(new EntitySummary(
                            rows.getLong(1),
                            rows.getString(2),
                            rows.getString(3),
                            rows.getString(4),
                            rows.getString(5),
                            rows.getString(6),
                            rows.getLong(7)));
                }
                return found;
            }
        } catch (SQLException e) {
            throw SqlErrors.translate("listing entities", e);
        }
    }

    private static List<String> collections(List<EntityListing.Named> entities) {
        return entities.stream().map(EntityListing.Named::collection).toList();
    }

    private static List<String> names(List<EntityListing.Named> entities) {
        return entities.stream().map(EntityListing.Named::name).toList();
    }

    @Override
    public List<StoredEntity> page(String collection, String project, List<String> tags, String afterName, int limit)
            throws StoreException {
        if (cannotBeHeld(project) || tags.stream().anyMatch(PostgresModelStore::cannotBeHeld)) {
            return List.of();
        }
        return query(PAGE, statement -> {
            statement.setString(1, collection);
            statement.setString(2, afterName);
            statement.setString(3, project);
            statement.setString(4, project);
            statement.setArray(5, statement.getConnection().createArrayOf("text", tags.toArray()));
            statement.setInt(6, limit);
        });
    }

    @Override
    public List<Updated> writeAll(List<BundledWrite> bundle) throws StoreException {
        return transactions.run(
                "writing " + bundle.size() + " entities", connection -> new PostgresBundle(bundle).write(connection));
    }

    @Override
    public StoredEntity create(EntityWrite entity) throws StoreException {
        return transactions.run("creating " + entity.collection() + " " + entity.name(), connection -> {
            holdReferences(connection, entity);
            StoredEntity created = insert(connection, entity);
            writeReferences(connection, created.id(), entity);
            return created;
        });
    }

    static StoredEntity insert(Connection connection, EntityWrite entity) throws SQLException, StoreException {
        try (PreparedStatement statement = connection.prepareStatement(
                "insert into entity (collection, name, identifier, definition) values (?, ?, ?, ?::jsonb) returning "
                        + COLUMNS)) {
            statement.setString(1, entity.collection());
            statement.setString(2, entity.name());
            statement.setString(3, entity.identifier().orElse(null));
            statement.setString(4, entity.definition());
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return read(rows);
            }
        } catch (SQLException e) {
            throw taken(entity, e);
        }
    }

    @Override
    public Updated update(EntityWrite entity, long expectedVersion, Collection<String> dropped) throws StoreException {
        String what = "changing " + entity.collection() + " " + entity.name();
        Optional<Updated> updated = transactions.run(what, connection -> {
            holdReferences(connection, entity);
            Optional<Updated> changed = replace(connection, entity, expectedVersion, dropped);
            if (changed.isPresent()) {
                writeReferences(connection, changed.get().entity().id(), entity);
            }
            return changed;
        });
        if (updated.isPresent()) {
            return updated.get();
        }
        if (find(entity.collection(), entity.name()).isEmpty()) {
            throw new StoreException(
                    StoreException.Kind.NOT_FOUND, entity.collection() + " " + entity.name() + " is gone");
        }
        throw new StoreException(
                StoreException.Kind.CHANGED_MEANWHILE,
                entity.collection() + " " + entity.name() + " is no longer at version " + expectedVersion);
    }

    static Optional<Updated> replace(
            Connection connection, EntityWrite entity, long expectedVersion, Collection<String> dropped)
            throws SQLException, StoreException {
        try (PreparedStatement statement = connection.prepareStatement(UPDATE)) {
            statement.setString(1, entity.identifier().orElse(null));
            statement.setString(2, entity.definition());
            statement.setString(3, entity.collection());
            statement.setString(4, entity.name());
            statement.setLong(5, expectedVersion);
            statement.setArray(6, connection.createArrayOf("text", dropped.toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next()
                        ? Optional.of(new Updated(read(rows), rows.getLong(8), rows.getLong(9)))
                        : Optional.empty();
            }
        } catch (SQLException e) {
            throw taken(entity, e);
        }
    }

    private static void holdReferences(Connection connection, EntityWrite entity) throws SQLException, StoreException {
        List<Reference> wanted =
                entity.references().stream().filter(Reference::stored).toList();
        Set<String> missing = hold(connection, wanted);
        if (!missing.isEmpty()) {
            throw needsWhatIsMissing(entity, missing);
        }
    }

    static StoreException needsWhatIsMissing(EntityWrite entity, Set<String> missing) {
        return new StoreException(
                StoreException.Kind.NOT_FOUND,
                entity.collection() + " " + entity.name() + " needs what does not exist: "
                        + String.join(", ", missing));
    }

    /**
     * Keeps what entities need from being deleted until the transaction has ended.
     *
     * @return what is not there, each as its collection and its name
     */
    static Set<String> hold(Connection connection, Collection<Reference> wanted) throws SQLException {
        Set<String> missing = new LinkedHashSet<>();
        if (wanted.isEmpty()) {
            return missing;
        }
        wanted.forEach(reference -> missing.add(reference.collection() + " " + reference.name()));
        try (PreparedStatement statement = connection.prepareStatement(HOLD)) {
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "text", wanted.stream().map(Reference::collection).toArray()));
            statement.setArray(
                    2,
                    connection.createArrayOf(
                            "text", wanted.stream().map(Reference::name).toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    missing.remove(rows.getString(1) + " " + rows.getString(2));
                }
            }
        }
        return missing;
    }

    static void writeReferences(Connection connection, long id, EntityWrite entity) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("delete from entity_reference where entity_id = ?")) {
            statement.setLong(1, id);
            statement.executeUpdate();
        }
        try (PreparedStatement statement = connection.prepareStatement(
                "insert into entity_reference (entity_id, collection, name) values (?, ?, ?)")) {
            for (Reference reference : entity.references()) {
                statement.setLong(1, id);
                statement.setString(2, reference.collection());
                statement.setString(3, reference.name());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    @Override
    public boolean delete(String collection, String name) throws StoreException {
        return delete(collection, name, (connection, id) -> true);
    }

    @Override
    public boolean delete(String collection, String name, long id, Reference referring) throws StoreException {
        return delete(collection, name, (connection, found) -> found == id && refers(connection, id, referring));
    }

    /** Says whether the entity that was found, and is held, is the one to be deleted. */
    @FunctionalInterface
    private interface Meant {
        boolean is(Connection connection, long id) throws SQLException;
    }

    private static boolean refers(Connection connection, long id, Reference to) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "select 1 from entity_reference where entity_id = ? and collection = ? and name = ?")) {
            statement.setLong(1, id);
            statement.setString(2, to.collection());
            statement.setString(3, to.name());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    private boolean delete(String collection, String name, Meant meant) throws StoreException {
        if (cannotBeHeld(name)) {
            return false;
        }
        return transactions.run("deleting " + collection + " " + name, connection -> {
            try (PreparedStatement hold =
                    connection.prepareStatement("select id from entity where collection = ? and name = ? for update")) {
                hold.setString(1, collection);
                hold.setString(2, name);
                try (ResultSet rows = hold.executeQuery()) {
                    if (!rows.next() || !meant.is(connection, rows.getLong(1))) {
                        return false;
                    }
                }
            }
            requireUnused(connection, collection, name);
            try (PreparedStatement statement = connection.prepareStatement(DELETE)) {
                statement.setString(1, collection);
                statement.setString(2, name);
                try (ResultSet rows = statement.executeQuery()) {
                    rows.next();
                    return rows.getInt(1) > 0;
                }
            }
        });
    }

    private static void requireUnused(Connection connection, String collection, String name)
            throws SQLException, StoreException {
        try (PreparedStatement statement = connection.prepareStatement(USERS)) {
            statement.setString(1, collection);
            statement.setString(2, name);
            statement.setInt(3, SHOWN_USERS);
            try (ResultSet rows = statement.executeQuery()) {
                List<String> users = new ArrayList<>();
                while (rows.next()) {
                    users.add(rows.getString(1) + " " + rows.getString(2));
                }
                if (!users.isEmpty()) {
                    throw new StoreException(
                            StoreException.Kind.IN_USE,
                            collection + " " + name + " is needed by " + String.join(", ", users)
                                    + (users.size() == SHOWN_USERS ? " and maybe others" : ""));
                }
            }
        }
    }

    @Override
    public List<String> referenced(String collection) throws StoreException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "select distinct name from entity_reference where collection = ?")) {
            statement.setString(1, collection);
            List<String> names = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    names.add(rows.getString(1));
                }
            }
            return names;
        } catch (SQLException e) {
            throw SqlErrors.translate("looking for what is referred to in " + collection, e);
        }
    }

    @Override
    public List<StoredEntity> findAll(String collection, Collection<String> names) throws StoreException {
        List<String> held = names.stream().filter(name -> !cannotBeHeld(name)).toList();
        return query("select " + COLUMNS + " from entity where collection = ? and name = any(?)", statement -> {
            statement.setString(1, collection);
            statement.setArray(2, statement.getConnection().createArrayOf("text", held.toArray()));
        });
    }

    @Override
    public List<String> namesReferring(String from, String collection, String name) throws StoreException {
        return cannotBeHeld(name)
                ? List.of()
                : new Statements(pool)
                        .rows(
                                "looking for what needs " + name,
                                "select e.name from entity as e join entity_reference as r on r.entity_id = e.id"
                                        + " where e.collection = ? and r.collection = ? and r.name = ? order by e.name",
                                row -> row.getString(1),
                                from,
                                collection,
                                name);
    }

    @Override
    public List<StoredEntity> referring(String collection, String name, long afterId, int limit) throws StoreException {
        if (cannotBeHeld(name)) {
            return List.of();
        }
        return query(
                "select " + COLUMNS + " from entity where id in"
                        + " (select entity_id from entity_reference where collection = ? and name = ?)"
                        + " and id > ? order by id limit ?",
                statement -> {
                    statement.setString(1, collection);
                    statement.setString(2, name);
                    statement.setLong(3, afterId);
                    statement.setInt(4, limit);
                });
    }

    @Override
    public long dropValues(long thingId, Collection<String> properties, long newest) throws StoreException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(DROP)) {
            statement.setLong(1, thingId);
            statement.setArray(2, connection.createArrayOf("text", properties.toArray()));
            statement.setLong(3, newest);
            try (ResultSet rows = statement.executeQuery()) {
                ReplicatedCommit.require(statement);
                rows.next();
                return rows.getLong(1);
            }
        } catch (SQLException e) {
            throw SqlErrors.translate("removing values", e);
        }
    }

    /** PostgreSQL has no place for this character in texts, and refuses even to compare one that has it. */
    private static boolean cannotBeHeld(String text) {
        return text.indexOf('\0') >= 0;
    }

    private List<StoredEntity> query(String sql, Parameters parameters) throws StoreException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            parameters.set(statement);
            try (ResultSet rows = statement.executeQuery()) {
                List<StoredEntity> entities = new ArrayList<>();
                while (rows.next()) {
                    entities.add(read(rows));
                }
                return entities;
            }
        } catch (SQLException e) {
            throw SqlErrors.translate("reading the model", e);
        }
    }

    private static StoredEntity read(ResultSet rows) throws SQLException {
        return new StoredEntity(
                rows.getLong(1),
                rows.getString(2),
                rows.getString(3),
                rows.getLong(4),
                Optional.ofNullable(rows.getString(5)),
                rows.getString(6),
                rows.getLong(7));
    }

    private static StoreException taken(EntityWrite entity, SQLException e) {
        if (SqlErrors.isUniqueViolation(e)) {
            boolean byIdentifier = SqlErrors.isViolationOf(IDENTIFIER_CONSTRAINT, e);
            return new StoreException(
                    StoreException.Kind.ALREADY_EXISTS,
                    byIdentifier
                            ? "the identifier " + entity.identifier().orElse("") + " already exists on another of "
                                    + entity.collection()
                            : entity.collection() + " " + entity.name() + " already exists",
                    e);
        }
        return SqlErrors.translate("changing " + entity.collection() + " " + entity.name(), e);
    }
}
