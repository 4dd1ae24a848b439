package org.steadfast.persistence.backup;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.postgresql.PGConnection;
import org.steadfast.persistence.postgres.PostgresSchema;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;

/**
 * Puts a backup into an empty database: all rows or none. They come into the schema that they were taken from, which is then brought to this
 * program's version.
 */
public final class DatabaseRestore {
    /** Tables that have rows as soon as there is a schema. No node has used a database where all others are empty. */
    private static final Set<String> SEEDED = Set.of("membership");

    private final PostgresSchema schema;

    public DatabaseRestore(PostgresSchema schema) {
        this.schema = schema;
    }

    /**
     * Restores a backup. No node may use the database meanwhile.
     *
     * @return what was in it
     */
    public BackupManifest read(Path file) throws BackupException, StoreException, IOException {
        if (!Files.isRegularFile(file)) {
            throw new BackupException("there is no file " + file);
        }
        try (ZipFile zip = new ZipFile(file.toFile())) {
            BackupManifest manifest = manifest(zip);
            requireVersion(manifest);
            schema.migrateTo(manifest.schemaVersion());
            for (YearMonth month : manifest.months()) {
                schema.makeHistoryPartition(month);
            }
            restore(manifest, zip);
            schema.migrate();
            return manifest;
        } catch (ZipException e) {
            throw new BackupException(file + " is no backup, or not a complete one: " + e.getMessage(), e);
        } catch (BackupException e) {
            throw new BackupException(file + ": " + e.getMessage(), e);
        }
    }

    private static BackupManifest manifest(ZipFile zip) throws BackupException, IOException {
        ZipEntry entry = zip.getEntry(BackupManifest.ENTRY);
        if (entry == null) {
            throw new BackupException("it is no backup: it has no " + BackupManifest.ENTRY);
        }
        try (InputStream in = zip.getInputStream(entry)) {
            JsonNode json = Json.read(in.readAllBytes());
            return BackupManifest.of(json);
        } catch (InvalidValueException e) {
            throw new BackupException("its " + BackupManifest.ENTRY + " is damaged: " + e.getMessage(), e);
        }
    }

    private void requireVersion(BackupManifest manifest) throws BackupException, StoreException {
        if (!schema.isKnown(manifest.schemaVersion())) {
            throw new BackupException("it is of version " + manifest.schemaVersion()
                    + " of the schema, which this version of the platform does not know; restore it with a newer one");
        }
        Optional<String> present = schema.version();
        if (present.isPresent() && !present.get().equals(manifest.schemaVersion())) {
            throw new BackupException("the database has version " + present.get() + " of the schema already, and the"
                    + " backup is of version " + manifest.schemaVersion() + "; restore it into a new, empty database");
        }
    }

    private void restore(BackupManifest manifest, ZipFile zip) throws BackupException, StoreException, IOException {
        try (Connection connection = schema.connect()) {
            connection.setAutoCommit(false);
            try {
                Map<String, List<String>> present = SchemaTables.columns(connection);
                for (String table : present.keySet()) {
                    // They would take what was restored before for what is left of earlier things of the same name.
                    triggers(connection, table, "disable");
                    empty(connection, table);
                }
                for (BackupManifest.TableContent table : manifest.tables()) {
                    if (!table.columns().equals(present.get(table.name()))) {
                        throw new BackupException("the table " + table.name() + " has other columns than the schema of"
                                + " version " + manifest.schemaVersion());
                    }
                    restoreTable(connection, table, zip);
                }
                for (String table : present.keySet()) {
                    triggers(connection, table, "enable");
                }
                for (Map.Entry<String, Long> sequence : manifest.sequences().entrySet()) {
                    restoreSequence(connection, sequence.getKey(), sequence.getValue());
                }
                connection.commit();
            } catch (BackupException | SQLException | IOException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        } catch (SQLException e) {
            throw new BackupException("the rows could not be put into the database: " + e.getMessage(), e);
        }
    }

    /** Held until the end: nobody puts anything in between. */
    private static void empty(Connection connection, String table) throws SQLException, BackupException {
        String name = SchemaTables.quoted(table);
        try (Statement statement = connection.createStatement()) {
            statement.execute("lock table " + name + " in access exclusive mode");
            if (SEEDED.contains(table)) {
                statement.execute("delete from " + name);
                return;
            }
            try (ResultSet rows = statement.executeQuery("select exists (select from " + name + ")")) {
                rows.next();
                if (rows.getBoolean(1)) {
                    throw new BackupException(
                            "the database is not empty: its table " + table + " has rows; restore into a new one");
                }
            }
        }
    }

    /** The platform's own; those that watch over references remain. */
    private static void triggers(Connection connection, String table, String action) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("alter table " + SchemaTables.quoted(table) + " " + action + " trigger user");
        }
    }

    private static void restoreTable(Connection connection, BackupManifest.TableContent table, ZipFile zip)
            throws SQLException, IOException, BackupException {
        ZipEntry entry = zip.getEntry(table.entry());
        if (entry == null) {
            throw new BackupException("it is damaged: it has no rows of the table " + table.name());
        }
        try (DigestInputStream in = new DigestInputStream(zip.getInputStream(entry), Checksums.begin())) {
            long rows = connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn(
                            "copy " + SchemaTables.quoted(table.name()) + " " + SchemaTables.quoted(table.columns())
                                    + " from stdin",
                            in);
            if (rows != table.rows() || !Checksums.end(in.getMessageDigest()).equals(table.sha256())) {
                throw new BackupException(
                        "it is damaged: the rows of the table " + table.name() + " are not those that were written");
            }
        }
    }

    private static void restoreSequence(Connection connection, String sequence, long last) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select setval(format('%I', ?)::regclass, ?, ?)")) {
            statement.setString(1, sequence);
            statement.setLong(2, Math.max(last, 1));
            statement.setBoolean(3, last > 0);
            statement.executeQuery().close();
        }
    }
}
