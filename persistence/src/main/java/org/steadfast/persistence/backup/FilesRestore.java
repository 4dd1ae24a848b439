package org.steadfast.persistence.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Enumeration;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.steadfast.persistence.files.FolderTree;
import org.steadfast.persistence.files.RepositoryFolders;

/**
 * Puts the files of a backup into a storage location that has none: all or none. They are unpacked where nobody sees them, and then put where
 * they belong in one step. Used by one thread.
 */
final class FilesRestore implements AutoCloseable {
    private static final int PIECE_BYTES = 64 << 10;

    private final Path target;
    private final Path unpacked;
    private boolean isPut;

    FilesRestore(RepositoryFolders folders) {
        this.target = folders.files();
        this.unpacked = folders.landing().resolve(UUID.randomUUID().toString());
    }

    /** @throws BackupException if there are files already, or is nothing where they belong */
    void requireRoom() throws BackupException, IOException {
        if (!Files.isDirectory(target.getParent())) {
            throw new BackupException(
                    "the storage location " + target.getParent() + " is not there; see whether it is mounted");
        }
        if (Files.exists(target) && !FolderTree.isEmpty(target)) {
            throw new BackupException(target + " has files of repositories already; move them away, or give"
                    + " --without-files to keep them as they are");
        }
    }

    /** Unpacks the files where nobody sees them. */
    void unpack(ZipFile zip, BackupManifest.FilesContent expected) throws BackupException, IOException {
        Files.createDirectories(unpacked);
        FilesDigest digest = new FilesDigest();
        Enumeration<? extends ZipEntry> entries = zip.entries();
        while (entries.hasMoreElements()) {
            ZipEntry entry = entries.nextElement();
            if (entry.getName().startsWith(FilesBackup.ENTRIES)) {
                unpack(zip, entry, digest);
            }
        }
        if (!digest.total().equals(expected)) {
            throw new BackupException("it is damaged: the files of repositories are not those that were written");
        }
    }

    private void unpack(ZipFile zip, ZipEntry entry, FilesDigest digest) throws BackupException, IOException {
        Path file = fileOf(entry.getName());
        digest.begin(entry.getName());
        if (entry.isDirectory()) {
            Files.createDirectories(file);
            return;
        }
        Files.createDirectories(file.getParent());
        byte[] piece = new byte[PIECE_BYTES];
        try (InputStream in = zip.getInputStream(entry);
                OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
            for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                out.write(piece, 0, count);
                digest.content(piece, count);
            }
        }
        digest.end();
        FileTime modified = entry.getLastModifiedTime();
        if (modified != null) {
            Files.setLastModifiedTime(file, modified);
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    private Path fileOf(String name) throws BackupException {
        try {
            Path file = unpacked.resolve(name.substring(FilesBackup.ENTRIES.length()))
                    .normalize();
            if (file.startsWith(unpacked) && !file.equals(unpacked)) {
                return file;
            }
        } catch (InvalidPathException e) {
            throw new BackupException("it has a file that cannot be here: " + name, e);
        }
        throw new BackupException("it has a file that belongs nowhere: " + name);
    }

    /** Puts the files where they belong. */
    void put() throws BackupException, IOException {
        try {
            // Nothing is replaced but an empty folder.
            Files.deleteIfExists(target);
            Files.move(unpacked, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            throw new BackupException(target + " cannot be put in place: " + e, e);
        }
        isPut = true;
        FolderTree.force(target.getParent());
    }

    /** Takes back what was put, where the rest of the backup did not come to be. */
    void takeBack() throws IOException {
        if (isPut) {
            Files.move(target, unpacked, StandardCopyOption.ATOMIC_MOVE);
            isPut = false;
        }
    }

    /** Removes what was unpacked and not put. */
    @Override
    public void close() throws IOException {
        if (!isPut) {
            FolderTree.delete(unpacked);
        }
    }
}
