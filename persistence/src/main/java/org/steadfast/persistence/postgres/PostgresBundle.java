package org.steadfast.persistence.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.steadfast.persistence.store.BundledWrite;
import org.steadfast.persistence.store.EntityWrite;
import org.steadfast.persistence.store.EntityWrite.Reference;
import org.steadfast.persistence.store.MembershipStore.Party;
import org.steadfast.persistence.store.ModelStore.Updated;
import org.steadfast.persistence.store.PermissionStore.Permission;
import org.steadfast.persistence.store.StoreException;

/**
 * Writes many entities in one transaction. Rows are locked in the order of their numbers and made in the order of their names, so
 * that two bundles that have entities in common, or a bundle and batches of values, cannot wait for each other.
 */
final class PostgresBundle {
    private static final String LOCK = """
            select e.collection, e.name, e.id, e.version from entity as e
            join unnest(?, ?) as wanted(collection, name) using (collection, name)
            order by e.id for no key update of e""";

    /** In the order of their keys, so that two that permit the same do not wait for each other. */
    private static final String PERMIT = """
            insert into permission
                (collection, name, instance, type, resource, principal_collection, principal, permitted)
            select * from unnest(?, ?, ?, ?, ?, ?, ?, ?)
                as p (collection, name, instance, type, resource, principal_collection, principal, permitted)
            order by 1, 2, 3, 4, 5, 6, 7
            on conflict do nothing
            returning collection, name, instance, type, resource, principal_collection, principal, permitted""";

    private final List<BundledWrite> bundle;

    PostgresBundle(List<BundledWrite> bundle) {
        this.bundle = bundle;
    }

    private record Present(long id, long version) {}

    /** An entity of the bundle and its place in it. */
    private record Placed(int place, BundledWrite write) {}

    List<Updated> write(Connection connection) throws SQLException, StoreException {
        Map<String, Present> present = lock(connection);
        List<Placed> changed = new ArrayList<>();
        List<Placed> made = new ArrayList<>();
        for (int place = 0; place < bundle.size(); place++) {
            BundledWrite write = bundle.get(place);
            requireVersion(write, present.get(key(write.entity())));
            (write.expectedVersion() == BundledWrite.NEW ? made : changed).add(new Placed(place, write));
        }
        holdOthers(connection);
        changed.sort(Comparator.comparingLong(
                placed -> present.get(key(placed.write().entity())).id()));
        made.sort(Comparator.comparing(placed -> key(placed.write().entity())));
        Updated[] updated = new Updated[bundle.size()];
        for (Placed placed : changed) {
            BundledWrite write = placed.write();
            Optional<Updated> replaced =
                    PostgresModelStore.replace(connection, write.entity(), write.expectedVersion(), write.dropped());
            updated[placed.place()] = replaced.orElseThrow(() -> changedMeanwhile(write));
        }
        for (Placed placed : made) {
            updated[placed.place()] = new Updated(
                    PostgresModelStore.insert(connection, placed.write().entity()), 0, 0);
        }
        for (int place = 0; place < updated.length; place++) {
            PostgresModelStore.writeReferences(
                    connection, updated[place].entity().id(), bundle.get(place).entity());
        }
        return withPermissions(Arrays.asList(updated), permit(connection));
    }

    private List<Updated> withPermissions(List<Updated> updated, Map<String, List<Permission>> permitted) {
        if (permitted.isEmpty()) {
            return updated;
        }
        List<Updated> all = new ArrayList<>();
        for (int place = 0; place < updated.size(); place++) {
            Updated one = updated.get(place);
            all.add(new Updated(
                    one.entity(),
                    one.newestDropped(),
                    one.newestVersion(),
                    permitted.getOrDefault(key(bundle.get(place).entity()), List.of())));
        }
        return all;
    }

