package org.steadfast.foundation.event;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.foundation.sharedstate.NodeMessages;
import org.steadfast.protocol.wire.CodecException;

/**
 * Brings events to the nodes that own the things which subscribe. Those for one thing go one after the other: the next ones leave
 * when the owner has answered for those before. Where the owner is lost, or cannot run them now, they go again, to whoever owns the
 * thing then. Safe for use by several threads.
 */
final class Deliveries {
    private static final Logger log = LoggerFactory.getLogger(Deliveries.class);
    private static final String TOPIC = "subscriptions";
    private static final int MOST_IN_BATCH = 100;
    private static final int MOST_BYTES_IN_BATCH = 1 << 20;
    private static final long PAUSE_MILLIS = 500;
    private static final long ASK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** How long attempts may bring nothing: about as long as shared state may take to come back. */
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(5);

    private final NodeMessages messages;
    private final SubscriptionRuns runs;
    private final RunBatches batches;
    /** What waits or is on its way, by number of the thing that subscribes; guarded by this. */
    private final Map<Long, Line> lines = new HashMap<>();
    /** Guarded by this. */
    private long lastBatch;

    private volatile boolean stopping;

    Deliveries(NodeMessages messages, SubscriptionRuns runs) {
        this.messages = messages;
        this.runs = runs;
        this.batches = new RunBatches(runs);
    }

    /** What waits for one thing. Guarded by the deliveries. */
    private static final class Line {
        final Deque<Delivery> waiting = new ArrayDeque<>();
        /** Number of the batch on its way; 0 where none is. */
        long batch;
        /** Where it went. */
        UUID owner;
        /** What went there, and when last, by {@link System#nanoTime()}; empty where it is this node. */
        byte[] message = {};

        long sentAt;

        /** Since when attempts have brought nothing, by {@link System#nanoTime()}; 0 where the last one did. */
        long stuckSince;
        /** Whether the next attempt has been arranged for. */
        boolean pausing;
    }

    void start() {
        messages.listen(TOPIC, this::receive);
        messages.onGone(this::gone);
    }

    /** Puts an event at the end of its thing's line. */
    void add(Delivery delivery) {
        synchronized (this) {
            lines.computeIfAbsent(delivery.thingId(), thing -> new Line())
                    .waiting
                    .add(delivery);
        }
        send(delivery.thingId());
    }

    /** Sends what is first in a line, where nothing of it is on its way. */
    private void send(long thingId) {
        RunMessage.Run run;
        UUID owner;
        byte[] message;
        synchronized (this) {
            Line line = lines.get(thingId);
            if (line == null || line.batch != 0 || line.pausing || stopping) {
                return;
            }
            try {
                owner = messages.ownerOf(thingId);
            } catch (RuntimeException e) {
                log.debug("Nobody owns thing {} now", thingId, e);
                pause(thingId, line);
                return;
            }
            line.batch = ++lastBatch;
            line.owner = owner;
            run = new RunMessage.Run(line.batch, thingId, line.waiting.element().thing(), first(line));
            line.message = owner.equals(messages.self()) ? new byte[0] : run.encode();
            line.sentAt = System.nanoTime();
            message = line.message;
        }
        if (owner.equals(messages.self())) {
            var unused = runs.run(run).whenComplete((count, failure) -> {
                if (failure != null) {
                    log.warn("SUBSCRIPTION_WAITS: subscriptions of {} could not be run", run.thing(), failure);
                }
                ran(new RunMessage.Ran(run.batch(), thingId, failure == null ? count : 0));
            });
        } else if (!messages.send(owner, TOPIC, message)) {
            ran(new RunMessage.Ran(run.batch(), thingId, 0));
        }
    }

    private static List<RunMessage.Call> first(Line line) {
        List<RunMessage.Call> calls = new ArrayList<>();
        long bytes = 0;
        for (Delivery delivery : line.waiting) {
            bytes += delivery.event().length;
            if (!calls.isEmpty() && (bytes > MOST_BYTES_IN_BATCH || calls.size() == MOST_IN_BATCH)) {
                break;
            }
            calls.add(new RunMessage.Call(delivery.subscription(), delivery.event()));
        }
        return calls;
    }

