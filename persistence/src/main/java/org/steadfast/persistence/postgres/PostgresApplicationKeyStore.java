package org.steadfast.persistence.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;
import org.steadfast.persistence.store.ApplicationKeyStore;
import org.steadfast.persistence.store.StoreException;

/** Application keys in the table {@code application_key}. */
final class PostgresApplicationKeyStore implements ApplicationKeyStore {
    private final DataSource pool;

    PostgresApplicationKeyStore(DataSource pool) {
        this.pool = pool;
    }

    @Override
    public Optional<ApplicationKey> find(byte[] keyHash) throws StoreException {
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
    public void put(ApplicationKey key, byte[] keyHash) throws StoreException {
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
            ReplicatedCommit.require(statement);
        } catch (SQLException e) {
            if (SqlErrors.isUniqueViolation(e)) {
                throw new StoreException(
                        StoreException.Kind.ALREADY_EXISTS, "the application key exists under another name", e);
            }
            throw SqlErrors.translate("keeping the application key " + key.name(), e);
        }
    }
}
