package org.steadfast.persistence.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.steadfast.persistence.store.OrganizationUnitStore;
import org.steadfast.persistence.store.StoreException;

/** Units in the table {@code organization_unit}. */
final class PostgresOrganizationUnitStore implements OrganizationUnitStore {
    private static final String SELECT =
            "select name, parent, description from organization_unit where organization = ? order by name collate \"C\"";

    /** One change of an organization at a time: two that each are right could make a circle together. */
    private static final String LOCK = "select pg_advisory_xact_lock(hashtextextended('organization_unit ' || ?, 0))";

    private static final String PUT = """
            insert into organization_unit (organization, name, parent, description) values (?, ?, ?, ?)""";

    private static final String CHANGE = """
            update organization_unit set parent = ?, description = ? where organization = ? and name = ?""";

    private final Transactions transactions;
    private final Statements statements;

    PostgresOrganizationUnitStore(DataSource pool) {
        this.transactions = new Transactions(pool);
        this.statements = new Statements(pool);
    }

    @Override
    public List<Unit> units(String organization) throws StoreException {
        return statements.rows(
                "reading the units of " + organization, SELECT, PostgresOrganizationUnitStore::read, organization);
    }

    private static Unit read(ResultSet row) throws SQLException {
        return new Unit(row.getString(1), row.getString(2), row.getString(3));
    }

    @Override
    public boolean replace(String organization, List<Unit> before, List<Unit> now) throws StoreException {
        return transactions.run("changing the units of " + organization, connection -> {
            List<Unit> present = lock(connection, organization);
            if (!new HashSet<>(present).equals(new HashSet<>(before))) {
                return false;
            }
            write(connection, organization, present, now);
            return true;
        });
    }

    private static List<Unit> lock(Connection connection, String organization) throws SQLException {
        try (PreparedStatement lock = connection.prepareStatement(LOCK)) {
            lock.setString(1, organization);
            lock.execute();
        }
        List<Unit> present = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(SELECT)) {
            select.setString(1, organization);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    present.add(read(rows));
                }
            }
        }
        return present;
    }

    private static void write(Connection connection, String organization, List<Unit> present, List<Unit> now)
            throws SQLException {
        Set<String> was = new HashSet<>();
        present.forEach(unit -> was.add(unit.name()));
        Set<String> gone = new HashSet<>(was);
        now.forEach(unit -> gone.remove(unit.name()));
        try (PreparedStatement delete = connection.prepareStatement(
                        "delete from organization_unit where organization = ? and name = any(?)");
                PreparedStatement put = connection.prepareStatement(PUT);
                PreparedStatement change = connection.prepareStatement(CHANGE)) {
            Statements.set(connection, delete, organization, List.copyOf(gone));
            delete.executeUpdate();
            for (Unit unit : now) {
                if (!was.contains(unit.name())) {
                    Statements.set(connection, put, organization, unit.name(), unit.parent(), unit.description());
                    put.executeUpdate();
                } else if (!present.contains(unit)) {
                    Statements.set(connection, change, unit.parent(), unit.description(), organization, unit.name());
                    change.executeUpdate();
                }
            }
        }
    }
}
