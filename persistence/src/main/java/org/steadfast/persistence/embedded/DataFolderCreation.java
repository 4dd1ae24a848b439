package org.steadfast.persistence.embedded;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.persistence.embedded.EmbeddedPostgresException.Kind;
import org.steadfast.persistence.files.FolderTree;

/**
 * Creates a data folder by initdb, all or nothing: it is made in a folder beside it and gets its name by a rename, so
 * whatever was cut short is never taken for a database.
 */
final class DataFolderCreation {
    private static final Logger LOG = LoggerFactory.getLogger(DataFolderCreation.class);
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String UNFINISHED = ".initdb-";

    private final DataArea area;
    private final PostgresBinaries binaries;
    private final ServerAccount account;

    DataFolderCreation(DataArea area, PostgresBinaries binaries, ServerAccount account) {
        this.area = area;
        this.binaries = binaries;
        this.account = account;
    }

    void createIfAbsent(String superuserPassword) throws EmbeddedPostgresException, IOException, InterruptedException {
        deleteUnfinished();
        if (area.holdsData()) {
            return;
        }
        LOG.info("Creating the data folder {}", area.folder());
        try {
            create(superuserPassword);
        } finally {
            deleteUnfinished();
        }
    }

    private void create(String superuserPassword) throws EmbeddedPostgresException, IOException, InterruptedException {
        Path unfinished = Files.createTempDirectory(
                area.parent(),
                area.folder().getFileName() + UNFINISHED,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path passwordFile = writePassword(unfinished.resolve("password"), superuserPassword);
        account.give(unfinished);
        Path data = unfinished.resolve("data");
        List<String> initdb = List.of(
                binaries.program("initdb").toString(),
                "--pgdata=" + data,
                "--username=" + EmbeddedPostgresSettings.SUPERUSER,
                "--pwfile=" + passwordFile,
                "--auth=scram-sha-256",
                "--data-checksums",
                "--encoding=UTF8",
                "--locale=C",
                "--no-instructions");
        ProgramRun.run(account.command(initdb), LIMIT).requireSuccess("initdb for " + area.folder());
        Files.delete(passwordFile);
        moveToItsPlace(data);
    }

    private Path writePassword(Path file, String password) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file,
                Set.of(CREATE_NEW, WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(password + "\n");
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
        account.give(file);
        return file;
    }

    private void moveToItsPlace(Path data) throws EmbeddedPostgresException, IOException {
        try {
            Files.move(data, area.folder(), StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            throw new EmbeddedPostgresException(
                    Kind.FAILED,
                    "the new database cannot get the name " + area.folder() + " (" + e.getMessage()
                            + "); if that is a mount point, name a folder inside it",
                    e);
        }
        FolderTree.force(area.parent());
    }

    /** What an initdb of a killed launcher still writes to cannot be deleted now, and is later. */
    private void deleteUnfinished() throws IOException {
        for (Path unfinished : FolderTree.children(area.parent(), area.folder().getFileName() + UNFINISHED)) {
            Files.deleteIfExists(unfinished.resolve("password"));
            try {
                FolderTree.delete(unfinished);
            } catch (IOException e) {
                LOG.warn(
                        "LEFTOVERS_STAY: unfinished data folder {} cannot be deleted yet: {}",
                        unfinished,
                        e.toString());
            }
        }
    }
}
