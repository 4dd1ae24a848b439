package org.steadfast.foundation.repository;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.persistence.files.FolderTree;

/**
 * Where files are written before they are where they belong, in the same file system: nobody ever sees a part of one, and of several that are
 * written to the same place at the same time, by whatever nodes, the last one is there as a whole. Safe for use by several threads.
 */
final class Landing {
    private static final Logger log = LoggerFactory.getLogger(Landing.class);

    private final Path folder;

    Landing(Path folder) {
        this.folder = folder;
    }

    static RepositoryException tooLarge(long mostBytes) {
        return new RepositoryException(
                RepositoryException.Kind.TOO_LARGE,
                "it is longer than " + mostBytes + " bytes, which " + RepositorySettings.PATH
                        + ".MostFileMegabytes allows");
    }

    /** A path that nothing has yet. The storage location itself is never made: it would not be the one that is shared. */
    Path fresh() throws IOException, RepositoryException {
        if (!Files.isDirectory(folder.getParent())) {
            throw new RepositoryException(
                    RepositoryException.Kind.UNAVAILABLE,
                    "the storage location " + folder.getParent() + " is not there; see whether it is mounted");
        }
        Files.createDirectories(folder);
        return folder.resolve(UUID.randomUUID().toString());
    }

    /**
     * Puts a file that was written to where it belongs, for good.
     *
     * @param overwrite whether one that is there is replaced
     * @throws FileAlreadyExistsException if one is there that is not replaced
     */
    static void put(Path part, Path target, boolean overwrite) throws IOException {
        if (overwrite) {
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } else {
            makeNew(part, target);
        }
        FolderTree.force(target.getParent());
    }

    private static void makeNew(Path part, Path target) throws IOException {
        if (link(part, target)) {
            Files.delete(part);
        } else {
            renameToNew(part, target);
        }
    }

    /**
     * Gives a file a second name, which only one of several who try gets; a rename would replace.
     *
     * @return false where the file system has no such names
     */
    static boolean link(Path file, Path target) throws IOException {
        try {
            Files.createLink(target, file);
            return true;
        } catch (UnsupportedOperationException e) {
            return false;
        } catch (FileSystemException e) {
            // So say those of Windows.
            String reason = String.valueOf(e.getReason());
            if (!reason.contains("not permitted") && !reason.contains("not supported")) {
                throw e;
            }
            log.debug("{} cannot be a link", target, e);
            return false;
        }
    }

    /** The same without links: the name is taken first, and the file is empty for a moment. */
    static void renameToNew(Path file, Path target) throws IOException {
        Files.createFile(target);
        boolean isMade = false;
        try {
            Files.move(file, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            isMade = true;
        } finally {
            if (!isMade) {
                Files.deleteIfExists(target);
            }
        }
    }

    /** Makes a folder with those that it is in, all of which outlast a loss of power. */
    static void makeFolders(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        makeFolders(folder.getParent());
        // One that somebody else has made meanwhile is as good; a file is not.
        Files.createDirectories(folder);
        FolderTree.force(folder.getParent());
    }

    /** Removes what was left by nodes that died while they wrote. */
    void removeOlderThan(Duration age) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        Instant limit = Instant.now().minus(age);
        try (Stream<Path> parts = Files.list(folder)) {
            for (Path part : parts.toList()) {
                removeIfBefore(limit, part);
            }
        }
    }

    private static void removeIfBefore(Instant limit, Path part) throws IOException {
        try {
            if (Files.getLastModifiedTime(part).toInstant().isBefore(limit)) {
                FolderTree.delete(part);
            }
        } catch (NoSuchFileException e) {
            log.debug("Another node has removed {}", part, e);
        }
    }
}
