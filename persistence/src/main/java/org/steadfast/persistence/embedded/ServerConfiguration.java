package org.steadfast.persistence.embedded;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.persistence.files.FolderTree;

/** PostgreSQL's settings and the rules of who may log in, written into the data folder at each start. */
final class ServerConfiguration {
    private static final Logger LOG = LoggerFactory.getLogger(ServerConfiguration.class);
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(20);
    /** The operating system's limit for a socket's path is 108 bytes with the zero at its end. */
    private static final int MAX_SOCKET_PATH_BYTES = 107;

    private static final String SETTINGS_FILE = "steadfast.conf";
    private static final String LOGIN_RULES_FILE = "steadfast_hba.conf";
    private static final String INCLUDE = "include_if_exists = '" + SETTINGS_FILE + "'";

    private final DataArea area;
    private final PostgresBinaries binaries;
    private final ServerAccount account;

    ServerConfiguration(DataArea area, PostgresBinaries binaries, ServerAccount account) {
        this.area = area;
        this.binaries = binaries;
        this.account = account;
    }

    void write(ListenAddress address, EmbeddedPostgresSettings settings)
            throws EmbeddedPostgresException, IOException, InterruptedException {
        boolean lz4 = supportsLz4();
        replace(SETTINGS_FILE, settingsText(address, prepareSocketFolder(address.port()), lz4), StandardCharsets.UTF_8);
        replace(LOGIN_RULES_FILE, loginRules(address, settings), StandardCharsets.UTF_8);
        include();
    }

    private String settingsText(ListenAddress address, String socketFolder, boolean lz4) {
        return """
                # Written at each start; changes are lost. Settings of your own go into postgresql.conf,
                # below the line that includes this file.
                listen_addresses = '%s'
                port = %d
                unix_socket_directories = '%s'
                unix_socket_permissions = 0700
                hba_file = '%s'
                password_encryption = scram-sha-256
                max_connections = 200
                shared_buffers = 128MB
                wal_level = replica
                wal_compression = %s
                fsync = on
                synchronous_commit = on
                full_page_writes = on
                timezone = 'UTC'
                log_timezone = 'UTC'
                log_destination = 'stderr'
                logging_collector = off
                """.formatted(
                        address.host(),
                        address.port(),
                        socketFolder,
                        area.folder().resolve(LOGIN_RULES_FILE),
                        lz4 ? "lz4" : "off");
    }

    /** From other machines the application user alone may log in, and only if we listen to them. */
    private static String loginRules(ListenAddress address, EmbeddedPostgresSettings settings)
            throws EmbeddedPostgresException {
        String remote =
                "host \"%s\" \"%s\" all scram-sha-256\n".formatted(settings.database(), settings.applicationUser());
        return """
                # Written at each start; changes are lost. Rules of your own go into pg_hba.conf.
                local all all scram-sha-256
                host all all samehost scram-sha-256
                """ + (address.isLoopback() ? "" : remote) + "include_if_exists pg_hba.conf\n";
    }

    /**
     * Returns the folder for the unix domain socket, or an empty name for no such socket if its path would be too long.
     */
    private String prepareSocketFolder(int port) throws IOException {
        Path folder = area.socketFolder();
        Path socket = folder.resolve(".s.PGSQL." + port);
        int length = socket.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > MAX_SOCKET_PATH_BYTES) {
            LOG.info(
                    "No unix domain socket: its path {} would have {} bytes, more than {}",
                    socket,
                    length,
                    MAX_SOCKET_PATH_BYTES);
            return "";
        }
        if (!Files.exists(folder)) {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            account.give(folder);
        }
        // Left by a server that was killed; PostgreSQL refuses to start if another process has the pid in it by now.
        Files.deleteIfExists(socket);
        Files.deleteIfExists(folder.resolve(socket.getFileName() + ".lock"));
        return folder.toString();
    }

    /** Asks the server program, for it depends on how that was built. */
    private boolean supportsLz4() throws EmbeddedPostgresException, IOException, InterruptedException {
        List<String> probe = List.of(
                binaries.program("postgres").toString(),
                "-D",
                area.folder().toString(),
                "-C",
                "wal_compression",
                "-c",
                "wal_compression=lz4");
        return ProgramRun.run(account.command(probe), PROBE_LIMIT).exitCode() == 0;
    }

    private void include() throws IOException {
        // Whatever character encoding the operator's comments have, this one keeps every byte as it is.
        Charset bytes = StandardCharsets.ISO_8859_1;
        String text = Files.readString(area.folder().resolve("postgresql.conf"), bytes);
        if (text.lines().noneMatch(line -> line.strip().equals(INCLUDE))) {
            String separator = text.isEmpty() || text.endsWith("\n") ? "" : "\n";
            replace("postgresql.conf", text + separator + INCLUDE + "\n", bytes);
        }
    }

    /** By a rename: the file is whole or not there, and a link in its place is not followed. */
    private void replace(String name, String text, Charset charset) throws IOException {
        Path file = area.folder().resolve(name);
        Path written = area.folder().resolve(name + ".new");
        Files.deleteIfExists(written);
        Files.write(written, text.getBytes(charset), CREATE_NEW, WRITE);
        Files.setPosixFilePermissions(written, PosixFilePermissions.fromString("rw-------"));
        account.give(written);
        FolderTree.force(written);
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
