package org.steadfast.persistence.files;

import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/** Folders with all that is in them; never what links in them lead to. Stateless. */
public final class FolderTree {
    private FolderTree() {}

    /**
     * Creates a folder with those above it; new ones can be entered by all accounts, whatever our file mode mask says.
     */
    public static void createOpen(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        if (folder.getParent() != null) {
            createOpen(folder.getParent());
        }
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /**
     * Deletes a folder with all that is in it, and never what a link leads to. What others delete meanwhile is no
     * failure.
     */
    public static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                if (failure != null) {
                    return visitFileFailed(visited, failure);
                }
                Files.deleteIfExists(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** What is in a folder and has such a name. */
    public static List<Path> children(Path folder, String namePrefix) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.filter(c -> c.getFileName().toString().startsWith(namePrefix))
                    .toList();
        }
    }

    /** Whether a folder has nothing in it. */
    public static boolean isEmpty(Path folder) throws IOException {
        return children(folder, "").isEmpty();
    }

    /** Makes a file's bytes, or a folder's entries such as a rename, survive a power cut. */
    public static void force(Path fileOrFolder) throws IOException {
        try (FileChannel channel = FileChannel.open(fileOrFolder, READ)) {
            channel.force(true);
        }
    }
}
