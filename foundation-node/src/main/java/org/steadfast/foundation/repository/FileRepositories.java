package org.steadfast.foundation.repository;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.coordination.settings.BasicSettings;
import org.steadfast.foundation.model.BuiltIns;
import org.steadfast.foundation.model.Entity;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Thing;
import org.steadfast.persistence.files.FolderTree;

/**
 * The repositories of all things of the template FileRepository. Each has a folder by its thing's number: names are no names of files
 * everywhere, and a thing that is made in the place of a deleted one of that name never sees its files. What asks the file system runs in
 * threads of its own: a share that hangs takes these and no others. Safe for use by several threads.
 */
public final class FileRepositories implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FileRepositories.class);
    private static final int THREADS = 8;
    private static final int MOST_WAITING = 200;
    private static final int MOST_CLEANED_LATER = 10_000;
    private static final Duration ABANDONED = Duration.ofHours(24);

    private final RepositoryLocations locations;
    private final Room room;
    private final Model model;
    private final RepositorySettings settings;
    private final int mostTransfers;
    private final Semaphore transfers;
    private final ThreadPoolExecutor workers = new ThreadPoolExecutor(
            THREADS,
            THREADS,
            60,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_WAITING),
            task -> new Thread(task, "repository"));
    /** One thread: what it has to do can wait. */
    private final ThreadPoolExecutor cleaner = new ThreadPoolExecutor(
            1,
            1,
            60,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_CLEANED_LATER),
            task -> new Thread(task, "repository-cleaner"),
            (task, pool) -> log.warn(
                    "LEFTOVERS_STAY: the files of a repository that is gone stay: too many are to be removed"));

    /**
     * Those in some storage locations.
     *
     * @param storage the locations
     * @param httpThreads of which transfers take a half at most, so that a share that hangs does not take them all
     */
    public FileRepositories(
            BasicSettings storage, Model model, RepositorySettings settings, int httpThreads, MeterRegistry registry) {
        this.locations = new RepositoryLocations(storage);
        this.room = new Room(settings);
        this.model = model;
        this.settings = settings;
        this.mostTransfers = Math.max(1, Math.min(settings.mostTransfers(), httpThreads / 2));
        this.transfers = new Semaphore(mostTransfers);
        workers.allowCoreThreadTimeOut(true);
        cleaner.allowCoreThreadTimeOut(true);
        Gauge.builder("steadfast.repository.transfers", transfers, free -> mostTransfers - free.availablePermits())
                .description("Files of repositories that are being sent or taken")
                .register(registry);
        Gauge.builder(
                        "steadfast.repository.waiting",
                        workers,
                        pool -> pool.getQueue().size())
                .description("Calls of services of repositories that wait for a thread")
                .register(registry);
        model.onDelete(this::deleted);
    }

    /**
     * The repository of a thing.
     *
     * @throws RepositoryException {@link RepositoryException.Kind#NOT_FOUND} if the thing has none, {@link
     *     RepositoryException.Kind#UNAVAILABLE} if the settings do not have the storage location that it names
     */
    public Repository of(String name) throws ModelException, RepositoryException {
        Thing thing = model.things().require(name);
        if (!thing.isA(BuiltIns.FILE_REPOSITORY)) {
            throw new RepositoryException(
                    RepositoryException.Kind.NOT_FOUND, "[" + name + "] is no file repository: not found");
        }
        RepositoryLocation location = locations.of(thing);
        return new Repository(
                location.folderOf(thing.id()), location.mark(), location.landing(), room, settings.mostFileBytes());
    }

    /**
     * Does something with files, in a thread that may wait for the file system.
     *
     * @return fails with what the work throws, or with a {@link RepositoryException} where too much waits already
     */
    public <T> CompletableFuture<T> run(Callable<T> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        try {
            workers.execute(() -> {
                try {
                    done.complete(work.call());
                } catch (Throwable e) {
                    // Also what should never be: somebody waits for the end, and holds what the request has taken.
                    done.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            done.completeExceptionally(new RepositoryException(
                    RepositoryException.Kind.UNAVAILABLE, "too many wait for the storage location", e));
        }
        return done;
    }

    /**
     * Begins to send or take a file; to be closed when that has ended.
     *
     * @throws RepositoryException {@link RepositoryException.Kind#UNAVAILABLE} if too many are under way
     */
    public Transfer transfer() throws RepositoryException {
        if (!transfers.tryAcquire()) {
            throw new RepositoryException(
                    RepositoryException.Kind.UNAVAILABLE,
                    mostTransfers + " files are being sent and taken already, see " + RepositorySettings.PATH
                            + ".MostTransfers");
        }
        return transfers::release;
    }

    /** A place among the transfers. */
    @FunctionalInterface
    public interface Transfer extends AutoCloseable {
        @Override
        void close();
    }

    /** Most bytes of a file. */
    public long mostFileBytes() {
        return settings.mostFileBytes();
    }

    /**
     * A thing that this node has deleted takes its files along, by its number alone, from whichever location has any. Where the node dies before, or
     * a share fails, they stay, and nobody sees them.
     */
    private void deleted(Entity entity) {
        if (entity.ref().type() != EntityType.THING) {
            return;
        }
        for (RepositoryLocation location : locations.all()) {
            cleaner.execute(() -> remove(entity, location));
        }
    }

    private static void remove(Entity entity, RepositoryLocation location) {
        try {
            if (Files.notExists(location.mark())) {
                throw new NoSuchFileException(location.mark().toString(), null, "the storage location is not mounted");
            }
            Path files = location.folderOf(entity.id());
            if (Files.notExists(files)) {
                return;
            }
            Path gone = location.landing().fresh();
            Files.move(files, gone);
            FolderTree.delete(gone);
            log.info("Removed the files of {}, which is gone", entity.ref());
        } catch (IOException | RepositoryException | RuntimeException e) {
            log.warn("LEFTOVERS_STAY: the files of {}, which is gone, could not be removed", entity.ref(), e);
        }
    }

    /** Removes what nodes that died have left half written, later and in another thread: a share that hangs must not hold up the caller. */
    public void removeAbandoned() {
        for (RepositoryLocation location : locations.all()) {
            cleaner.execute(() -> {
                try {
                    location.landing().removeOlderThan(ABANDONED);
                } catch (IOException | RuntimeException e) {
                    log.warn("LEFTOVERS_STAY: files that were never written to their end could not be removed", e);
                }
            });
        }
    }

    /** Waits for nothing: what is half written nobody sees. */
    @Override
    public void close() {
        for (ExecutorService threads : new ExecutorService[] {workers, cleaner}) {
            threads.shutdownNow();
        }
    }
}
