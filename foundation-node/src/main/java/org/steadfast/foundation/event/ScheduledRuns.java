package org.steadfast.foundation.event;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.schedule.ScheduleKind;
import org.steadfast.persistence.store.ScheduleRunStore;
import org.steadfast.persistence.store.ScheduleRunStore.Ended;
import org.steadfast.persistence.store.ScheduleRunStore.Outcome;
import org.steadfast.persistence.store.ScheduleRunStore.RunKey;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.WriterId;

/**
 * Sees to it that what a schedule starts runs once: it is written down before it begins, and whoever finds it written down leaves it
 * alone. An event may be brought a second time when a node is lost; what has run of it is not known then. How runs have ended is written
 * down later, by a thread, and again until it succeeds: nothing depends on it. Safe for use by several threads.
 */
final class ScheduledRuns {
    private static final Logger log = LoggerFactory.getLogger(ScheduledRuns.class);
    private static final int MOST_WAITING = 20_000;
    private static final int MOST_AT_ONCE = 500;
    private static final long IDLE_MILLIS = 100;
    private static final long PAUSE_MILLIS = 500;

    private static final int MOST_UNSURE = 10_000;
    private static final Set<String> EVENTS =
            Arrays.stream(ScheduleKind.values()).map(ScheduleKind::event).collect(Collectors.toUnmodifiableSet());

    private final ScheduleRunStore store;
    private final WriterId runner;
    private final Thread thread = new Thread(this::write, "schedule-runs");
    /** Filled by those who run, emptied by the thread; bounded, and guards itself. */
    private final BlockingQueue<Ended> ended = new ArrayBlockingQueue<>(MOST_WAITING);

    /**
     * Runs of which the database has not said whether they are written down: this node has not begun them. Used by those who run;
     * Caffeine guards it.
     */
    private final Cache<RunKey, Boolean> unsure =
            Caffeine.newBuilder().maximumSize(MOST_UNSURE).build();

    private volatile boolean stopping;

    ScheduledRuns(ScheduleRunStore store, WriterId runner) {
        this.store = store;
        this.runner = runner;
    }

    void start() {
        thread.start();
    }

    /**
     * Begins a run.
     *
     * @return empty where it must not run, because it has been begun before
     */
    Optional<ScheduledRun> begin(Thing subscriber, String subscription, Event event) throws StoreException {
        // Whether it is a schedule's the database knows, also of one that is no more.
        if (!EVENTS.contains(event.name())) {
            return Optional.of(ScheduledRun.OF_NO_SCHEDULE);
        }
        RunKey key = new RunKey(event.sourceId(), event.time(), subscriber.id(), subscription);
        ScheduleRunStore.Start start;
        try {
            start = store.begin(key, subscriber.name(), runner);
        } catch (StoreException e) {
            unsure.put(key, true);
            throw e;
        }
        boolean wasUnsure = unsure.asMap().remove(key) != null;
        return switch (start) {
            case NO_FIRE -> Optional.of(ScheduledRun.OF_NO_SCHEDULE);
            case BEGUN -> Optional.of(new Recorded(key));
            case BEGUN_BY_RUNNER -> wasUnsure ? Optional.of(new Recorded(key)) : Optional.empty();
            case BEGUN_BEFORE -> Optional.empty();
        };
    }

    private final class Recorded implements ScheduledRun {
        private final RunKey key;
        private final long begun = System.nanoTime();

        Recorded(RunKey key) {
            this.key = key;
        }

        @Override
        public boolean isOnce() {
            return true;
        }

        @Override
        public void succeeded() {
            end(Outcome.SUCCEEDED, "");
        }

        @Override
        public void failed(String why) {
            end(Outcome.FAILED, why);
        }

        private void end(Outcome outcome, String error) {
            if (!ended.offer(new Ended(key, outcome, error, (System.nanoTime() - begun) / 1_000_000))) {
                log.warn("RUN_NOT_RECORDED: {} of {} has {} {}", key.subscription(), key.fireTime(), outcome, error);
            }
        }

        @Override
        public void withdraw() {
            try {
                store.withdraw(key, runner);
            } catch (StoreException e) {
                log.warn(
                        "RUN_NOT_WITHDRAWN: {} of {} was not begun, and will not be",
                        key.subscription(),
                        key.fireTime(),
                        e);
            }
        }
    }

    private void write() {
        List<Ended> batch = new ArrayList<>();
        try {
            while (!stopping || !ended.isEmpty() || !batch.isEmpty()) {
                if (batch.isEmpty()) {
                    Ended first = ended.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
                    if (first == null) {
                        continue;
                    }
                    batch.add(first);
                    ended.drainTo(batch, MOST_AT_ONCE - 1);
                }
                if (write(batch)) {
                    batch.clear();
                } else {
                    TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return false where it is to be tried again */
    private boolean write(List<Ended> batch) {
        try {
            store.end(runner, batch);
            return true;
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.UNAVAILABLE) {
                log.debug("The ends of {} runs cannot be written down now", batch.size(), e);
                return false;
            }
            log.error("RUN_NOT_RECORDED: the ends of {} runs cannot be written down", batch.size(), e);
            return true;
        } catch (RuntimeException e) {
            // Without this thread no end would be written down any more.
            log.error("RUN_NOT_RECORDED: the ends of {} runs cannot be written down", batch.size(), e);
            return true;
        }
    }

    /** Writes what waits, then ends. */
    void close(Duration patience) throws InterruptedException {
        stopping = true;
        thread.join(patience.toMillis());
        if (thread.isAlive()) {
            thread.interrupt();
        }
    }
}