    private void receive(UUID sender, byte[] bytes) {
        RunMessage message;
        try {
            message = RunMessage.decode(bytes);
        } catch (CodecException e) {
            throw new IllegalStateException("a node sent what this one does not understand", e);
        }
        if (message instanceof RunMessage.Run run) {
            batches.run(
                    sender,
                    run,
                    count -> messages.send(
                            sender, TOPIC, new RunMessage.Ran(run.batch(), run.thingId(), count).encode()));
        } else {
            ran((RunMessage.Ran) message);
        }
    }

    private void ran(RunMessage.Ran answer) {
        List<Delivery> done = new ArrayList<>();
        List<Delivery> givenUp = new ArrayList<>();
        synchronized (this) {
            Line line = lines.get(answer.thingId());
            if (line == null || line.batch != answer.batch()) {
                // An answer that comes after its batch was sent again.
                return;
            }
            line.batch = 0;
            line.message = new byte[0];
            notifyAll();
            for (int i = 0; i < answer.count(); i++) {
                done.add(line.waiting.remove());
            }
            if (line.waiting.isEmpty()) {
                lines.remove(answer.thingId());
            } else if (answer.count() > 0) {
                line.stuckSince = 0;
            } else if (isPatient(line)) {
                pause(answer.thingId(), line);
            } else {
                // Those behind it may have nothing to do with what is wrong.
                givenUp.add(line.waiting.remove());
                line.stuckSince = 0;
                if (line.waiting.isEmpty()) {
                    lines.remove(answer.thingId());
                }
            }
        }
        done.forEach(delivery -> delivery.occurrence().heard());
        givenUp.forEach(delivery -> delivery.occurrence().giveUp());
        send(answer.thingId());
    }

    /** Called with this locked, after an attempt that brought nothing. */
    private static boolean isPatient(Line line) {
        long now = System.nanoTime();
        if (line.stuckSince == 0) {
            line.stuckSince = now;
        }
        return now - line.stuckSince < PATIENCE_NANOS;
    }

    /** Called with this locked. */
    private void pause(long thingId, Line line) {
        line.pausing = true;
        CompletableFuture.delayedExecutor(PAUSE_MILLIS, TimeUnit.MILLISECONDS).execute(() -> {
            synchronized (this) {
                line.pausing = false;
            }
            send(thingId);
        });
    }

    private void gone(UUID node) {
        List<RunMessage.Ran> lost = new ArrayList<>();
        synchronized (this) {
            lines.forEach((thing, line) -> {
                if (line.batch != 0 && node.equals(line.owner)) {
                    lost.add(new RunMessage.Ran(line.batch, thing, 0));
                }
            });
        }
        // Not by the thread that tells of the loss, which everybody waits for.
        var unused = CompletableFuture.runAsync(() -> lost.forEach(this::ran));
    }

    /**
     * Asks again for what was not answered in a while: a node that has just joined may own things before it listens, and what it did
     * not hear it cannot answer. It runs a batch once, however often it is asked.
     */
    void askAgain() {
        long now = System.nanoTime();
        Map<UUID, List<byte[]>> unanswered = new HashMap<>();
        synchronized (this) {
            for (Line line : lines.values()) {
                if (line.batch != 0 && line.message.length > 0 && now - line.sentAt > ASK_AGAIN_NANOS) {
                    line.sentAt = now;
                    unanswered
                            .computeIfAbsent(line.owner, owner -> new ArrayList<>())
                            .add(line.message);
                }
            }
        }
        unanswered.forEach((owner, all) -> all.forEach(message -> messages.send(owner, TOPIC, message)));
    }

    /** Sends nothing more, and waits for the answers to what was sent, which others would do again otherwise. */
    synchronized void close(Duration patience) throws InterruptedException {
        stopping = true;
        long end = System.nanoTime() + patience.toNanos();
        while (lines.values().stream().anyMatch(line -> line.batch != 0)) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return;
            }
            wait(left);
        }
    }
}
