package org.steadfast.persistence.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.YearMonth;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.steadfast.persistence.embedded.SharedPostgres;
import org.steadfast.persistence.files.RepositoryFolders;
import org.steadfast.persistence.postgres.FreshDatabase;
import org.steadfast.persistence.postgres.PostgresSchema;
import org.steadfast.persistence.store.StoreException;

@ExtendWith(SharedPostgres.class)
class PlatformBackupTest {
    private static final Optional<RepositoryFolders> NO_FILES = Optional.empty();
    private static final Instant NOW = Instant.parse("2026-11-26T18:00:00Z");
    /** Rows whose content is hard to carry, whose triggers would undo what was restored before, and which refer to others. */
    private static final String FILL = """
            insert into entity (collection, name, definition) values
                ('Things', E'tab\\t line\\n \\\\N "quote" \\\\. ü', '{"a": "\\\\u0041\\n"}'),
                ('Organizations', 'Plant', '{}'), ('Users', 'Ada', '{}');
            insert into entity_reference select id, 'Projects', 'P' from entity;
            insert into property_value (thing_id, property, value, value_time, quality, version)
                select id, 'p' || g, decode(md5(g::text), 'hex'), g, '', nextval('property_version')
                from entity, generate_series(1, 500) as g where collection = 'Things';
            insert into property_history (thing_id, property, value_time, value_hash, value, quality, number)
                select id, 'level', extract(epoch from date '2031-01-01') * 1000 + g * 86400000::bigint, g, '\\x00ff', 'GOOD', g
                from entity, generate_series(-40, 40) as g where collection = 'Things';
            insert into organization_unit (organization, name, parent, description) values ('Plant', 'Root', '', 'd');
            insert into membership select 'OrganizationalUnits', 'Plant:Root', 'Users', 'Ada';
            insert into deleted_entity (id) values (77);
            """;

    private static final Map<String, byte[]> SETTINGS =
            Map.of("nodes/foundation1.json", "{}\n".getBytes(StandardCharsets.UTF_8));

    @TempDir
    private Path folder;

    private SharedPostgres.Server server;
    private String name;
    private PostgresSchema schema;

    @BeforeEach
    void fill(SharedPostgres.Server postgres) throws Exception {
        server = postgres;
        name = server.createDatabase();
        schema = schema(name);
        schema.migrate();
        schema.makeHistoryPartition(YearMonth.of(2031, 1));
        server.query(name, FILL);
    }

    private static PlatformBackup backup(PostgresSchema schema, Optional<RepositoryFolders> repositories) {
        return new PlatformBackup(schema, repositories, () -> SETTINGS, () -> {}, 1 << 20);
    }

    private PostgresSchema schema(String database) throws StoreException {
        return PostgresSchema.in(FreshDatabase.settings(server, database));
    }

    @Test
    void whatIsRestoredIsWhatWasThere() throws Exception {
        Path file = folder.resolve("one.backup");
        BackupManifest made = backup(schema, NO_FILES).write(file, NOW);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(folder).isDirectoryNotContaining("glob:*.part");
        try (ZipFile zip = new ZipFile(file.toFile())) {
            assertThat(zip.getInputStream(zip.getEntry("settings/nodes/foundation1.json")))
                    .hasContent("{}");
        }
        Map<String, String> content = content(name);
        assertThat(content).hasSizeGreaterThan(20).doesNotContainKey("schema_version");

        String other = server.createDatabase();
        BackupManifest restored = new PlatformRestore(schema(other), NO_FILES).read(file);

        assertThat(restored).isEqualTo(made);
        assertThat(content(other)).isEqualTo(content);
        assertThat(server.query(other, "select count(*) from property_history_y2031m01"))
                .isEqualTo(server.query(name, "select count(*) from property_history_y2031m01"))
                .isEqualTo("31");
        // New numbers are greater than those that were given out after the backup, and triggers work again.
        long given = Long.parseLong(server.query(
                name,
                "select max(n) from (select nextval('binding_epoch') as n from generate_series(1, 1000)) as drawn"));
        assertThat(Long.parseLong(server.query(other, "select nextval('binding_epoch')")))
                .isGreaterThan(given);
        assertThat(server.query(other, "select nextval('property_version') > max(version) from property_value"))
                .isEqualTo("t");
        server.query(other, "insert into entity (collection, name, definition) values ('Things', 'next', '{}')");
        server.query(other, "delete from organization_unit");
        assertThat(server.query(other, "select count(*) from membership where name = 'Plant:Root'"))
                .isEqualTo("0");
    }

