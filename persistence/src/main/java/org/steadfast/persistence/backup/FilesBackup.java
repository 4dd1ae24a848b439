package org.steadfast.persistence.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Puts the files of repositories into a backup while nodes write others: each is there as a whole, as it was at some time while the backup was
 * made. Links in repositories are left out, as nobody sees them there; a repository, or the folder of all of them, may be one itself. Used once, by
 * one thread.
 *
 * <p>What the first walk through the folders has not found where it was, because it was moved or replaced meanwhile, the next one finds: whatever
 * is new, or not what it was, is copied then, and counts instead of what was copied before.
 */
final class FilesBackup {
    /** What the names of entries begin with that the first walk has written; those of later ones have its number before the slash. */
    static final String ENTRIES = "files";

    /** So many find all but what never rests. */
    private static final int MOST_WALKS = 5;

    private static final int PIECE_BYTES = 64 << 10;

    private final Path folder;
    private final ZipOutputStream zip;
    private final int mostFiles;
    private final FilesDigest digest = new FilesDigest();
    /** By name, what was copied last. */
    private final Map<String, Version> files = new HashMap<>();

    private final Set<String> folders = new HashSet<>();
    private final byte[] piece = new byte[PIECE_BYTES];
    private int walk;
    private boolean isChanged;

    /** By what a file is known to have been replaced. */
    private record Version(long bytes, long modifiedMillis) {
        static Version of(BasicFileAttributes attributes) {
            return new Version(attributes.size(), attributes.lastModifiedTime().toMillis());
        }
    }

    /**
     * Of a folder.
     *
     * @param folder that need not exist: then there are no files
     * @param mostFiles as many as there is memory for, for all names are kept until the end
     */
    FilesBackup(Path folder, ZipOutputStream zip, int mostFiles) {
        this.folder = folder;
        this.zip = zip;
        this.mostFiles = mostFiles;
    }

    BackupManifest.FilesContent write() throws BackupException, IOException {
        do {
            isChanged = false;
            walk();
            if (areTooMany()) {
                throw new BackupException(
                        folder + " has more than " + mostFiles
                                + " files and folders, which is too many for a backup; leave them out, and back up that folder by other means");
            }
            walk++;
        } while (isChanged && walk < MOST_WALKS);
        return digest.total();
    }

    private boolean areTooMany() {
        return files.size() + folders.size() > mostFiles;
    }

    private void walk() throws IOException {
        try (DirectoryStream<Path> repositories = Files.newDirectoryStream(folder)) {
            for (Path repository : repositories) {
                String name = repository.getFileName().toString();
                if (Files.isDirectory(repository)) {
                    walk(repository.toRealPath(), name);
                }
            }
        } catch (NoSuchFileException e) {
            // None has been written to.
            return;
        }
    }

    private void walk(Path repository, String name) throws IOException {
        Files.walkFileTree(repository, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes) throws IOException {
                return writeFolder(name(visited)) ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedIOException("the backup was broken off");
                }
                if (attributes.isRegularFile()) {
                    writeFile(file, name(file), attributes);
                }
                return areTooMany() ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
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

            private String name(Path file) {
                StringBuilder path = new StringBuilder(name);
                if (!file.equals(repository)) {
                    repository.relativize(file).forEach(part -> path.append('/').append(part));
                }
                return path.toString();
            }
        });
    }

    private String entry(String name) {
        return (walk == 0 ? ENTRIES : ENTRIES + walk) + "/" + name;
    }

    /** False where it was a file before, whose place it cannot take in the archive: what is in it comes with the next backup. */
    private boolean writeFolder(String name) throws IOException {
        if (files.containsKey(name)) {
            return false;
        }
        if (folders.add(name)) {
            isChanged = true;
            zip.putNextEntry(new ZipEntry(entry(name) + "/"));
            zip.closeEntry();
            digest.begin(entry(name) + "/");
        }
        return true;
    }

    private void writeFile(Path file, String name, BasicFileAttributes attributes) throws IOException {
        if (folders.contains(name) || Version.of(attributes).equals(files.get(name))) {
            return;
        }
        try (InputStream in = Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            // Of what was opened or of what has just come in its place; then the next walk copies that.
            files.put(name, Version.of(attributes));
            isChanged = true;
            ZipEntry entry = new ZipEntry(entry(name));
            entry.setLastModifiedTime(attributes.lastModifiedTime());
            zip.putNextEntry(entry);
            digest.begin(entry.getName());
            for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                zip.write(piece, 0, count);
                digest.content(piece, count);
            }
            zip.closeEntry();
            digest.end();
        } catch (NoSuchFileException e) {
            // Deleted or moved since it was seen: nothing of it is in the archive, and where it is now the next walk
            // finds it.
            isChanged = true;
        }
    }
}
