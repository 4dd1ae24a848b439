package org.steadfast.persistence.backup;

import java.io.EOFException;
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
import java.util.TreeSet;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.postgresql.PGConnection;
import org.steadfast.persistence.files.RepositoryFolders;
import org.steadfast.persistence.postgres.PostgresSchema;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;

/**
 * Puts a backup into an empty database, and its files into a storage location that has none: all or nothing. The rows come into the schema that they were taken from, which is then brought to this
 * program's version.
 */
public final class PlatformRestore {
    /** Tables that have rows as soon as there is a schema. No node has used a database where all others are empty. */
    private static final Set<String> SEEDED = Set.of("membership", "platform_generation");

    /**
     * By so much numbers go on later. Those that were given out after the backup are known elsewhere, and must not come again: a connection
     * server has bindings with their epochs, and InfluxDB the numbers of things.
     */
    private static final long GAP = 1_000_000_000;

    private static final int LOCK_SECONDS = 10;

    private final PostgresSchema schema;
    private final Optional<RepositoryFolders> repositories;

    /** @param repositories that get the files; empty where those of the backup are left out */
    public PlatformRestore(PostgresSchema schema, Optional<RepositoryFolders> repositories) {
        this.schema = schema;
        this.repositories = repositories;
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
            if (schema.version().isPresent()) {
                requireEmpty();
            }
            if (manifest.files().isEmpty() || repositories.isEmpty()) {
                restore(manifest, zip, Optional.empty());
                return manifest;
            }
            try (FilesRestore files = new FilesRestore(repositories.get())) {
                files.requireRoom();
                restore(manifest, zip, Optional.of(files));
            }
            return manifest;
        } catch (ZipException | EOFException e) {
            throw new BackupException(file + " is no backup, or not a complete one: " + e.getMessage(), e);
        } catch (BackupException e) {
            throw new BackupException(file + ": " + e.getMessage(), e);
        }
    }

    private void restore(BackupManifest manifest, ZipFile zip, Optional<FilesRestore> files)
            throws BackupException, StoreException, IOException {
        schema.migrateTo(manifest.schemaVersion());
        requireEmpty();
        for (YearMonth month : manifest.months()) {
            schema.makeHistoryPartition(month);
        }
        if (files.isPresent()) {
            files.get().unpack(zip, manifest.files().orElseThrow());
        }
        restoreRows(manifest, zip, files);
        try {
            schema.migrate();
        } catch (StoreException e) {
            throw new BackupException(
                    "everything is restored, but was not brought to this version of the platform: " + e.getMessage()
                            + "; the next start of a foundation node does that",
                    e);
        }
    }

    private static BackupManifest manifest(ZipFile zip) throws BackupException, IOException {
        ZipEntry entry = zip.getEntry(BackupManifest.ENTRY);
        if (entry == null) {
            throw new BackupException("it is no backup: it has no " + BackupManifest.ENTRY);
        }
        try (InputStream in = zip.getInputStream(entry)) {
            byte[] bytes = in.readAllBytes();
            CRC32 sum = new CRC32();
            sum.update(bytes);
            if (sum.getValue() != entry.getCrc()) {
                throw new BackupException("its " + BackupManifest.ENTRY + " is damaged");
            }
            return BackupManifest.of(Json.read(bytes));
        } catch (InvalidValueException e) {
            throw new BackupException("its " + BackupManifest.ENTRY + " is damaged: " + e.getMessage(), e);
        }
    }

    private void requireVersion(BackupManifest manifest) throws BackupException, StoreException {
        Optional<String> present = schema.version();
        if (!schema.isKnown(manifest.schemaVersion())) {
            throw new BackupException("it is of version " + manifest.schemaVersion()
                    + " of the schema, which this version of the platform does not know; restore it with a newer one");
        }
        if (present.isPresent() && !present.get().equals(manifest.schemaVersion())) {
            throw new BackupException("the database has version " + present.get() + " of the schema already, and the"
                    + " backup is of version " + manifest.schemaVersion() + "; restore it into a new, empty database");
        }
    }

    /** Looked at before anything is changed or held; and again by the one who has the tables to himself. */
    private void requireEmpty() throws BackupException, StoreException {
        try (Connection connection = schema.connect()) {
            for (String table : SchemaTables.columns(connection).keySet()) {
                requireEmpty(connection, table);
            }
        } catch (SQLException e) {
            throw PostgresSchema.failure("looking whether the database is empty", e);
        }
    }

    private static void requireEmpty(Connection connection, String table) throws SQLException, BackupException {
        if (SEEDED.contains(table)) {
            return;
        }
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("select exists (select from " + SchemaTables.quoted(table) + ")")) {
            rows.next();
            if (rows.getBoolean(1)) {
                throw new BackupException(
                        "the database is not empty: its table " + table + " has rows; restore into a new one");
            }
        }
    }

    private void restoreRows(BackupManifest manifest, ZipFile zip, Optional<FilesRestore> files)
            throws BackupException, StoreException, IOException {
        try (Connection connection = schema.connect()) {
            connection.setAutoCommit(false);
            try {
                Map<String, List<String>> present = SchemaTables.columns(connection);
                requireComplete(
                        manifest,
                        present.keySet(),
                        SchemaTables.sequences(connection).keySet());
                for (String table : present.keySet()) {
                    begin(connection, table);
                }
                for (BackupManifest.TableContent table : manifest.tables()) {
                    // What is missing here is no table of the platform: somebody had put it beside them.
                    if (present.containsKey(table.name())) {
                        restoreTable(connection, table, present.get(table.name()), zip);
                    }
                }
                for (String table : present.keySet()) {
                    triggers(connection, table, "enable");
                }
                for (String sequence : SchemaTables.sequences(connection).keySet()) {
                    restoreSequence(connection, sequence, manifest.sequences().get(sequence) + GAP);
                }
                schema.requireUnderstood(connection);
                if (files.isPresent()) {
                    files.get().put();
                }
                commit(connection);
            } catch (BackupException | StoreException | SQLException | IOException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        } catch (SQLException e) {
            throw PostgresSchema.failure("putting the rows into the database", e);
        }
    }

    private static void commit(Connection connection) throws BackupException {
        try {
            connection.commit();
        } catch (SQLException e) {
            throw new BackupException(
                    "whether the rows were restored is not known, for the database did not answer (" + e.getMessage()
                            + "); the files are in place. Where the database is empty, move the files away and restore again",
                    e);
        }
    }

    private static void requireComplete(BackupManifest manifest, Set<String> tables, Set<String> sequences)
            throws BackupException {
        Set<String> missing = new TreeSet<>(tables);
        manifest.tables().forEach(table -> missing.remove(table.name()));
        missing.addAll(sequences);
        missing.removeAll(manifest.sequences().keySet());
        if (!missing.isEmpty()) {
            throw new BackupException("it is damaged: it has nothing of " + String.join(", ", missing));
        }
    }

    /** Holds a table until the end, so that nobody puts anything in between, and takes away what it has from the beginning. */
    private static void begin(Connection connection, String table) throws SQLException, BackupException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("set local lock_timeout = '" + LOCK_SECONDS + "s'");
            statement.execute("lock table " + SchemaTables.quoted(table) + " in access exclusive mode");
            requireEmpty(connection, table);
            // They would take what was restored before for what is left of earlier things of the same name.
            triggers(connection, table, "disable");
            if (SEEDED.contains(table)) {
                statement.execute("delete from " + SchemaTables.quoted(table));
            }
        }
    }

    /** The platform's own; those that watch over references remain. */
    private static void triggers(Connection connection, String table, String action) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("alter table " + SchemaTables.quoted(table) + " " + action + " trigger user");
        }
    }

    private static void restoreTable(
            Connection connection, BackupManifest.TableContent table, List<String> columns, ZipFile zip)
            throws SQLException, IOException, BackupException {
        ZipEntry entry = zip.getEntry(table.entry());
        if (entry == null) {
            throw new BackupException("it is damaged: it has no rows of the table " + table.name());
        }
        if (!table.columns().equals(columns)) {
            throw new BackupException("the table " + table.name() + " has other columns than in the backup");
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
        try (PreparedStatement statement = connection.prepareStatement("select setval(format('%I', ?)::regclass, ?)")) {
            statement.setString(1, sequence);
            statement.setLong(2, last);
            statement.executeQuery().close();
        }
    }
}