    @Test
    void itIsOfOneMomentWhateverIsWrittenMeanwhile() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Integer> writing = CompletableFuture.supplyAsync(() -> {
            int rounds = 0;
            try (Connection connection = schema.connect();
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                while (!over.get()) {
                    rounds++;
                    statement.execute("insert into deleted_entity (id) values (" + (1000 + rounds) + ")");
                    statement.execute("insert into entity_reference select id, 'Projects', 'R" + rounds
                            + "' from entity where collection = 'Users'");
                    connection.commit();
                }
                return rounds;
            } catch (SQLException | StoreException e) {
                throw new IllegalStateException(e);
            }
        });
        String rounds = "select count(*) from deleted_entity where id > 1000";
        String other = server.createDatabase();
        try {
            Awaitility.await().until(() -> Integer.parseInt(server.query(name, rounds)) > 20);
            Path file = folder.resolve("one.backup");
            backup(schema, NO_FILES).write(file, NOW);
            int after = Integer.parseInt(server.query(name, rounds));
            new PlatformRestore(schema(other), NO_FILES).read(file);
            int restored = Integer.parseInt(server.query(other, rounds));
            assertThat(restored).isBetween(20, after);
            // Written behind it, in the same transaction.
            assertThat(server.query(other, "select count(*) from entity_reference where name like 'R%'"))
                    .isEqualTo(Integer.toString(restored));
        } finally {
            over.set(true);
        }
        assertThat(writing.get()).isGreaterThan(20);
    }

    @Test
    void aBackupOfAnEarlierVersionIsBroughtToThisOne() throws Exception {
        String old = server.createDatabase();
        schema(old).migrateTo("11");
        server.query(old, FILL);
        Path file = folder.resolve("old.backup");
        assertThat(backup(schema(old), NO_FILES).write(file, NOW).schemaVersion())
                .isEqualTo("11");

        String other = server.createDatabase();
        new PlatformRestore(schema(other), NO_FILES).read(file);
        assertThat(schema(other).version()).isEqualTo(schema.version());
        assertThat(server.query(other, "select count(*) from property_value")).isEqualTo("500");

        assertThatThrownBy(() -> new PlatformRestore(schema(name), NO_FILES).read(file))
                .hasMessageContaining("has version")
                .hasMessageContaining("restore it into a new, empty database");
    }

    @Test
    void aDatabaseThatIsNotEmptyIsLeftAlone() throws Exception {
        Path file = folder.resolve("one.backup");
        backup(schema, NO_FILES).write(file, NOW);
        Map<String, String> content = content(name);

        assertThatThrownBy(() -> new PlatformRestore(schema, NO_FILES).read(file))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("is not empty: its table");
        assertThat(content(name)).isEqualTo(content);
    }

    @Test
    void aFileThatIsNoneOrDamagedIsRefusedAndNothingIsLeft() throws Exception {
        Path file = folder.resolve("one.backup");
        backup(schema, NO_FILES).write(file, NOW);
        byte[] bytes = Files.readAllBytes(file);
        String other = server.createDatabase();

        Path cut = folder.resolve("cut.backup");
        Files.write(cut, Arrays.copyOf(bytes, bytes.length - 30));
        assertRefused(other, cut, "is no backup, or not a complete one");
        Path page = folder.resolve("page.backup");
        Files.writeString(page, "<html>");
        assertRefused(other, page, "is no backup");
        assertRefused(other, folder.resolve("missing"), "there is no file");
        assertRefused(other, altered(file, "tables/membership", ""), "the rows of the table membership are not those");
        assertRefused(
                other,
                altered(file, BackupManifest.ENTRY, "{\"format\": \"steadfast-database-2\"}"),
                "it is no backup of the format");
        assertRefused(
                other,
                altered(
                        file,
                        BackupManifest.ENTRY,
                        manifest(file).replace("\"" + schema.version().orElseThrow() + "\"", "\"999\"")),
                "restore it with a newer one");
        String poor = manifest(file).replace("binding_epoch", "other").replace("\"membership\"", "\"none\"");
        assertRefused(other, altered(file, BackupManifest.ENTRY, poor), "it has nothing of binding_epoch, membership");
        assertThat(server.query(other, "select count(*) from entity")).isEqualTo("0");
        new PlatformRestore(schema(other), NO_FILES).read(file);
        assertThat(content(other)).isEqualTo(content(name));
    }

    /** It is neither lost nor in the way. */
    @Test
    void aTableThatSomebodyHasMadeBesideThemIsLeftOut() throws Exception {
        server.query(name, "create table reports (id serial primary key)");
        server.query(name, "alter table reports owner to " + server.user());
        Path file = folder.resolve("one.backup");
        backup(schema, NO_FILES).write(file, NOW);
        String other = server.createDatabase();
        new PlatformRestore(schema(other), NO_FILES).read(file);
        assertThat(server.query(other, "select count(*) from property_value")).isEqualTo("500");
        assertThat(server.query(other, "select to_regclass('reports') is null")).isEqualTo("t");
    }

    @Test
    void whatCannotBeWrittenLeavesNothing() throws Exception {
        Path file = folder.resolve("one.backup");
        assertThatThrownBy(
                        () -> backup(schema(server.createDatabase()), NO_FILES).write(file, NOW))
                .hasMessageContaining("no schema");
        Files.createFile(file);
        assertThatThrownBy(() -> backup(schema, NO_FILES).write(file, NOW)).hasMessageContaining("exists already");
        Files.delete(file);
        Files.createFile(folder.resolve("one.backup.part"));
        assertThatThrownBy(() -> backup(schema, NO_FILES).write(file, NOW))
                .hasMessageContaining("another backup writes it");
        assertThat(file).doesNotExist();
    }

    /** A storage location with files of repositories, a link and something else. */
    private RepositoryFolders location() throws IOException {
        RepositoryFolders folders = new RepositoryFolders(Files.createDirectory(folder.resolve("storage")));
        Path files = folders.files();
        Files.createDirectories(files.resolve("7/a b/\u00fc"));
        Files.createDirectories(files.resolve("8/empty"));
        Files.writeString(files.resolve("7/a b/\u00fc/one.txt"), "one");
        Files.write(files.resolve("7/zero"), new byte[0]);
        Files.write(files.resolve("8/large"), new byte[300_000]);
        Files.setLastModifiedTime(files.resolve("8/large"), FileTime.from(Instant.parse("2020-02-29T12:00:00Z")));
        Files.createSymbolicLink(files.resolve("8/link"), folder);
        Files.writeString(folders.storage().resolve("beside"), "b");
        return folders;
    }

    private static Map<String, String> tree(Path root) throws IOException {
        Map<String, String> tree = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(one -> !Files.isSymbolicLink(one)).toList()) {
                tree.put(
                        root.relativize(file).toString(),
                        Files.isDirectory(file) ? "folder" : HexFormat.of().formatHex(Files.readAllBytes(file)));
            }
        }
        return tree;
    }

    @Test
    void filesOfRepositoriesAreInItAndComeBack() throws Exception {
        RepositoryFolders folders = location();
        Path file = folder.resolve("one.backup");
        BackupManifest made = backup(schema, Optional.of(folders)).write(file, NOW);
        assertThat(made.files().orElseThrow().files()).isEqualTo(3);
        assertThat(made.files().orElseThrow().bytes()).isEqualTo(300_003);

        RepositoryFolders fresh = new RepositoryFolders(Files.createDirectory(folder.resolve("fresh")));
        Files.createDirectory(fresh.files());
        String other = server.createDatabase();
        assertThat(new PlatformRestore(schema(other), Optional.of(fresh)).read(file))
                .isEqualTo(made);
        assertThat(content(other)).isEqualTo(content(name));
        assertThat(tree(fresh.files())).isEqualTo(tree(folders.files())).hasSize(9);
        assertThat(fresh.files().resolve("8/link")).doesNotExist();
        assertThat(Files.getLastModifiedTime(fresh.files().resolve("8/large")).toInstant())
                .isEqualTo("2020-02-29T12:00:00Z");
        assertThat(fresh.landing()).isEmptyDirectory();

        // Where there are files already, nothing is changed unless they are to stay.
        String third = server.createDatabase();
        assertThatThrownBy(() -> new PlatformRestore(schema(third), Optional.of(fresh)).read(file))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("has files of repositories already");
        assertThat(schema(third).version()).isEmpty();
        new PlatformRestore(schema(third), NO_FILES).read(file);
        assertThat(content(third)).isEqualTo(content(name));
    }

    @Test
    void filesThatAreDamagedOrBelongNowhereAreRefusedAndNothingIsLeft() throws Exception {
        Path file = folder.resolve("one.backup");
        backup(schema, Optional.of(location())).write(file, NOW);
        RepositoryFolders fresh = new RepositoryFolders(Files.createDirectory(folder.resolve("fresh")));
        String other = server.createDatabase();
        for (Path bad : List.of(
                altered(file, "files/7/zero", "0"),
                renamed(file, "files/7/zero", "files/7/none"),
                renamed(file, "files/7/zero", "files/../../zero"),
                renamed(file, "files/7/zero", "files//" + folder + "/zero"))) {
            assertThatThrownBy(() -> new PlatformRestore(schema(other), Optional.of(fresh)).read(bad))
                    .isInstanceOf(BackupException.class)
                    .message()
                    .containsAnyOf("the files of repositories are not those", "a file that belongs nowhere");
            assertThat(server.query(other, "select count(*) from entity")).isEqualTo("0");
            assertThat(fresh.files()).doesNotExist();
            assertThat(fresh.landing()).isEmptyDirectory();
        }
        assertThat(folder.resolve("zero")).doesNotExist();
        Path rows = altered(file, "tables/membership", "");
        assertThatThrownBy(() -> new PlatformRestore(schema(other), Optional.of(fresh)).read(rows))
                .hasMessageContaining("the rows of the table membership are not those");
        assertThat(fresh.files()).as("with rows that cannot be restored").doesNotExist();
        RepositoryFolders missing = new RepositoryFolders(folder.resolve("unmounted"));
        assertThatThrownBy(() -> new PlatformRestore(schema(other), Optional.of(missing)).read(file))
                .hasMessageContaining("see whether it is mounted");
        assertThat(missing.storage()).doesNotExist();
    }

    @Test
    void filesThatComeAndGoMeanwhileAreThereAsAWhole() throws Exception {
        RepositoryFolders folders = location();
        Path files = folders.files();
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Integer> writing = CompletableFuture.supplyAsync(() -> {
            int rounds = 0;
            try {
                byte[] content = new byte[50_000];
                while (!over.get()) {
                    Arrays.fill(content, (byte) ++rounds);
                    Path part = Files.write(folder.resolve("part"), content);
                    Files.move(part, files.resolve("7/replaced"), StandardCopyOption.ATOMIC_MOVE);
                }
                return rounds;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        try {
            Awaitility.await().until(() -> Files.exists(files.resolve("7/replaced")));
            for (int i = 0; i < 5; i++) {
                Path file = folder.resolve(i + ".backup");
                backup(schema, Optional.of(folders)).write(file, NOW);
                RepositoryFolders fresh = new RepositoryFolders(Files.createDirectory(folder.resolve("fresh" + i)));
                new PlatformRestore(schema(server.createDatabase()), Optional.of(fresh)).read(file);
                byte[] replaced = Files.readAllBytes(fresh.files().resolve("7/replaced"));
                byte[] whole = new byte[50_000];
                Arrays.fill(whole, replaced[0]);
                assertThat(replaced).isEqualTo(whole);
                assertThat(fresh.files().resolve("7/a b/\u00fc/one.txt")).hasContent("one");
            }
        } finally {
            over.set(true);
        }
        assertThat(writing.get()).isPositive();
    }

    /** Something that happens to files at the last entry of the first walk. */
    @FunctionalInterface
    private interface Meanwhile {
        void happens(Path files) throws IOException;
    }

    /** The tree that comes back of a location where something happens while it is copied. */
    private Map<String, String> restored(Meanwhile meanwhile) throws Exception {
        Path files = location().files();
        Path file = folder.resolve("one.zip");
        BackupManifest.FilesContent content;
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file)) {
            private int entries;

            @Override
            public void putNextEntry(ZipEntry entry) throws IOException {
                super.putNextEntry(entry);
                if (++entries == 8) {
                    meanwhile.happens(files);
                }
            }
        }) {
            content = new FilesBackup(files, zip, 100).write();
        }
        RepositoryFolders fresh = new RepositoryFolders(Files.createDirectory(folder.resolve("fresh")));
        try (ZipFile zip = new ZipFile(file.toFile());
                FilesRestore restore = new FilesRestore(fresh)) {
            restore.requireRoom();
            restore.unpack(zip, content);
            restore.put();
        }
        return tree(fresh.files());
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Where it has gone is a place where the first walk has been already. */
    @Test
    void aFileThatIsMovedWhileOthersAreCopiedIsFound() throws Exception {
        assertThat(restored(files -> Files.move(files.resolve("7/a b/\u00fc/one.txt"), files.resolve("7/moved"))))
                .containsEntry("7/moved", hex("one"));
    }

    @Test
    void aFileThatTakesThePlaceOfAnotherIsFound() throws Exception {
        assertThat(restored(files -> Files.move(
                        files.resolve("7/a b/\u00fc/one.txt"),
                        files.resolve("7/zero"),
                        StandardCopyOption.REPLACE_EXISTING)))
                .containsEntry("7/zero", hex("one"));
    }

    @Test
    void whatIsAFolderInThePlaceOfAFileBreaksNothing() throws Exception {
        assertThat(restored(files -> {
                    Files.delete(files.resolve("7/zero"));
                    Files.createDirectories(files.resolve("7/zero/below"));
                    Files.delete(files.resolve("8/empty"));
                    Files.writeString(files.resolve("8/empty"), "a file");
                }))
                .containsKey("7/a b/\u00fc/one.txt")
                .containsKeys("7/zero", "8/empty");
    }

    /** As an operator makes it who moves repositories to a larger disk. */
    @Test
    void repositoriesMayBeBehindLinks() throws Exception {
        RepositoryFolders folders = location();
        Path moved = Files.move(folders.files().resolve("7"), folder.resolve("moved"));
        Files.createSymbolicLink(folders.files().resolve("7"), moved);
        Path all = Files.move(folders.files(), folder.resolve("all"));
        Files.createSymbolicLink(folders.files(), all);
        Path file = folder.resolve("one.backup");
        assertThat(backup(schema, Optional.of(folders))
                        .write(file, NOW)
                        .files()
                        .orElseThrow()
                        .files())
                .isEqualTo(3);
        RepositoryFolders fresh = new RepositoryFolders(Files.createDirectory(folder.resolve("fresh")));
        new PlatformRestore(schema(server.createDatabase()), Optional.of(fresh)).read(file);
        assertThat(fresh.files().resolve("7/a b/\u00fc/one.txt")).hasContent("one");
    }

    @Test
    void tooManyFilesAndTooLittleRoomAreToldAndLeaveNothing() throws Exception {
        Path files = location().files();
        try (ZipOutputStream zip = new ZipOutputStream(OutputStream.nullOutputStream())) {
            assertThatThrownBy(() -> new FilesBackup(files, zip, 5).write())
                    .isInstanceOf(BackupException.class)
                    .hasMessageContaining("more than 5 files and folders");
        }
        long all = Files.getFileStore(folder).getTotalSpace();
        assertThatThrownBy(() -> new PlatformBackup(schema, NO_FILES, () -> SETTINGS, () -> {}, all)
                        .write(folder.resolve("b"), NOW))
                .hasMessageContaining("make room, or keep fewer backups");
        assertThatThrownBy(() -> new PlatformBackup(
                                schema,
                                Optional.of(new RepositoryFolders(folder.resolve("storage"))),
                                () -> SETTINGS,
                                () -> {
                                    throw new BackupException("the share has gone");
                                },
                                0)
                        .write(folder.resolve("b"), NOW))
                .hasMessage("the share has gone");
        assertThat(folder.resolve("b")).doesNotExist();
        assertThat(folder.resolve("b.part")).doesNotExist();
    }

    @Test
    void anEarlierFormatIsRestoredAndHasNoFiles() throws Exception {
        Path file = folder.resolve("one.backup");
        backup(schema, NO_FILES).write(file, NOW);
        Path earlier = altered(
                file, BackupManifest.ENTRY, manifest(file).replace("steadfast-backup-2", "steadfast-database-1"));
        RepositoryFolders folders = location();
        String other = server.createDatabase();
        assertThat(new PlatformRestore(schema(other), Optional.of(folders))
                        .read(earlier)
                        .files())
                .isEmpty();
        assertThat(content(other)).isEqualTo(content(name));
        assertThat(folders.files().resolve("7/zero")).exists();
    }

    private Path renamed(Path file, String entry, String name) throws IOException {
        Path other = Files.createTempFile(folder, "renamed", ".backup");
        try (ZipFile zip = new ZipFile(file.toFile());
                ZipOutputStream written = new ZipOutputStream(Files.newOutputStream(other))) {
            for (ZipEntry one : List.copyOf(zip.stream().toList())) {
                written.putNextEntry(new ZipEntry(one.getName().equals(entry) ? name : one.getName()));
                zip.getInputStream(one).transferTo(written);
            }
        }
        return other;
    }

    private void assertRefused(String database, Path file, String why) {
        assertThatThrownBy(() -> new PlatformRestore(schema(database), NO_FILES).read(file))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining(why);
    }

    private String manifest(Path file) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            return new String(
                    zip.getInputStream(zip.getEntry(BackupManifest.ENTRY)).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The same archive with another content of one entry. */
    private Path altered(Path file, String entry, String content) throws IOException {
        Path other = Files.createTempFile(folder, "altered", ".backup");
        try (ZipFile zip = new ZipFile(file.toFile());
                OutputStream out = Files.newOutputStream(other);
                ZipOutputStream written = new ZipOutputStream(out)) {
            for (ZipEntry one : List.copyOf(zip.stream().toList())) {
                written.putNextEntry(new ZipEntry(one.getName()));
                if (one.getName().equals(entry)) {
                    written.write(content.getBytes(StandardCharsets.UTF_8));
                } else {
                    zip.getInputStream(one).transferTo(written);
                }
            }
        }
        return other;
    }

    /** Of each table, what its rows are. */
    private Map<String, String> content(String database) throws Exception {
        Map<String, String> content = new TreeMap<>();
        try (Connection connection = schema(database).connect()) {
            for (String table : SchemaTables.columns(connection).keySet()) {
                content.put(
                        table,
                        server.query(
                                database,
                                "select count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '')"
                                        + " from " + table + " as t"));
            }
        }
        return content;
    }
}
