package org.steadfast.it.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.stream.Stream;

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

    @Override
    public void close() throws IOException {
        try (Stream<Path> paths = Files.walk(path)) {
            paths.sorted(Comparator.reverseOrder()).forEach(TemporaryFolder::delete);
        }
    }

    private static void delete(Path path) {
        try {
            Files.delete(path);
        } catch (NoSuchFileException e) {
            // A process that was ending has removed it; gone is what is wanted.
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
