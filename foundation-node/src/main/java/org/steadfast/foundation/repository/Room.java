package org.steadfast.foundation.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** How much may still be written to repositories, and to the disk that they are on. Safe for use by several threads. */
final class Room {
    private static final long MEASURED_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final RepositorySettings settings;
    /** By root of a repository; written by whoever measures it. One for each that this node has written to. */
    private final Map<Path, Measured> repositories = new ConcurrentHashMap<>();

    /** By root, what is held while it is measured. */
    private final Map<Path, Object> measuring = new ConcurrentHashMap<>();

    /** What a repository had at a time, and what this node has added since. */
    private record Measured(long nanoTime, AtomicLong bytes) {}

    Room(RepositorySettings settings) {
        this.settings = settings;
    }

    /**
     * Takes note of what is about to be added.
     *
     * @throws RepositoryException {@link RepositoryException.Kind#NO_ROOM} if it has no room
     */
    void take(Path root, long bytes) throws IOException, RepositoryException {
        long free = Files.getFileStore(root).getUsableSpace();
        if (free - bytes < (long) settings.leastFreeMegabytes() << 20) {
            throw new RepositoryException(
                    RepositoryException.Kind.NO_ROOM,
                    "the storage location has " + (free >> 20) + " MB free, of which " + RepositorySettings.PATH
                            + ".LeastFreeMegabytes, " + settings.leastFreeMegabytes() + ", stay so");
        }
        if (settings.mostRepositoryMegabytes() == 0) {
            return;
        }
        long most = (long) settings.mostRepositoryMegabytes() << 20;
        AtomicLong used = measured(root).bytes();
        if (used.addAndGet(bytes) > most) {
            used.addAndGet(-bytes);
            throw new RepositoryException(
                    RepositoryException.Kind.NO_ROOM,
                    "the repository would have more than " + settings.mostRepositoryMegabytes() + " MB, which "
                            + RepositorySettings.PATH + ".MostRepositoryMegabytes allows");
        }
    }

    /** One measures a repository at a time: it looks at every file. */
    private Measured measured(Path root) throws IOException {
        synchronized (measuring.computeIfAbsent(root, each -> new Object())) {
            Measured known = repositories.get(root);
            if (known == null || System.nanoTime() - known.nanoTime() > MEASURED_NANOS) {
                long bytes = Trees.bytes(root);
                // As of its end: it may take longer than it holds.
                known = new Measured(System.nanoTime(), new AtomicLong(bytes));
                repositories.put(root, known);
            }
            return known;
        }
    }

    /** Takes note of what was not added after all, was replaced or is gone. */
    void give(Path root, long bytes) {
        Measured known = repositories.get(root);
        if (known != null) {
            known.bytes().addAndGet(-bytes);
        }
    }

    /** What was deleted is counted anew. */
    void forget(Path root) {
        repositories.remove(root);
    }
}
