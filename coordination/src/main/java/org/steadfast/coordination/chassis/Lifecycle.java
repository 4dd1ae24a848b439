package org.steadfast.coordination.chassis;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was started, so that it can be stopped in reverse order, once, whoever asks. A step that fails to stop does not keep the
 * others from stopping. Safe for use by several threads.
 */
public final class Lifecycle {
    private static final Logger log = LoggerFactory.getLogger(Lifecycle.class);

    /** Written by the starting thread and taken by the one that stops; guarded by itself. */
    private final Deque<Step> steps = new ArrayDeque<>();

    private final CountDownLatch stopped = new CountDownLatch(1);
    /** Guarded by {@link #steps}. */
    private boolean stopping;

    /** Something that stops. */
    @FunctionalInterface
    public interface Stop {
        void stop() throws Exception;
    }

    private record Step(String name, Stop stop) {}

    /**
     * Remembers how to stop what was just started.
     *
     * @param name for the log, such as "REST API"
     * @throws IllegalStateException if stopping has begun; what was started is stopped first
     */
    public void onStop(String name, Stop stop) {
        synchronized (steps) {
            if (!stopping) {
                steps.push(new Step(name, stop));
                return;
            }
        }
        run(new Step(name, stop));
        throw new IllegalStateException("the node is stopping");
    }

    /** Stops everything in reverse order. The first caller does it; later ones wait until it is done. */
    public void stop() {
        synchronized (steps) {
            if (stopping) {
                awaitQuietly();
                return;
            }
            stopping = true;
        }
        try {
            while (true) {
                Step step;
                synchronized (steps) {
                    step = steps.poll();
                }
                if (step == null) {
                    return;
                }
                run(step);
            }
        } finally {
            stopped.countDown();
        }
    }

    /** Waits until everything has stopped. */
    public void awaitStopped() throws InterruptedException {
        stopped.await();
    }

    /** Waits until everything has stopped or the time is over; true where it has stopped. An interrupt ends the waiting. */
    public boolean awaitStopped(long time, TimeUnit unit) {
        try {
            return stopped.await(time, unit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void awaitQuietly() {
        boolean interrupted = false;
        while (stopped.getCount() > 0) {
            try {
                steps.wait(100);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Runs a step in full also in a thread that is interrupted; the interrupt waits until it is done. */
    private static void run(Step step) {
        long start = System.nanoTime();
        boolean interrupted = Thread.interrupted();
        try {
            step.stop().stop();
            log.info("Stopped {} in {} ms", step.name(), (System.nanoTime() - start) / 1_000_000);
        } catch (InterruptedException e) {
            interrupted = true;
            log.warn("STOP_INCOMPLETE: interrupted while stopping {}", step.name());
        } catch (Throwable e) {
            // Errors too: what was started before this step still has to stop.
            log.warn("STOP_INCOMPLETE: stopping {} failed; the other steps go on", step.name(), e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
