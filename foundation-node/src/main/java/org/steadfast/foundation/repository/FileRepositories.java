package org.steadfast.foundation.repository;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.foundation.model.BuiltIns;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Thing;

/**
 * The repositories of all things of the template FileRepository. Each has a folder by its thing's name and number, so that a thing that is
 * made in the place of a deleted one of that name never sees its files. What asks the file system runs in threads of its own: a share that
 * hangs takes these and no others. Safe for use by several threads.
 */
public final class FileRepositories implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FileRepositories.class);
    private static final int THREADS = 8;
    private static final int MOST_WAITING = 200;
    private static final int MOST_CLEANED_LATER = 10_000;
    private static final Duration ABANDONED = Duration.ofHours(24);

    private final Path repositories;
    private final Landing landing;
    private final Room room;
    private final Model model;
    private final RepositorySettings settings;
    private final Semaphore transfers;
    private final ThreadPoolExecutor workers = new ThreadPoolExecutor(
            THREADS,
            THREADS,
            60,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_WAITING),
            task -> new Thread(task, "repository"));
    /** Names of things that were changed, and perhaps deleted; put in by whoever hears of it, taken out by the cleaner. */
    private final Set<String> changed = ConcurrentHashMap.newKeySet();
    /** One thread: what it has to do can wait. */
    private final ThreadPoolExecutor cleaner = new ThreadPoolExecutor(
            1,
            1,
            60,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_CLEANED_LATER),
            task -> new Thread(task, "repository-cleaner"),
            new ThreadPoolExecutor.DiscardPolicy());

    /** @param storage the ThingworxStorage location */
    public FileRepositories(Path storage, Model model, RepositorySettings settings, MeterRegistry registry) {
        this.repositories = storage.resolve("repository");
        // Beside them, where no path of a repository leads.
        this.landing = new Landing(storage.resolve("repository-landing"));
        this.room = new Room(settings);
        this.model = model;
        this.settings = settings;
        this.transfers = new Semaphore(settings.mostTransfers());
        workers.allowCoreThreadTimeOut(true);
        cleaner.allowCoreThreadTimeOut(true);
        Gauge.builder(
                        "steadfast.repository.transfers",
                        transfers,
                        free -> settings.mostTransfers() - free.availablePermits())
                .description("Files of repositories that are being sent or taken")
                .register(registry);
        Gauge.builder(
                        "steadfast.repository.waiting",
                        workers,
                        pool -> pool.getQueue().size())
                .description("Calls of services of repositories that wait for a thread")
                .register(registry);
        model.onChange(this::changed);
    }

    /**
     * The repository of a thing.
     *
     * @throws RepositoryException {@link RepositoryException.Kind#NOT_FOUND} if the thing has none
     */
    public Repository of(String name) throws ModelException, RepositoryException {
        Thing thing = model.things().require(name);
        if (!thing.isA(BuiltIns.FILE_REPOSITORY)) {
            throw new RepositoryException(
                    RepositoryException.Kind.NOT_FOUND, "[" + name + "] is no file repository: not found");
        }
        return new Repository(
                folderOf(name).resolve(Long.toString(thing.id())), landing, room, settings.mostFileBytes());
    }

    private Path folderOf(String thing) {
        return repositories.resolve(thing);
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
                } catch (Exception e) {
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
                    settings.mostTransfers() + " files are being sent and taken already, see " + RepositorySettings.PATH
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

    /** A thing that is gone takes its files with it. Whatever of this fails leaves files that nobody sees. */
    private void changed(EntityRef ref) {
        if (ref.type() == EntityType.THING && changed.size() < MOST_CLEANED_LATER && changed.add(ref.name())) {
            cleaner.execute(() -> {
                changed.remove(ref.name());
                try {
                    removeFormer(ref.name());
                } catch (IOException | ModelException | RuntimeException e) {
                    log.warn("Files of things named {} that are gone could not be removed", ref.name(), e);
                }
            });
        }
    }

    private void removeFormer(String name) throws IOException, ModelException {
        Path folder = folderOf(name);
        if (!Files.isDirectory(folder)) {
            return;
        }
        Optional<Thing> present = model.things().find(name);
        try (Stream<Path> ids = Files.list(folder)) {
            for (Path id : ids.toList()) {
                if (present.isEmpty()
                        || !id.getFileName()
                                .toString()
                                .equals(Long.toString(present.get().id()))) {
                    Path gone = landing.fresh();
                    Files.move(id, gone);
                    Trees.delete(gone);
                    log.info("Removed the files of the repository {}, which is gone", name);
                }
            }
        }
    }

    /** Removes what nodes that died have left half written. */
    public void removeAbandoned() {
        try {
            landing.removeOlderThan(ABANDONED);
        } catch (IOException e) {
            log.warn("Files that were never written to their end could not be removed", e);
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
