package org.steadfast.persistence.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import javax.sql.DataSource;
import org.steadfast.persistence.store.MembershipStore.Party;
import org.steadfast.persistence.store.PermissionStore;
import org.steadfast.persistence.store.StoreException;

/** Permissions in the table {@code permission}. */
final class PostgresPermissionStore implements PermissionStore {
    private static final String PUT =
            "insert into permission (collection, name, instance, type, resource, principal_collection, principal,"
                    + " permitted) values (?, ?, ?, ?, ?, ?, ?, ?)"
                    + " on conflict (collection, name, instance, type, resource, principal_collection, principal)"
                    + " do update set permitted = excluded.permitted";

    private final DataSource pool;
    private final Transactions transactions;
    private final Statements statements;

    PostgresPermissionStore(DataSource pool) {
        this.pool = pool;
        this.transactions = new Transactions(pool);
        this.statements = new Statements(pool);
    }

    @Override
    public List<Permission> find(String collection, String name) throws StoreException {
        return statements.rows(
                "reading the permissions of " + name,
                "select instance, type, resource, principal_collection, principal, permitted from permission"
                        + " where collection = ? and name = ? order by resource, type, principal",
                row -> new Permission(
                        row.getBoolean(1),
                        row.getString(2),
                        row.getString(3),
                        new Party(row.getString(4), row.getString(5)),
                        row.getBoolean(6)),
                collection,
                name);
    }

    @Override
    public void replace(
            String collection,
            String name,
            boolean instance,
            Collection<String> types,
            Collection<Permission> permissions)
            throws StoreException {
        transactions.change("changing the permissions of " + name, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    "delete from permission where collection = ? and name = ? and instance = ? and type = any(?)")) {
                Statements.set(connection, statement, collection, name, instance, List.copyOf(types));
                statement.executeUpdate();
            }
            put(connection, collection, name, permissions);
        });
    }

    @Override
    public void put(String collection, String name, Collection<Permission> permissions) throws StoreException {
        transactions.change(
                "changing the permissions of " + name, connection -> put(connection, collection, name, permissions));
    }

    private static void put(Connection connection, String collection, String name, Collection<Permission> permissions)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(PUT)) {
            for (Permission permission : permissions) {
                Statements.set(
                        connection,
                        statement,
                        collection,
                        name,
                        permission.instance(),
                        permission.type(),
                        permission.resource(),
                        permission.principal().collection(),
                        permission.principal().name(),
                        permission.permitted());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    @Override
    public void remove(String collection, String name, Permission permission) throws StoreException {
        statements.change(
                "changing the permissions of " + name,
                "delete from permission where collection = ? and name = ? and instance = ? and type = ? and"
                        + " resource = ? and principal_collection = ? and principal = ?",
                collection,
                name,
                permission.instance(),
                permission.type(),
                permission.resource(),
                permission.principal().collection(),
                permission.principal().name());
    }

    @Override
    public List<Grant> grants(String type, Collection<Party> principals) throws StoreException {
        return statements.rows(
                "reading what is allowed",
                "select distinct p.collection, p.name, p.instance from permission as p"
                        + " join unnest(?, ?) as who(collection, name)"
                        + " on p.principal_collection = who.collection and p.principal = who.name"
                        + " where p.type = ? and p.permitted",
                row -> new Grant(row.getString(1), row.getString(2), row.getBoolean(3)),
                principals.stream().map(Party::collection).toList(),
                principals.stream().map(Party::name).toList(),
                type);
    }
}
