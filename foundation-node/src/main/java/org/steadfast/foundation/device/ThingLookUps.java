package org.steadfast.foundation.device;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Thing;

/**
 * Finds the things that messages are for. A thing that is in memory is found at once; any other is looked up by a thread that may
 * wait for the database, while messages for it wait here, in their order, and messages for other things go on. What waits too
 * long, or is too much, is refused. Safe for use by several threads.
 */
final class ThingLookUps implements AutoCloseable {
    private static final int THREADS = 4;
    private static final int MOST_NAMES = 10_000;
    private static final long SWEEP_MILLIS = 100;

    private final Finder finder;
    private final Duration deadline;
    private final long mostBytes;
    private final ThreadPoolExecutor lookingUp = new ThreadPoolExecutor(
            THREADS,
            THREADS,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_NAMES),
            task -> new Thread(task, "thing-look-ups"));
    private final ScheduledExecutorService sweeper =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "look-up-deadlines"));
    /**
     * Messages that wait, by the name that is looked up: filled by the links' readers, emptied by look-ups and the sweeper. There is
     * an entry for as long as a look-up goes on. Guarded by this.
     */
    private final Map<String, Deque<Waiting>> waiting = new HashMap<>();
    /** Bytes of what waits; guarded by this. */
    private long bytes;

    /**
     * Starts the threads.
     *
     * @param deadline how long a message may wait for its thing
     * @param mostBytes bytes of messages that may wait
     */
    ThingLookUps(Finder finder, Duration deadline, long mostBytes) {
        this.finder = finder;
        this.deadline = deadline;
        this.mostBytes = mostBytes;
        var unused =
                sweeper.scheduleWithFixedDelay(this::refuseExpired, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Where things are found. */
    interface Finder {
        /** Without waiting for anything; empty where that is not known. */
        Optional<Thing> inMemory(String name);

        /** Wherever it is. */
        Thing require(String name) throws ModelException;
    }

    /** What else must be known before a message can be answered. */
    interface Preparation {
        /** Nothing. */
        Preparation NONE = new Preparation() {
            @Override
            public boolean isDone(Thing thing) {
                return true;
            }

            @Override
            public void make(Thing thing) {}
        };

        /** Without waiting for anything. */
        boolean isDone(Thing thing);

        /** Wherever it is. */
        void make(Thing thing) throws ModelException;
    }

    /** A message; whoever takes it out of its queue answers it. */
    private record Waiting(
            long since,
            long bytes,
            Preparation preparation,
            Function<Thing, CompletableFuture<DeviceReply>> work,
            CompletableFuture<DeviceReply> reply) {

        void goOn(Thing thing) {
            CompletableFuture<DeviceReply> made;
            try {
                preparation.make(thing);
                made = work.apply(thing);
            } catch (ModelException | RuntimeException e) {
                reply.completeExceptionally(e);
                return;
            }
            CompletableFuture<DeviceReply> unused = made.whenComplete((answer, failure) -> {
                if (failure == null) {
                    reply.complete(answer);
                } else {
                    reply.completeExceptionally(failure);
                }
            });
        }
    }

    /**
     * Does something with a thing, now or when it is found. For one name in the order of calls.
     *
     * @param messageBytes what is held until then
     * @return the answer; fails with a {@link ModelException} where there is no thing, or it cannot be found in time
     */
    CompletableFuture<DeviceReply> with(
            String name, long messageBytes, Function<Thing, CompletableFuture<DeviceReply>> work) {
        return with(name, messageBytes, Preparation.NONE, work);
    }

    /** Like the other one, with what else must be known first. */
    CompletableFuture<DeviceReply> with(
            String name,
            long messageBytes,
            Preparation preparation,
            Function<Thing, CompletableFuture<DeviceReply>> work) {
        CompletableFuture<DeviceReply> reply = new CompletableFuture<>();
        synchronized (this) {
            Deque<Waiting> queue = waiting.get(name);
            if (queue != null
                    || finder.inMemory(name).filter(preparation::isDone).isEmpty()) {
                if (bytes + messageBytes > mostBytes) {
                    return refused("too many messages wait for their things to be looked up");
                }
                if (queue == null) {
                    try {
                        lookingUp.execute(() -> lookUp(name));
                    } catch (RejectedExecutionException e) {
                        return refused("too many things are looked up at once");
                    }
                    queue = new ArrayDeque<>();
                    waiting.put(name, queue);
                }
                queue.add(new Waiting(System.nanoTime(), messageBytes, preparation, work, reply));
                bytes += messageBytes;
                return reply;
            }
        }
        return finder.inMemory(name).map(work).orElseGet(() -> with(name, messageBytes, preparation, work));
    }

    /** How many messages wait. */
    synchronized int waiting() {
        return waiting.values().stream().mapToInt(Deque::size).sum();
    }

    private static CompletableFuture<DeviceReply> refused(String why) {
        return CompletableFuture.failedFuture(new ModelException(ModelException.Kind.UNAVAILABLE, why));
    }

    private void lookUp(String name) {
        Thing thing;
        try {
            thing = finder.require(name);
        } catch (ModelException | RuntimeException e) {
            forEachWaiting(name, message -> message.reply().completeExceptionally(e));
            return;
        }
        forEachWaiting(name, message -> message.goOn(thing));
    }

    /** Those included that come meanwhile; after the last one the next message need not wait any more. */
    private void forEachWaiting(String name, Consumer<Waiting> action) {
        while (true) {
            Waiting message;
            synchronized (this) {
                message = waiting.get(name).poll();
                if (message == null) {
                    waiting.remove(name);
                    return;
                }
                bytes -= message.bytes();
            }
            action.accept(message);
        }
    }

    private void refuseExpired() {
        List<Waiting> expired = new ArrayList<>();
        long now = System.nanoTime();
        synchronized (this) {
            for (Deque<Waiting> queue : waiting.values()) {
                for (Iterator<Waiting> it = queue.iterator(); it.hasNext(); ) {
                    Waiting message = it.next();
                    if (now - message.since() <= deadline.toNanos()) {
                        break;
                    }
                    it.remove();
                    bytes -= message.bytes();
                    expired.add(message);
                }
            }
        }
        ModelException late = new ModelException(
                ModelException.Kind.UNAVAILABLE,
                "the thing could not be looked up within " + deadline.toMillis() + " ms");
        expired.forEach(message -> message.reply().completeExceptionally(late));
    }

    @Override
    public void close() {
        sweeper.shutdownNow();
        lookingUp.shutdownNow();
    }
}
