package org.steadfast.foundation.live;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.foundation.live.Selection.Heard;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.property.Properties;
import org.steadfast.foundation.security.Authority;
import org.steadfast.foundation.security.LoginException;
import org.steadfast.foundation.sharedstate.SharedState;

/**
 * All streams of live values of this node. Whatever the number of streams, a few threads serve them. Safe for use by several threads.
 */
public final class LiveStreams implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LiveStreams.class);
    private static final long PULSE_MILLIS = 250;
    private static final long CHECK_MILLIS = 1_000;
    /** How long a stream stays open while nothing can be read, or while nobody can tell what its user may read. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** How long the end of the node waits for the last events to be sent. */
    private static final long CLOSING_MILLIS = 1_000;

    private static final int SHORTEST_RETRY_MILLIS = 1_000;
    private static final int LONGEST_RETRY_MILLIS = 4_000;

    private final LiveSettings settings;
    private final Selection selection;
    private final Watches watches;
    private final Rumours rumours;
    private final LiveMetrics metrics;
    private final ExecutorService telling;
    private final ExecutorService sending;
    private final ScheduledExecutorService clocks;
    /** Put in by {@link #open}, taken out when they are closed; guards itself. */
    private final Set<LiveStream> streams = ConcurrentHashMap.newKeySet();
    /** How many streams a user has; guarded by itself, and so is the number of all. */
    private final Map<String, Integer> ofUsers = new HashMap<>();
    /** Whether something has changed that rights may hang on; set by whoever hears of it, cleared by the check. */
    private final AtomicBoolean changed = new AtomicBoolean();
    /** When all values were last read, by {@link System#nanoTime()}; of the pulse alone. */
    private long lastRead = System.nanoTime();
    /** Written once, by {@link #close}. */
    private volatile boolean closing;

    private LiveStreams(
            LiveSettings settings,
            Model model,
            Properties properties,
            Authority authority,
            SharedState state,
            MeterRegistry registry) {
        this.settings = settings;
        this.selection = new Selection(model, authority, settings.mostProperties());
        this.telling = threads(2, "live-values");
        this.sending = threads(1, "live-rumours");
        this.clocks = Executors.newScheduledThreadPool(2, task -> thread(task, "live-clock"));
        this.watches = new Watches(properties::set, telling);
        this.rumours = new Rumours(state.messages(), watches, sending);
        this.metrics = new LiveMetrics(registry, streams::size, watches::size);
    }

    /** What comes when they have ended is left undone: nobody is there any more who could be told. */
    private static ExecutorService threads(int count, String name) {
        return new ThreadPoolExecutor(
                count,
                count,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> thread(task, name),
                new ThreadPoolExecutor.DiscardPolicy());
    }

    private static Thread thread(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Begins to hear what other nodes change, and to tell them what this one does. */
    public static LiveStreams start(
            LiveSettings settings,
            Model model,
            Properties properties,
            Authority authority,
            SharedState state,
            MeterRegistry registry) {
        LiveStreams live = new LiveStreams(settings, model, properties, authority, state, registry);
        model.onChange(live::changed);
        live.rumours.start();
        state.tell(live.rumours);
        live.repeat(live::pulse, PULSE_MILLIS);
        live.repeat(live::check, CHECK_MILLIS);
        return live;
    }

    private void repeat(Runnable task, long millis) {
        var unused = clocks.scheduleWithFixedDelay(
                () -> {
                    try {
                        task.run();
                    } catch (RuntimeException e) {
                        // The clock would stand still.
                        log.error(
                                "LIVE_VALUES_WAIT: live values were not looked after; they are again after a moment",
                                e);
                    }
                },
                millis,
                millis,
                TimeUnit.MILLISECONDS);
    }

    private void changed(EntityRef ref) {
        if (!streams.isEmpty()) {
            log.trace("{} has changed", ref);
            changed.set(true);
        }
    }

    /**
     * Opens a stream; whoever opens it attaches a client, see {@link ServletOutput}.
     *
     * @throws ModelException if a thing is not there, or may not be known of
     * @throws LiveException if the stream cannot be
     */
    public LiveStream open(LiveRequest request) throws ModelException, LiveException {
        Map<String, Heard> found = selection.of(request);
        if (request.lastEventId().isEmpty()) {
            selection.requireWhole(request, found);
        }
        LiveStream stream = new LiveStream(request, settings, metrics, retryMillis(), this::closed);
        admit(stream);
        stream.greet();
        renew(stream, found);
        return stream;
    }

    /** So that not all clients of a node that has gone come to the next one at once. */
    private static int retryMillis() {
        return ThreadLocalRandom.current().nextInt(SHORTEST_RETRY_MILLIS, LONGEST_RETRY_MILLIS);
    }

    private void admit(LiveStream stream) throws LiveException {
        String user = stream.request().principal().user();
        synchronized (ofUsers) {
            if (closing) {
                throw new LiveException(LiveException.Kind.UNAVAILABLE, "the node is stopping");
            }
            if (streams.size() >= settings.mostStreams()) {
                metrics.refused.increment();
                throw new LiveException(
                        LiveException.Kind.UNAVAILABLE,
                        "this node has " + streams.size() + " streams open, which is all that MostStreams allows");
            }
            int count = ofUsers.getOrDefault(user, 0);
            if (count >= settings.mostStreamsOfUser()) {
                metrics.refused.increment();
                throw new LiveException(
                        LiveException.Kind.TOO_MANY_OF_USER,
                        user + " has " + count
                                + " streams open at this node, which is all that MostStreamsOfUser allows; end one of them");
            }
            ofUsers.put(user, count + 1);
            streams.add(stream);
        }
    }

    private void closed(LiveStream stream) {
        synchronized (ofUsers) {
            if (streams.remove(stream)) {
                ofUsers.computeIfPresent(
                        stream.request().principal().user(), (user, count) -> count == 1 ? null : count - 1);
            }
            ofUsers.notifyAll();
        }
        watches.leave(stream, stream.thingIds());
    }

    /** Makes a stream be about what was found for it. */
    private void renew(LiveStream stream, Map<String, Heard> found) {
        boolean isNews = false;
        // What is watched for a stream is what it is about, also where it is opened and checked at the same time.
        synchronized (stream.renewal()) {
            List<Long> before = stream.thingIds();
            List<Heard> anew = stream.renew(found);
            Collection<Long> now = stream.thingIds();
            watches.leave(
                    stream, before.stream().filter(id -> !now.contains(id)).toList());
            for (Heard heard : anew) {
                isNews |= watches.watch(stream, heard.thing(), heard.properties());
            }
        }
        if (isNews) {
            rumours.announce();
        }
        // Whoever closed it meanwhile has not seen what is watched since.
        if (stream.isClosed()) {
            watches.leave(stream, stream.thingIds());
        }
    }

    private void pulse() {
        long now = System.nanoTime();
        watches.retry();
        if (now - lastRead > settings.readAgain().toNanos()) {
            lastRead = now;
            watches.readAll();
            rumours.announce();
        }
        OptionalLong failing = watches.failingSince();
        boolean isAway = failing.isPresent() && now - failing.getAsLong() > PATIENCE.toNanos();
        for (LiveStream stream : streams) {
            if (isAway) {
                stream.finish(Ending.UNAVAILABLE);
            }
            stream.pulse(now);
        }
    }

    /** Whether each stream may still tell what it tells. */
    private void check() {
        boolean isAll = changed.getAndSet(false);
        for (LiveStream stream : streams) {
            if (isAll
                    || System.nanoTime() - stream.checked()
                            > settings.rightsCheck().toNanos()) {
                check(stream);
            }
        }
    }

    private void check(LiveStream stream) {
        try {
            if (stream.request().credential().stands()) {
                renew(stream, selection.of(stream.request()));
            } else {
                stream.finish(Ending.UNAUTHORIZED);
            }
        } catch (LiveException e) {
            stream.finish(Ending.TOO_LARGE);
        } catch (ModelException | LoginException e) {
            log.debug("The rights of a stream cannot be checked now", e);
            // Looked at again with the next check.
            if (System.nanoTime() - stream.checked() > PATIENCE.toNanos()) {
                stream.finish(Ending.UNAVAILABLE);
            }
        }
    }

    /** Ends all streams with a last event, and takes no new ones. Waits a moment until that was sent. */
    @Override
    public void close() throws InterruptedException {
        synchronized (ofUsers) {
            closing = true;
        }
        streams.forEach(stream -> stream.finish(Ending.STOPPING));
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSING_MILLIS);
        synchronized (ofUsers) {
            while (!streams.isEmpty() && System.nanoTime() < end) {
                ofUsers.wait(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
            }
        }
    }

    /** Ends its threads. */
    public void stop() {
        streams.forEach(LiveStream::lost);
        clocks.shutdownNow();
        telling.shutdown();
        sending.shutdown();
    }
}
