package org.steadfast.persistence.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.persistence.embedded.EmbeddedPostgresException.Kind;
import org.steadfast.persistence.files.FolderTree;

/** PostgreSQL's programs as they come on the class path: one compressed archive per processor architecture. */
final class BinariesArchive {
    private static final Logger LOG = LoggerFactory.getLogger(BinariesArchive.class);
    private static final String UNFINISHED = ".unpacking-";
    /** Nobody unpacks for that long, so an unfinished folder of that age is what a killed process left behind. */
    private static final Duration UNFINISHED_LIMIT = Duration.ofHours(1);

    private static final int CHECKSUM_LENGTH = 16;

    private final URL archive;

    private BinariesArchive(URL archive) {
        this.archive = archive;
    }

    /** Finds the archive for the machine that we are on. */
    static BinariesArchive onClassPath() throws EmbeddedPostgresException {
        String system = System.getProperty("os.name");
        String architecture = System.getProperty("os.arch");
        String name = switch (architecture) {
            case "amd64", "x86_64" -> "postgres-linux-x86_64.txz";
            case "aarch64" -> "postgres-linux-arm_64.txz";
            default -> "postgres-linux-" + architecture + ".txz";
        };
        URL found = BinariesArchive.class.getResource("/" + name);
        if (found == null || !system.toLowerCase(Locale.ROOT).startsWith("linux")) {
            throw new EmbeddedPostgresException(
                    Kind.FAILED,
                    "there is no embedded PostgreSQL for " + system + " " + architecture + " (resource " + name
                            + "); use a PostgreSQL server of your own");
        }
        return new BinariesArchive(found);
    }

    /**
     * Unpacks the archive below a folder, unless that has been done. Several processes may do so at once: the folder
     * gets its final name when it is complete and on the disk, and the first one to get there wins.
     */
    PostgresBinaries unpackBelow(Path parent) throws EmbeddedPostgresException, IOException {
        FolderTree.createOpen(parent);
        String suffix = "-" + checksum();
        for (Path child : FolderTree.children(parent, "postgres-")) {
            String name = child.getFileName().toString();
            if (name.endsWith(suffix)) {
                return new PostgresBinaries(
                        child.toRealPath(), name.substring("postgres-".length(), name.length() - suffix.length()));
            }
        }
        deleteAbandoned(parent);
        Path unfinished = Files.createTempDirectory(parent, UNFINISHED);
        try {
            Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rwxr-xr-x"));
            try (InputStream in = archive.openStream()) {
                TarXz.unpack(in, unfinished);
            }
            String version = readVersion(unfinished);
            Path finished = parent.resolve("postgres-" + version + suffix);
            publish(unfinished, finished);
            LOG.info("Unpacked PostgreSQL {} to {}", version, finished);
            return new PostgresBinaries(finished.toRealPath(), version);
        } finally {
            if (Files.exists(unfinished)) {
                FolderTree.delete(unfinished);
            }
        }
    }

    private static void publish(Path unfinished, Path finished) throws IOException {
        try {
            Files.move(unfinished, finished);
            FolderTree.force(finished.getParent());
        } catch (IOException e) {
            if (!Files.isDirectory(finished)) {
                throw e;
            }
            LOG.debug("Another process unpacked {} first", finished);
        }
    }

    private static void deleteAbandoned(Path parent) throws IOException {
        FileTime limit = FileTime.from(Instant.now().minus(UNFINISHED_LIMIT));
        for (Path abandoned : FolderTree.children(parent, UNFINISHED)) {
            if (Files.getLastModifiedTime(abandoned).compareTo(limit) < 0) {
                FolderTree.delete(abandoned);
            }
        }
    }

    /** The archive does not say its version; the library description in it does. */
    private static String readVersion(Path folder) throws EmbeddedPostgresException, IOException {
        Path description = folder.resolve("lib/pkgconfig/libpq.pc");
        List<String> versions = Files.readAllLines(description).stream()
                .filter(line -> line.startsWith("Version: "))
                .map(line -> line.substring("Version: ".length()).strip())
                .toList();
        if (versions.isEmpty() || !versions.get(0).matches("[0-9.]+")) {
            throw new EmbeddedPostgresException(
                    Kind.FAILED, "the archive of PostgreSQL's programs does not say its version in " + description);
        }
        return versions.get(0);
    }

    private String checksum() throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
        try (InputStream in = new DigestInputStream(archive.openStream(), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest()).substring(0, CHECKSUM_LENGTH);
    }
}
