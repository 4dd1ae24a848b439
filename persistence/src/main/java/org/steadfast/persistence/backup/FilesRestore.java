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
import java.nio.file.attribute.UserPrincipal;
import java.util.Enumeration;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    private static final Pattern ENTRY = Pattern.compile(FilesBackup.ENTRIES + "\\d*/(.+)", Pattern.DOTALL);

    private final Path target;
    private final Path unpacked;
    /** Who gets the files, where that is not who restores them. */
    private Optional<UserPrincipal> heir = Optional.empty();

    private boolean isPut;

    FilesRestore(RepositoryFolders folders) {
        this.target = folders.files();
        this.unpacked = folders.landing().resolve(UUID.randomUUID().toString());
    }

    /** @throws BackupException if there are files already, or is nothing where they belong */
    void requireRoom() throws BackupException, IOException {
        if (Files.isSymbolicLink(target)) {
            throw new BackupException(target
                    + " is a link, which files of a backup cannot replace; remove it, restore, and move them then");
        }
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
        if ("root".equals(System.getProperty("user.name"))) {
            heir = Optional.of(Files.getOwner(target.getParent()));
        }
        if (Files.notExists(unpacked.getParent())) {
            Files.createDirectory(unpacked.getParent());
            give(unpacked.getParent());
        }
        Files.createDirectory(unpacked);
        give(unpacked);
        FilesDigest digest = new FilesDigest();
        Enumeration<? extends ZipEntry> entries = zip.entries();
        while (entries.hasMoreElements()) {
            ZipEntry entry = entries.nextElement();
            Matcher name = ENTRY.matcher(entry.getName());
            if (name.matches()) {
                unpack(zip, entry, fileOf(name.group(1)), digest);
            }
        }
        if (!digest.total().equals(expected)) {
            throw new BackupException("it is damaged: the files of repositories are not those that were written");
        }
    }

    private void unpack(ZipFile zip, ZipEntry entry, Path file, FilesDigest digest) throws IOException {
        digest.begin(entry.getName());
        if (entry.isDirectory()) {
            Files.createDirectories(file);
            give(file);
            return;
        }
        Files.createDirectories(file.getParent());
        byte[] piece = new byte[PIECE_BYTES];
        try (InputStream in = zip.getInputStream(entry);
                OutputStream out = Files.newOutputStream(file)) {
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
        give(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /** Nodes do not run as the administrator of the machine, who may restore: what he makes is to be theirs, as the storage location is. */
    private void give(Path file) throws IOException {
        if (heir.isPresent()) {
            Files.setOwner(file, heir.get());
        }
    }

    private Path fileOf(String name) throws BackupException {
        try {
            Path file = unpacked.resolve(name).normalize();
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

    /** Removes what was unpacked and not put. */
    @Override
    public void close() throws IOException {
        if (!isPut) {
            FolderTree.delete(unpacked);
        }
    }
}
