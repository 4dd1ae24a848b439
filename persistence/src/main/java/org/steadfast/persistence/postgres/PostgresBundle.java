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
import org.steadfast.persistence.store.BundledWrite;
import org.steadfast.persistence.store.EntityWrite;
import org.steadfast.persistence.store.EntityWrite.Reference;
import org.steadfast.persistence.store.ModelStore.Updated;
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
        return Arrays.asList(updated);
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

    /** Keeps what the bundle needs and does not bring from being deleted. */
    private void holdOthers(Connection connection) throws SQLException, StoreException {
        Set<String> brought = new LinkedHashSet<>();
        bundle.forEach(write -> brought.add(key(write.entity())));
        Set<Reference> others = new LinkedHashSet<>();
        for (BundledWrite write : bundle) {
            write.entity().references().stream()
                    .filter(Reference::stored)
                    .filter(reference -> !brought.contains(reference.collection() + " " + reference.name()))
                    .forEach(others::add);
        }
        Set<String> missing = PostgresModelStore.hold(connection, others);
        if (missing.isEmpty()) {
            return;
        }
        for (BundledWrite write : bundle) {
            Set<String> own = new LinkedHashSet<>();
            write.entity().references().stream()
                    .filter(Reference::stored)
                    .map(reference -> reference.collection() + " " + reference.name())
                    .filter(missing::contains)
                    .forEach(own::add);
            if (!own.isEmpty()) {
                throw PostgresModelStore.needsWhatIsMissing(write.entity(), own);
            }
        }
    }
}
