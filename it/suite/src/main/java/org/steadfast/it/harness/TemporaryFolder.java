package org.steadfast.it.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.steadfast.persistence.files.FolderTree;

/**
 * A folder that is removed when it is closed. Others may enter it: the embedded database runs as another user where the suite
 * runs as root.
 */
public record TemporaryFolder(Path path) implements AutoCloseable {

    public static TemporaryFolder create() throws IOException {
        Path path = Files.createTempDirectory("steadfast-it-");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
        return new TemporaryFolder(path);
    }

    /** What a process that is ending removes at the same time is no failure. */
    @Override
    public void close() throws IOException {
        FolderTree.delete(path);
    }
}
