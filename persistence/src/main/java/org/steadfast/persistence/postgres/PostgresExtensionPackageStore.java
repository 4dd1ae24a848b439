package org.steadfast.persistence.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.steadfast.persistence.store.ExtensionPackage;
import org.steadfast.persistence.store.ExtensionPackage.PackagedEntity;
import org.steadfast.persistence.store.ExtensionPackageStore;
import org.steadfast.persistence.store.StoreException;

/** Installed packages in the table {@code extension_package}. */
final class PostgresExtensionPackageStore implements ExtensionPackageStore {
    private static final String SELECT =
            "select name, version, metadata::text, collections, entities, installed from extension_package";

    private final DataSource pool;

    PostgresExtensionPackageStore(DataSource pool) {
        this.pool = pool;
    }

    @Override
    public Optional<ExtensionPackage> find(String name) throws StoreException {
        if (name.indexOf('\0') >= 0) {
            return Optional.empty();
        }
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(SELECT + " where name = ?")) {
            statement.setString(1, name);
            return read(statement).stream().findFirst();
        } catch (SQLException e) {
            throw SqlErrors.translate("reading an installed package", e);
        }
    }

    @Override
    public List<ExtensionPackage> list() throws StoreException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(SELECT + " order by name")) {
            return read(statement);
        } catch (SQLException e) {
            throw SqlErrors.translate("listing installed packages", e);
        }
    }

    private static List<ExtensionPackage> read(PreparedStatement statement) throws SQLException {
        List<ExtensionPackage> found = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                String[] collections = (String[]) rows.getArray(4).getArray();
                String[] names = (String[]) rows.getArray(5).getArray();
                List<PackagedEntity> entities = new ArrayList<>();
                for (int i = 0; i < names.length; i++) {
                    entities.add(new PackagedEntity(collections[i], names[i]));
                }
                found.add(new ExtensionPackage(
                        rows.getString(1),
                        rows.getString(2),
                        rows.getString(3),
                        entities,
                        rows.getTimestamp(6).getTime()));
            }
        }
        return found;
    }

    @Override
    public void put(ExtensionPackage installed) throws StoreException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement("""
                        insert into extension_package (name, version, metadata, collections, entities, installed)
                        values (?, ?, ?::jsonb, ?, ?, ?)
                        on conflict (name) do update set version = excluded.version, metadata = excluded.metadata,
                            collections = excluded.collections, entities = excluded.entities,
                            installed = excluded.installed""")) {
            statement.setString(1, installed.name());
            statement.setString(2, installed.version());
            statement.setString(3, installed.metadata());
            statement.setArray(
                    4,
                    connection.createArrayOf(
                            "text",
                            installed.entities().stream()
                                    .map(PackagedEntity::collection)
                                    .toArray()));
            statement.setArray(
                    5,
                    connection.createArrayOf(
                            "text",
                            installed.entities().stream()
                                    .map(PackagedEntity::name)
                                    .toArray()));
            statement.setTimestamp(6, new Timestamp(installed.installed()));
            statement.executeUpdate();
            ReplicatedCommit.require(statement);
        } catch (SQLException e) {
            throw SqlErrors.translate("keeping the package " + installed.name(), e);
        }
    }

    @Override
    public boolean delete(String name) throws StoreException {
        if (name.indexOf('\0') >= 0) {
            return false;
        }
        try (Connection connection = pool.getConnection();
                PreparedStatement statement =
                        connection.prepareStatement("delete from extension_package where name = ?")) {
            statement.setString(1, name);
            boolean deleted = statement.executeUpdate() > 0;
            ReplicatedCommit.require(statement);
            return deleted;
        } catch (SQLException e) {
            throw SqlErrors.translate("removing the package " + name, e);
        }
    }
}
