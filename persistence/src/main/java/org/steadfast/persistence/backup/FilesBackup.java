package org.steadfast.persistence.backup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Puts the files of repositories into a backup while nodes write others: each is there as a whole, as it was at some time while the backup was
 * made. Links are left out, as repositories do not show them. Used once, by one thread.
 */
final class FilesBackup {
    /** What the names of their entries begin with. */
    static final String ENTRIES = "files/";

    /** A file that is moved while the others are copied is found by the next walk; so many find all but what never rests. */
    private static final int MOST_WALKS = 5;

    private static final int PIECE_BYTES = 64 << 10;

    private final Path folder;
    private final ZipOutputStream zip;
    private final FilesDigest digest = new FilesDigest();
    /** Names of entries. */
    private final Set<String> written = new HashSet<>();

    private final byte[] piece = new byte[PIECE_BYTES];

    /** @param folder that need not exist: then there are no files */
    FilesBackup(Path folder, ZipOutputStream zip) {
        this.folder = folder;
        this.zip = zip;
    }

    BackupManifest.FilesContent write() throws IOException {
        int before = -1;
        for (int walk = 0; walk < MOST_WALKS && written.size() > before; walk++) {
            before = written.size();
            walk();
        }
        return digest.total();
    }

    private void walk() throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes) throws IOException {
                if (!visited.equals(folder)) {
                    writeFolder(name(visited) + "/");
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile()) {
                    writeFile(file, name(file), attributes);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                // Deleted, moved or replaced meanwhile.
                if (failure instanceof NoSuchFileException || failure instanceof NotDirectoryException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                return failure == null ? FileVisitResult.CONTINUE : visitFileFailed(visited, failure);
            }
        });
    }

    private String name(Path file) {
        StringBuilder name = new StringBuilder(ENTRIES);
        folder.relativize(file).forEach(part -> name.append(part).append('/'));
        return name.substring(0, name.length() - 1);
    }

    private void writeFolder(String name) throws IOException {
        if (written.add(name)) {
            zip.putNextEntry(new ZipEntry(name));
            zip.closeEntry();
            digest.begin(name);
        }
    }

    private void writeFile(Path file, String name, BasicFileAttributes attributes) throws IOException {
        if (written.contains(name)) {
            return;
        }
        try (InputStream in = Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            written.add(name);
            ZipEntry entry = new ZipEntry(name);
            entry.setLastModifiedTime(attributes.lastModifiedTime());
            zip.putNextEntry(entry);
            digest.begin(name);
            for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                zip.write(piece, 0, count);
                digest.content(piece, count);
            }
            zip.closeEntry();
            digest.end();
        } catch (NoSuchFileException e) {
            // Deleted or moved since it was seen: nothing of it is in the archive, and where it is now the next walk
            // finds it.
            return;
        }
    }
}
