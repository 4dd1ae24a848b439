package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Compares folders that may not be there yet by where they really are. */
final class Places {
    private Places() {}

    /** Whether one of two folders is in the other, or both are the same, whatever symbolic links lead there. */
    static boolean overlap(Path one, Path other) throws IOException {
        Path first = real(one);
        Path second = real(other);
        return first.startsWith(second) || second.startsWith(first);
    }

    /** The folder itself, or the nearest above it that is there. */
    static Path existing(Path folder) {
        Path existing = folder;
        while (!Files.exists(existing)) {
            existing = existing.getParent();
        }
        return existing;
    }

    private static Path real(Path folder) throws IOException {
        Path existing = existing(folder.toAbsolutePath().normalize());
        return existing.toRealPath()
                .resolve(existing.relativize(folder.toAbsolutePath().normalize()))
                .normalize();
    }
}
