package org.steadfast.persistence.backup;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import org.steadfast.persistence.files.FolderTree;
import org.steadfast.persistence.files.RepositoryFolders;
import org.steadfast.persistence.postgres.PostgresSchema;
import org.steadfast.persistence.store.StoreException;

/**
 * Writes all rows of the database, and the files of repositories, into a file while the platform works. The rows are those of one moment; the
 * files are copied after it, so that those which rows tell of are there unless they are deleted meanwhile. The backup is a ZIP archive with an entry for each table and each file and,
 * last, a manifest. It has its name only when it is complete and on the disk. Ends where its thread is interrupted.
 */
public final class PlatformBackup {
    /** What is kept of each until the end takes some hundreds of bytes, in a node that has 512 MB. */
    static final int MOST_FILES = 200_000;

    /** What the names of entries begin with that are settings. */
    static final String SETTINGS = "settings/";

    /** Who changes a table's form holds it for that long at most. */
    private static final int LOCK_SECONDS = 10;

    private final PostgresSchema schema;
    private final Optional<RepositoryFolders> repositories;
    private final Settings settings;
    private final Check stillThere;
    private final long leastFree;

    /** Copies of settings, without secrets, by the names of their files. Nothing needs them for restoring: they are for whoever has lost them. */
    @FunctionalInterface
    public interface Settings {
        Map<String, byte[]> files() throws IOException;
    }

    /** Looks whether files are still those that are meant. */
    @FunctionalInterface
    public interface Check {
        void require() throws BackupException;
    }

    /**
     * One of a database.
     *
     * @param repositories whose files are part of it; empty where they are kept by somebody else
     * @param stillThere asked when files were copied: those of a share that has gone meanwhile would look like none
     * @param leastFree bytes that stay free where the backup is written; it is given up before
     */
    public PlatformBackup(
            PostgresSchema schema,
            Optional<RepositoryFolders> repositories,
            Settings settings,
            Check stillThere,
            long leastFree) {
        this.schema = schema;
        this.repositories = repositories;
        this.settings = settings;
        this.stillThere = stillThere;
        this.leastFree = leastFree;
    }

    /**
     * Makes a backup.
     *
     * @param file that does not exist yet; only its owner may read it, for it holds what is secret
     * @return what is in it
     */
    public BackupManifest write(Path file, Instant now) throws BackupException, StoreException, IOException {
        if (Files.exists(file)) {
            throw new BackupException(file + " exists already; name another one");
        }
        if (schema.version().isEmpty()) {
            throw new BackupException("the database has nothing of the platform: no schema");
        }
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            Files.createFile(part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            throw new BackupException(
                    part + " exists: another backup writes it, or one was broken off; if so, remove it", e);
        }
        try {
            BackupManifest manifest = writePart(part, now);
            try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            FolderTree.force(file.toAbsolutePath().getParent());
            return manifest;
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private BackupManifest writePart(Path part, Instant now) throws BackupException, StoreException, IOException {
        try (Connection connection = schema.connect();
                ZipOutputStream zip = new ZipOutputStream(new RoomKept(Files.newOutputStream(part), part, leastFree))) {
            zip.setLevel(Deflater.BEST_SPEED);
            connection.setAutoCommit(false);
            begin(connection);
            String version = SchemaTables.version(connection);
            List<YearMonth> months = SchemaTables.months(connection);
            List<BackupManifest.TableContent> tables = new ArrayList<>();
            for (Map.Entry<String, List<String>> table :
                    SchemaTables.columns(connection).entrySet()) {
                tables.add(writeTable(connection, table.getKey(), table.getValue(), zip));
            }
            // Last: sequences belong to no transaction, and must have given every number that the rows have.
            Map<String, Long> sequences = SchemaTables.sequences(connection);
            connection.rollback();
            Optional<BackupManifest.FilesContent> files = Optional.empty();
            if (repositories.isPresent()) {
                files = Optional.of(new FilesBackup(repositories.get().files(), zip, MOST_FILES).write());
                stillThere.require();
            }
            for (Map.Entry<String, byte[]> file : settings.files().entrySet()) {
                zip.putNextEntry(new ZipEntry(SETTINGS + file.getKey()));
                zip.write(file.getValue());
                zip.closeEntry();
            }
            BackupManifest manifest = new BackupManifest(version, now, tables, sequences, months, files);
            zip.putNextEntry(new ZipEntry(BackupManifest.ENTRY));
            zip.write(manifest.toJson().getBytes(StandardCharsets.UTF_8));
            zip.closeEntry();
            return manifest;
        } catch (SQLException e) {
            throw PostgresSchema.failure("reading the database to the end", e);
        }
    }

    /**
     * Begins the transaction whose rows are those of one moment. The tables are held before that moment: what somebody changes of their form
     * afterwards is seen at once, whatever the moment is.
     */
    private static void begin(Connection connection) throws SQLException {
        Set<String> tables = SchemaTables.columns(connection).keySet();
        connection.rollback();
        try (Statement statement = connection.createStatement()) {
            statement.execute("set transaction isolation level repeatable read read only");
            statement.execute("set local lock_timeout = '" + LOCK_SECONDS + "s'");
            for (String table : tables) {
                statement.execute("lock table " + SchemaTables.quoted(table) + " in access share mode");
            }
        }
    }

    private static BackupManifest.TableContent writeTable(
            Connection connection, String table, List<String> columns, ZipOutputStream zip)
            throws SQLException, IOException {
        CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
        zip.putNextEntry(new ZipEntry(BackupManifest.TableContent.entryOf(table)));
        DigestOutputStream digested = new DigestOutputStream(new Unclosed(zip), Checksums.begin());
        // Through a query, which takes the rows of all partitions.
        long rows = copy.copyOut(
                "copy (select "
                        + String.join(
                                ", ", columns.stream().map(SchemaTables::quoted).toList()) + " from "
                        + SchemaTables.quoted(table) + ") to stdout",
                digested);
        zip.closeEntry();
        return new BackupManifest.TableContent(table, columns, rows, Checksums.end(digested.getMessageDigest()));
    }

    /** Keeps the archive open when the rows of one table have been written. */
    private static final class Unclosed extends OutputStream {
        private final OutputStream out;

        Unclosed(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }
    }
}
