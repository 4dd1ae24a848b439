package org.steadfast.persistence.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.steadfast.persistence.store.ModelStore;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.StoredEntity;

/** Definitions in the table {@code entity}, application keys in {@code application_key}. */
final class PostgresModelStore implements ModelStore {
    private static final String COLUMNS =
            "id, collection, name, version, identifier, definition::text, (extract(epoch from modified) * 1000)::bigint";

    /** Rows of values are locked in the order in which batches lock them, so that the two cannot wait for each other. */
    private static final String UPDATE = """
            with changed as (
                update entity set version = version + 1, identifier = ?, definition = ?::jsonb, modified = now()
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
            select changed.*, coalesce((select max(version) from dropped), 0) from changed""".formatted(COLUMNS);

    private static final String DELETE = """
            with gone as (
                delete from entity where collection = ? and name = ? returning id
            ), doomed as (
                select p.thing_id, p.property from property_value as p join gone on p.thing_id = gone.id
                order by p.property collate "C" for update of p
            ), emptied as (
                delete from property_value as p using doomed
                where p.thing_id = doomed.thing_id and p.property = doomed.property
            )
            select count(*) from gone""";

    private static final String IDENTIFIER_CONSTRAINT = "entity_collection_identifier_key";

    private final DataSource pool;

    PostgresModelStore(DataSource pool) {
        this.pool = pool;
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
    public List<StoredEntity> list(String collection, String mask, int limit) throws StoreException {
        if (cannotBeHeld(mask)) {
            return List.of();
        }
        String pattern = mask.replace("\\", "\\\\")
                .replace("%", "\\%")
                .replace("_", "\\_")
                .replace('*', '%');
        return query(
                "select " + COLUMNS + " from entity where collection = ? and name ilike ? order by name limit ?",
                statement -> {
                    statement.setString(1, collection);
                    statement.setString(2, pattern);
                    statement.setInt(3, limit);
                });
    }

    @Override
    public StoredEntity create(String collection, String name, Optional<String> identifier, String definition)
            throws StoreException {
        try {
            return change(
                            "insert into entity (collection, name, identifier, definition) values (?, ?, ?, ?::jsonb)"
                                    + " returning " + COLUMNS,
                            statement -> {
                                statement.setString(1, collection);
                                statement.setString(2, name);
                                statement.setString(3, identifier.orElse(null));
                                statement.setString(4, definition);
                            })
                    .orElseThrow();
        } catch (SQLException e) {
            throw taken(collection, name, identifier, e);
        }
    }

    @Override
    public Updated update(
            String collection,
            String name,
            long expectedVersion,
            Optional<String> identifier,
            String definition,
            Collection<String> dropped)
            throws StoreException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(UPDATE)) {
            statement.setString(1, identifier.orElse(null));
            statement.setString(2, definition);
            statement.setString(3, collection);
            statement.setString(4, name);
            statement.setLong(5, expectedVersion);
            statement.setArray(6, connection.createArrayOf("text", dropped.toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                if (rows.next()) {
                    return new Updated(read(rows), rows.getLong(8));
                }
            }
        } catch (SQLException e) {
            throw taken(collection, name, identifier, e);
        }
        if (find(collection, name).isEmpty()) {
            throw new StoreException(StoreException.Kind.NOT_FOUND, collection + " " + name + " is gone");
        }
        throw new StoreException(
                StoreException.Kind.CHANGED_MEANWHILE,
                collection + " " + name + " is no longer at version " + expectedVersion);
    }

    @Override
    public boolean delete(String collection, String name) throws StoreException {
        if (cannotBeHeld(name)) {
            return false;
        }
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(DELETE)) {
            statement.setString(1, collection);
            statement.setString(2, name);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getInt(1) > 0;
            }
        } catch (SQLException e) {
            throw SqlErrors.translate("deleting " + collection + " " + name, e);
        }
    }

    @Override
    public Optional<ApplicationKey> findApplicationKey(byte[] keyHash) throws StoreException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "select name, user_name, read_only from application_key where key_hash = ?")) {
            statement.setBytes(1, keyHash);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next()
                        ? Optional.of(new ApplicationKey(rows.getString(1), rows.getString(2), rows.getBoolean(3)))
                        : Optional.empty();
            }
        } catch (SQLException e) {
            throw SqlErrors.translate("looking up an application key", e);
        }
    }

    @Override
    public void putApplicationKey(ApplicationKey key, byte[] keyHash) throws StoreException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "insert into application_key (name, key_hash, user_name, read_only) values (?, ?, ?, ?)"
                                + " on conflict (name) do update set key_hash = excluded.key_hash,"
                                + " user_name = excluded.user_name, read_only = excluded.read_only")) {
            statement.setString(1, key.name());
            statement.setBytes(2, keyHash);
            statement.setString(3, key.user());
            statement.setBoolean(4, key.readOnly());
            statement.executeUpdate();
        } catch (SQLException e) {
            if (SqlErrors.isUniqueViolation(e)) {
                throw new StoreException(
                        StoreException.Kind.ALREADY_EXISTS, "the application key exists under another name", e);
            }
            throw SqlErrors.translate("keeping the application key " + key.name(), e);
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

    private Optional<StoredEntity> change(String sql, Parameters parameters) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            parameters.set(statement);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(read(rows)) : Optional.empty();
            }
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

    private static StoreException taken(String collection, String name, Optional<String> identifier, SQLException e) {
        if (SqlErrors.isUniqueViolation(e)) {
            boolean byIdentifier = SqlErrors.isViolationOf(IDENTIFIER_CONSTRAINT, e);
            return new StoreException(
                    StoreException.Kind.ALREADY_EXISTS,
                    byIdentifier
                            ? "the identifier " + identifier.orElse("") + " already exists on another of " + collection
                            : collection + " " + name + " already exists",
                    e);
        }
        return SqlErrors.translate("changing " + collection + " " + name, e);
    }
}