    /** @return by entity: the permissions that were not there before */
    private Map<String, List<Permission>> permit(Connection connection) throws SQLException {
        Map<String, List<Permission>> permitted = new HashMap<>();
        List<Object[]> rows = new ArrayList<>();
        for (BundledWrite write : bundle) {
            for (Permission permission : write.permissions()) {
                rows.add(new Object[] {
                    write.entity().collection(),
                    write.entity().name(),
                    permission.instance(),
                    permission.type(),
                    permission.resource(),
                    permission.principal().collection(),
                    permission.principal().name(),
                    permission.permitted()
                });
            }
        }
        if (rows.isEmpty()) {
            return permitted;
        }
        try (PreparedStatement statement = connection.prepareStatement(PERMIT)) {
            for (int column = 0; column < rows.get(0).length; column++) {
                int at = column;
                Object[] values = rows.stream().map(row -> row[at]).toArray();
                statement.setArray(
                        column + 1,
                        connection.createArrayOf(values[0] instanceof Boolean ? "boolean" : "text", values));
            }
            try (ResultSet added = statement.executeQuery()) {
                while (added.next()) {
                    permitted
                            .computeIfAbsent(added.getString(1) + " " + added.getString(2), key -> new ArrayList<>())
                            .add(new Permission(
                                    added.getBoolean(3),
                                    added.getString(4),
                                    added.getString(5),
                                    new Party(added.getString(6), added.getString(7)),
                                    added.getBoolean(8)));
                }
            }
        }
        return permitted;
    }

    private static String key(EntityWrite entity) {
        return entity.collection() + " " + entity.name();
    }

    private static void requireVersion(BundledWrite write, Present present) throws StoreException {
        if (write.expectedVersion() == BundledWrite.NEW) {
            if (present != null) {
                throw new StoreException(StoreException.Kind.ALREADY_EXISTS, key(write.entity()) + " already exists");
            }
        } else if (present == null) {
            throw new StoreException(StoreException.Kind.NOT_FOUND, key(write.entity()) + " is gone");
        } else if (present.version() != write.expectedVersion()) {
            throw changedMeanwhile(write);
        }
    }

    private static StoreException changedMeanwhile(BundledWrite write) {
        return new StoreException(
                StoreException.Kind.CHANGED_MEANWHILE,
                key(write.entity()) + " is no longer at version " + write.expectedVersion());
    }

    private Map<String, Present> lock(Connection connection) throws SQLException {
        Map<String, Present> present = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(LOCK)) {
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "text",
                            bundle.stream()
                                    .map(write -> write.entity().collection())
                                    .toArray()));
            statement.setArray(
                    2,
                    connection.createArrayOf(
                            "text",
                            bundle.stream().map(write -> write.entity().name()).toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    present.put(
                            rows.getString(1) + " " + rows.getString(2), new Present(rows.getLong(3), rows.getLong(4)));
                }
            }
        }
        return present;
    }

    /** Keeps what the bundle needs and does not bring from being deleted, and those whom it permits something. */
    private void holdOthers(Connection connection) throws SQLException, StoreException {
        Set<String> brought = new LinkedHashSet<>();
        bundle.forEach(write -> brought.add(key(write.entity())));
        Set<Reference> others = new LinkedHashSet<>();
        for (BundledWrite write : bundle) {
            needs(write)
                    .filter(reference -> !brought.contains(reference.collection() + " " + reference.name()))
                    .forEach(others::add);
        }
        Set<String> missing = PostgresModelStore.hold(connection, others);
        if (missing.isEmpty()) {
            return;
        }
        for (BundledWrite write : bundle) {
            Set<String> own = new LinkedHashSet<>();
            needs(write)
                    .map(reference -> reference.collection() + " " + reference.name())
                    .filter(missing::contains)
                    .forEach(own::add);
            if (!own.isEmpty()) {
                throw PostgresModelStore.needsWhatIsMissing(write.entity(), own);
            }
        }
    }

    private static Stream<Reference> needs(BundledWrite write) {
        return Stream.concat(write.entity().references().stream(), write.principals().stream())
                .filter(Reference::stored);
    }
}
