package org.steadfast.foundation.scheduler;

import io.micrometer.core.instrument.MeterRegistry;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.coordination.lease.Standing;
import org.steadfast.coordination.membership.CoordinatorClient;
import org.steadfast.coordination.membership.Election;
import org.steadfast.foundation.cluster.SingletonRole;
import org.steadfast.foundation.event.FireSink;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.sharedstate.NodeMessages;
import org.steadfast.persistence.store.ScheduleStore;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.WriterId;

/**
 * Stands for election as the singleton, and fires what is due while this node is elected and holds its lease. That two nodes may take
 * themselves for elected at the same time does no harm: the database lets the later one alone claim anything. Safe for use by several
 * threads.
 */
public final class Singleton implements SingletonRole, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Singleton.class);
    private static final String TOPIC = "singleton";
    private static final long LONGEST_WAIT_MILLIS = 250;
    private static final long PAUSE_MILLIS = 250;
    private static final long PATIENCE_MILLIS = 5_000;
    private static final long RELEASE_POLL_MILLIS = 20;
    /** So long this node keeps the role while it cannot fire; another one may be able to. */
    private static final long LONGEST_AWAY_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Around around;
    private final SchedulerSettings settings;
    private final SchedulerMetrics metrics;
    private final ClockSkew skew;
    private final ModelChanges changes = new ModelChanges();
    private final Thread thread = new Thread(this::run, "singleton");
    /** What the thread waits for: given by whoever has something for it to do. */
    private final Semaphore news = new Semaphore(0);

    private final Election election;
    /** The epoch under which this node fires; 0 while it does not. Written by the thread. */
    private volatile long epoch;
    /** Since when nothing could be fired, by {@link System#nanoTime()}; 0 while it can be. Used by the thread alone. */
    private long awaySince;

    private volatile boolean stopping;

    private Singleton(Around around, SchedulerSettings settings) {
        this.around = around;
        this.settings = settings;
        this.election = new Election(
                around.coordinator(), Election.SINGLETON, around.writer().node(), news::release);
        this.metrics = new SchedulerMetrics(around.registry());
        this.skew = new ClockSkew(around.store(), around.clock(), settings.skewWarning(), around.registry());
    }

    /** What the singleton needs of the node. */
    public record Around(
            CoordinatorClient coordinator,
            Standing standing,
            ScheduleStore store,
            WriterId writer,
            Model model,
            FireSink events,
            NodeMessages messages,
            MeterRegistry registry,
            Clock clock) {}

    /** One that does not stand for election yet. */
    public static Singleton of(Around around, SchedulerSettings settings) {
        return new Singleton(around, settings);
    }

    /** Stands for election from now on. */
    public void start() throws Exception {
        around.model().onChange(this::changed);
        around.messages()
                .listen(
                        TOPIC,
                        (sender, message) -> release(ByteBuffer.wrap(message).getLong()));
        // Whoever was lost may have changed something without telling it.
        around.messages().onGone(node -> changes.addAll());
        skew.start();
        election.enter();
        thread.start();
    }

    private void changed(EntityRef ref) {
        if (changes.add(ref)) {
            news.release();
        }
    }

    private boolean mayFire() {
        return !stopping && election.isElected() && around.standing().isHeld();
    }

    private void run() {
        try {
            while (!stopping) {
                try {
                    step();
                } catch (Error e) {
                    // The role must not stay with a node whose thread has ended.
                    log.error(
                            "SCHEDULES_WAIT: this node cannot fire timers and schedulers, and lets another one try", e);
                    giveUp();
                    pause();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void step() throws InterruptedException {
        if (mayFire()) {
            lead();
        } else {
            awaySince = 0;
        }
        await(LONGEST_WAIT_MILLIS);
    }

    private void lead() throws InterruptedException {
        try {
            Leadership leadership = Leadership.take(
                    around.store(),
                    around.writer(),
                    around.model(),
                    around.events(),
                    changes,
                    metrics,
                    settings.misfireThreshold().toMillis());
            epoch = leadership.epoch();
            metrics.leads(true);
            log.info("This node is the singleton, epoch {}", leadership.epoch());
            fire(leadership);
            log.info("This node is the singleton no more, epoch {}", leadership.epoch());
        } catch (StoreException | RuntimeException e) {
            away(e);
        } finally {
            epoch = 0;
            changes.end();
            metrics.leads(false);
        }
    }

    private void fire(Leadership leadership) throws InterruptedException {
        while (mayFire()) {
            try {
                long idle = leadership.turn(LONGEST_WAIT_MILLIS);
                if (awaySince != 0) {
                    log.info("Timers and schedulers fire again");
                    awaySince = 0;
                }
                if (idle > 0) {
                    await(idle);
                }
            } catch (StoreException e) {
                if (e.kind() == StoreException.Kind.FENCED) {
                    log.warn("SINGLETON_LOST: {}", e.getMessage());
                    return;
                }
                away(e);
            } catch (ModelException | HeldUpException | RuntimeException e) {
                away(e);
            }
        }
    }

    private void away(Exception failure) throws InterruptedException {
        long now = System.nanoTime();
        if (awaySince == 0) {
            awaySince = now;
            log.warn("SCHEDULES_WAIT: timers and schedulers cannot be fired now", failure);
        } else if (now - awaySince > LONGEST_AWAY_NANOS) {
            awaySince = now;
            log.warn(
                    "SCHEDULES_WAIT: this node cannot fire timers and schedulers, and lets another one try: {}",
                    failure.getMessage());
            giveUp();
        }
        pause();
    }

    private void await(long millis) throws InterruptedException {
        if (news.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
            // However often it was given, all of it is looked at now.
            news.drainPermits();
        }
    }

    private static void pause() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }

    @Override
    public Optional<String> elected() throws Exception {
        return election.elected();
    }

    @Override
    public boolean isHere() {
        return epoch != 0;
    }

    @Override
    public Optional<String> release() throws StoreException, InterruptedException {
        long before =
                around.store().leadership().map(ScheduleStore.Leadership::epoch).orElse(0L);
        byte[] message = ByteBuffer.allocate(Long.BYTES).putLong(before).array();
        around.messages().others().forEach(node -> around.messages().send(node, TOPIC, message));
        release(before);
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        while (System.nanoTime() < end) {
            Optional<ScheduleStore.Leadership> now = around.store().leadership();
            if (now.isPresent() && now.get().epoch() > before) {
                return Optional.of(now.get().node());
            }
            TimeUnit.MILLISECONDS.sleep(RELEASE_POLL_MILLIS);
        }
        return Optional.empty();
    }

    /** Gives the role up where this node has it under that epoch; one who has it since then is not meant. */
    private void release(long until) {
        long mine = epoch;
        if (mine != 0 && mine <= until) {
            giveUp();
        }
    }

    private void giveUp() {
        if (election.isElected()) {
            // Not by the thread that brings messages, which must not wait for the coordinator.
            Thread releasing = new Thread(
                    () -> {
                        try {
                            election.giveUp();
                        } catch (Exception e) {
                            log.warn("SINGLETON_STAYS: the singleton role cannot be given up now: {}", e.getMessage());
                        }
                    },
                    "singleton-release");
            releasing.start();
        }
    }

    /** Gives the role up at once, for good. */
    @Override
    public void close() throws Exception {
        stopping = true;
        news.release();
        thread.join(PATIENCE_MILLIS);
        if (thread.isAlive()) {
            thread.interrupt();
        }
        election.close();
        skew.close();
    }
}
