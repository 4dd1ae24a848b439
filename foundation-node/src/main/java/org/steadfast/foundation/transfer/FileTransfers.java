package org.steadfast.foundation.transfer;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.foundation.model.BuiltIns;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.model.Things;
import org.steadfast.foundation.remote.RemoteThings;
import org.steadfast.foundation.repository.FileRepositories;
import org.steadfast.foundation.repository.RepositoryException;
import org.steadfast.foundation.repository.RepositoryPath;
import org.steadfast.foundation.sharedstate.SharedTransfers;
import org.steadfast.foundation.sharedstate.SharedTransfers.Told;
import org.steadfast.foundation.sharedstate.SharedTransfers.Word;
import org.steadfast.persistence.store.WriterId;

/**
 * The copies of files that this node does, and what all nodes know of theirs. Each copy takes a thread of its own from beginning to end: it
 * waits for devices and for the share, and holds up nobody but those that wait for their turn. A copy ends with its node; whoever asks
 * for it then is told so. Safe for use by several threads.
 */
public final class FileTransfers implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FileTransfers.class);
    private static final int MOST_LISTED = 50_000;
    /** Copies that have ended, of this node, that the others remember. */
    private static final int MOST_REMEMBERED = 2_000;

    private static final int MOST_ATTEMPTS = 3;
    /** So often the others are told how far a copy is, and it hears whether somebody wants its end. */
    private static final long TOLD_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final Duration SHARED_STATE = Duration.ofSeconds(5);
    private static final long STOPPING_SECONDS = 3;

    private final Things things;
    private final FileRepositories repositories;
    private final RemoteThings devices;
    private final SharedTransfers shared;
    private final WriterId node;
    private final Supplier<Set<WriterId>> nodes;
    private final TransferSettings settings;
    private final TransferListener listener;
    private final Clock clock;
    private final MeterRegistry registry;
    private final Counter bytes;
    private final ThreadPoolExecutor workers;
    /** Those that this node does or has waiting, by id; added to by who begins one, removed from by who ends it; guards itself. */
    private final Map<String, TransferJob> own = new ConcurrentHashMap<>();
    /** Those that have ended here, by id, in case the others were not told; Caffeine guards it. */
    private final Cache<String, TransferJob> ended =
            Caffeine.newBuilder().maximumSize(MOST_REMEMBERED).build();
    /** Ids of those that have ended here and are remembered, in that order; guarded by itself. */
    private final Deque<String> remembered = new ArrayDeque<>();
    /** Looks at all copies, which takes as long as the slowest node. */
    private final ThreadPoolExecutor listing = new ThreadPoolExecutor(
            1, 1, 60, TimeUnit.SECONDS, new ArrayBlockingQueue<>(100), task -> new Thread(task, "file-transfer-list"));

    /**
     * What copies are done with.
     *
     * @param node this life of this node
     * @param nodes those that share the state now
     */
    public record Around(
            Things things,
            FileRepositories repositories,
            RemoteThings devices,
            SharedTransfers shared,
            WriterId node,
            Supplier<Set<WriterId>> nodes,
            TransferListener listener,
            MeterRegistry registry,
            Clock clock) {}

    public FileTransfers(Around around, TransferSettings settings) {
        this.things = around.things();
        this.repositories = around.repositories();
        this.devices = around.devices();
        this.shared = around.shared();
        this.node = around.node();
        this.nodes = around.nodes();
        this.listener = around.listener();
        this.registry = around.registry();
        this.clock = around.clock();
        this.settings = settings;
        this.workers = new ThreadPoolExecutor(
                settings.mostTransfers(),
                settings.mostTransfers(),
                60,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(settings.mostWaiting()),
                task -> new Thread(task, "file-transfer"));
        workers.allowCoreThreadTimeOut(true);
        listing.allowCoreThreadTimeOut(true);
        Gauge.builder("steadfast.transfers.active", workers, ThreadPoolExecutor::getActiveCount)
                .description("Files that are being copied")
                .register(registry);
        Gauge.builder(
                        "steadfast.transfers.waiting",
                        workers,
                        pool -> pool.getQueue().size())
                .description("Copies of files that wait for their turn")
                .register(registry);
        this.bytes = Counter.builder("steadfast.transfers.bytes")
                .description("Bytes of files that were copied")
                .register(registry);
        for (TransferState state : TransferState.values()) {
            if (state.isEnd()) {
                var unused = counter(state);
            }
        }
    }

    private Counter counter(TransferState state) {
        return Counter.builder("steadfast.transfers.ended")
                .description("Copies of files that have ended")
                .tag("state", state.name().toLowerCase(Locale.ROOT))
                .register(registry);
    }

    /**
     * A copy that was begun.
     *
     * @param job as it was then
     * @param end completes with the job at its end, whatever it is
     */
    public record Begun(TransferJob job, CompletableFuture<TransferJob> end) {}

    /**
     * Begins a copy.
     *
     * @param user who wants it; whether they may is for the caller to ask
     * @param timeout how long it may take; empty for as long as it goes on
     * @throws TransferException if it cannot be begun
     */
    public Begun begin(String user, FilePlace source, FilePlace target, Optional<Duration> timeout)
            throws TransferException, ModelException {
        TransferJob job = TransferJob.begin(UUID.randomUUID().toString(), user, node, source, target, clock.millis());
        Source from = source(source);
        Target to = target(target);
        if (from instanceof DeviceSource && source.repository().equals(target.repository())) {
            throw new TransferException(
                    TransferException.Kind.INVALID,
                    source.repository() + " copies its own files by itself; this is for two ends");
        }
        if (source.repository().equals(target.repository()) && source.whole().equals(target.whole())) {
            throw new TransferException(TransferException.Kind.INVALID, source + " cannot be copied to where it is");
        }
        CompletableFuture<TransferJob> end = new CompletableFuture<>();
        own.put(job.id(), job);
        // So that whoever asks for it finds it from now on, at any node.
        publish(job);
        Copy.Terms terms = new Copy.Terms(settings.blockBytes(), settings.idleTimeout(), timeout);
        try {
            workers.execute(() -> run(job, from, to, terms, end));
        } catch (RejectedExecutionException e) {
            end(job.ended(TransferState.FAILED, "too many wait", clock.millis()));
            throw new TransferException(
                    TransferException.Kind.BUSY,
                    settings.mostWaiting() + " copies wait for their turn already, see " + TransferSettings.PATH
                            + ".MostWaiting",
                    e);
        }
        return new Begun(job, end);
    }

    private void publish(TransferJob job) throws TransferException {
        try {
            boolean unused = shared.tell(job.id(), job.encode(), Word.GOES_ON)
                    .get(SHARED_STATE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            own.remove(job.id());
            Thread.currentThread().interrupt();
            throw new TransferException(TransferException.Kind.BUSY, "the node is stopping", e);
        } catch (ExecutionException | TimeoutException e) {
            // It may have been told nevertheless: then it is told as lost, because nobody does it.
            own.remove(job.id());
            throw new TransferException(TransferException.Kind.BUSY, "shared state does not answer", e);
        }
    }

    private Source source(FilePlace place) throws TransferException, ModelException {
        Thing thing = require(place);
        try {
            return thing.isA(BuiltIns.FILE_REPOSITORY)
                    ? new RepositorySource(repositories.of(thing.name()), RepositoryPath.parse(place.whole()), place)
                    : new DeviceSource(deviceOf(thing), place);
        } catch (RepositoryException e) {
            throw refused(e);
        }
    }

    private Target target(FilePlace place) throws TransferException, ModelException {
        Thing thing = require(place);
        try {
            return thing.isA(BuiltIns.FILE_REPOSITORY)
                    ? new RepositoryTarget(repositories.of(thing.name()), RepositoryPath.parse(place.whole()), place)
                    : new DeviceTarget(deviceOf(thing), place);
        } catch (RepositoryException e) {
            throw refused(e);
        }
    }

    private static TransferException refused(RepositoryException e) {
        boolean isForNow = e.kind() == RepositoryException.Kind.UNAVAILABLE;
        return new TransferException(
                isForNow ? TransferException.Kind.BUSY : TransferException.Kind.INVALID, e.getMessage(), e);
    }

    private DeviceFiles deviceOf(Thing thing) {
        return new DeviceFiles(devices, thing, settings.idleTimeout(), this::release);
    }

    /** Ends at a device the copies of nodes that are gone, and tells all that they have failed. */
    private boolean release(DeviceFiles device) throws InterruptedException {
        boolean isReleased = false;
        for (Told entry : told()) {
            TransferJob job = TransferJob.decode(entry.told());
            boolean isOfDevice = job.source().repository().equals(device.thing())
                    || job.target().repository().equals(device.thing());
            if (isOfDevice && isLost(job)) {
                TransferJob failed = lost(job, entry.isBeingKept());
                Optional<Boolean> unused = tell(failed);
                device.ended(failed);
                isReleased = true;
            }
        }
        return isReleased;
    }

    private Thing require(FilePlace place) throws TransferException, ModelException {
        Thing thing = things.require(place.repository());
        if (!thing.isA(BuiltIns.FILE_REPOSITORY) && !thing.isRemote()) {
            throw new TransferException(
                    TransferException.Kind.INVALID,
                    "[" + place.repository() + "] is neither a file repository nor a thing of a device");
        }
        return thing;
    }

    private void run(TransferJob job, Source from, Target to, Copy.Terms terms, CompletableFuture<TransferJob> end) {
        TransferJob last = job.ended(TransferState.FAILED, "it failed for a reason that the node's log tells", 0);
        try {
            last = new Copy(job, from, to, terms, new Teller(), clock).run();
        } catch (Throwable e) {
            // Also what should never be: somebody waits for the end.
            log.error("COPY_FAILED: copy {} of {} to {} broke off", job.id(), job.source(), job.target(), e);
        } finally {
            end(last);
            end.complete(last);
        }
        listener.ended(last);
    }

    /** The last word on a copy. */
    private void end(TransferJob last) {
        counter(last.state()).increment();
        bytes.increment(last.moved());
        ended.put(last.id(), last);
        own.remove(last.id());
        boolean isTold = false;
        for (int attempt = 1; attempt <= MOST_ATTEMPTS && !isTold; attempt++) {
            isTold = tell(last).isPresent();
        }
        forgetOldest(last.id());
    }

    /** So that what is remembered is bounded, however many copies end. */
    private void forgetOldest(String latest) {
        Optional<String> oldest;
        synchronized (remembered) {
            remembered.add(latest);
            oldest = remembered.size() > MOST_REMEMBERED ? Optional.of(remembered.remove()) : Optional.empty();
        }
        oldest.ifPresent(id -> {
            var unused = shared.forget(id).whenComplete((done, failure) -> {
                if (failure != null) {
                    log.debug("Copy {} is remembered until its time is over", id, failure);
                }
            });
        });
    }

    /** Tells the others now and then; used by the thread of one copy. */
    private final class Teller implements Copy.Progress {
        private long toldAt = System.nanoTime() - TOLD_NANOS;

        @Override
        public boolean told(TransferJob job) {
            own.put(job.id(), job);
            if (System.nanoTime() - toldAt < TOLD_NANOS) {
                return false;
            }
            toldAt = System.nanoTime();
            return tell(job).orElse(false);
        }

        @Override
        public boolean isLastChanceTaken(TransferJob job) throws TransferException, InterruptedException {
            try {
                return shared.tell(job.id(), job.encode(), Word.LAST_CHANCE)
                        .get(SHARED_STATE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException | TimeoutException e) {
                throw new TransferException(TransferException.Kind.AWAY, "shared state does not answer", e);
            }
        }
    }

    /** @return whether somebody wants the end; empty where that was not heard, and the others were not told */
    private Optional<Boolean> tell(TransferJob job) {
        try {
            return Optional.of(shared.tell(job.id(), job.encode(), job.state().isEnd() ? Word.END : Word.GOES_ON)
                    .get(SHARED_STATE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException | TimeoutException e) {
            log.warn("COPY_UNTOLD: the other nodes were not told how far copy {} is: {}", job.id(), job.state(), e);
            return Optional.empty();
        }
    }

    /** A copy that some node does or has done lately. */
    public CompletableFuture<Optional<TransferJob>> find(String id) {
        return shared.find(id).thenApply(found -> found.map(this::present));
    }

    /**
     * Those that are under way or have ended lately, the latest first.
     *
     * @return fails with a {@link TransferException} where too many ask
     */
    public CompletableFuture<List<TransferJob>> all() {
        CompletableFuture<List<TransferJob>> all = new CompletableFuture<>();
        try {
            listing.execute(() -> {
                try {
                    all.complete(told().stream()
                            .map(this::present)
                            .sorted(Comparator.comparingLong(TransferJob::startTime)
                                    .reversed())
                            .toList());
                } catch (RuntimeException e) {
                    all.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            all.completeExceptionally(new TransferException(
                    TransferException.Kind.BUSY, "too many ask for all copies at once; ask again", e));
        }
        return all;
    }

    private List<Told> told() {
        return shared.all(MOST_LISTED);
    }

    private TransferJob present(Told entry) {
        TransferJob told = TransferJob.decode(entry.told());
        if (told.state().isEnd()) {
            return told;
        }
        TransferJob here = own.get(told.id());
        if (here != null) {
            return here;
        }
        TransferJob end = ended.getIfPresent(told.id());
        if (end != null) {
            return end;
        }
        return isLost(told) ? lost(told, entry.isBeingKept()) : told;
    }

    /** Whether nobody does a copy any more. */
    private boolean isLost(TransferJob told) {
        boolean isOurs = told.node().equals(node);
        return !told.state().isEnd()
                && (isOurs
                        ? !own.containsKey(told.id()) && ended.getIfPresent(told.id()) == null
                        : !nodes.get().contains(told.node()));
    }

    private TransferJob lost(TransferJob told, boolean isBeingKept) {
        String why = "the node " + told.node().node() + ", which copied it, is gone; ";
        return told.ended(TransferState.FAILED, why + (isBeingKept ? Copy.NOT_KNOWN : "begin again"), clock.millis());
    }

    /** Tells of copies whose nodes are gone that they have ended, so that they are forgotten. Waits for the other nodes. */
    public void tellLost() {
        for (Told entry : told()) {
            TransferJob job = TransferJob.decode(entry.told());
            if (isLost(job)) {
                Optional<Boolean> unused = tell(lost(job, entry.isBeingKept()));
            }
        }
    }

    /**
     * Asks for the end of a copy, wherever it is done; it comes within seconds, as soon as its device has answered.
     *
     * @return whether it comes; false where it is too late, or there is none of this name
     */
    public CompletableFuture<Boolean> cancel(String id) {
        return shared.cancel(id);
    }

    /** Ends all copies. */
    @Override
    public void close() throws InterruptedException {
        listing.shutdownNow();
        workers.shutdownNow();
        if (!workers.awaitTermination(STOPPING_SECONDS, TimeUnit.SECONDS)) {
            log.warn("LEFTOVERS_STAY: some copies of files did not end in time; what they have left is removed later");
        }
    }
}
