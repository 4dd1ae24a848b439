package org.steadfast.foundation.script;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.steadfast.coordination.chassis.Correlation;
import org.steadfast.foundation.service.ServiceException;

/** The threads that run scripts, and those scripts that wait for one. Safe for use by several threads. */
final class ScriptPool implements AutoCloseable {
    /** The language's own functions call each other on the thread's stack. */
    private static final long STACK_BYTES = 16L << 20;
    /** By so much later than the script's own end whoever waits for it is answered in any case. */
    private static final Duration AFTER_TIMEOUT = Duration.ofSeconds(1);

    private final ScriptSettings settings;
    private final Heap heap;
    private final ThreadPoolExecutor threads;
    private final ScriptMetrics metrics;
    /** Of scripts that run; each is put and removed by its thread, and {@link #close} reads them. */
    private final Set<Bounds> running = ConcurrentHashMap.newKeySet();

    ScriptPool(ScriptSettings settings, Heap heap, MeterRegistry registry) {
        this.settings = settings;
        this.heap = heap;
        this.threads = new ThreadPoolExecutor(
                settings.threads(),
                settings.threads(),
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(settings.mostWaiting()),
                task -> new Thread(null, task, "scripts", STACK_BYTES));
        this.metrics = new ScriptMetrics(registry, threads.getQueue(), running);
    }

    /** What a thread does. */
    @FunctionalInterface
    interface Work<T> {
        T done(Bounds bounds) throws Exception;
    }

    /**
     * Has it done by one of the threads.
     *
     * @param what begins messages, such as {@code Unable to Invoke Service S on T}
     * @return fails with a {@link ServiceException}
     */
    <T> CompletableFuture<T> submit(String what, Work<T> work) throws ServiceException {
        Job<T> job =
                new Job<>(what, work, System.nanoTime() + settings.timeout().toNanos());
        try {
            threads.execute(job);
        } catch (RejectedExecutionException e) {
            metrics.refused();
            throw new ServiceException(
                    ServiceException.Kind.NO_ROOM,
                    what + " : " + settings.mostWaiting() + " scripts are waiting already; nothing was done",
                    e);
        }
        return job.result
                .orTimeout(settings.timeout().plus(AFTER_TIMEOUT).toMillis(), TimeUnit.MILLISECONDS)
                .exceptionallyCompose(failure ->
                        CompletableFuture.failedFuture(failure instanceof TimeoutException ? job.tooLate() : failure));
    }

    private final class Job<T> implements Runnable {
        private final String what;
        private final Work<T> work;
        private final long deadline;
        private final long submitted = System.nanoTime();
        /** Of who wants it done. */
        private final String correlation = Correlation.current();

        private final CompletableFuture<T> result = new CompletableFuture<>();
        /** Set once, by the thread that begins it or by what gives it up before; whoever comes second leaves it alone. */
        private final AtomicReference<Fate> fate = new AtomicReference<>(Fate.WAITING);

        Job(String what, Work<T> work, long deadline) {
            this.what = what;
            this.work = work;
            this.deadline = deadline;
        }

        @Override
        public void run() {
            try (Correlation.Scope scope = Correlation.of(correlation)) {
                begin();
            }
        }

        private void begin() {
            long begun = System.nanoTime();
            metrics.begun(begun - submitted);
            if (deadline - begun <= 0) {
                refuse(noRoom());
                return;
            }
            if (!fate.compareAndSet(Fate.WAITING, Fate.BEGUN)) {
                return;
            }
            Bounds bounds =
                    new Bounds(deadline, settings.timeout().toMillis(), (long) settings.memoryMegabytes() << 20, heap);
            running.add(bounds);
            try {
                T done = work.done(bounds);
                metrics.ended(ScriptMetrics.Outcome.DONE, System.nanoTime() - begun);
                result.complete(done);
            } catch (Exception | ScriptStopped | StackOverflowError e) {
                ServiceException answer = ScriptFailure.toAnswer(what, e);
                metrics.ended(
                        ScriptMetrics.Outcome.of(e instanceof ScriptStopped ? e : answer), System.nanoTime() - begun);
                result.completeExceptionally(answer);
            } finally {
                running.remove(bounds);
            }
        }

        void refuse(String why) {
            if (fate.compareAndSet(Fate.WAITING, Fate.GIVEN_UP)) {
                result.completeExceptionally(unavailable(why));
            }
        }

        /** What is answered after the time is over: whoever asks again must know whether anything was begun. */
        ServiceException tooLate() {
            boolean hasBegun = !fate.compareAndSet(Fate.WAITING, Fate.GIVEN_UP) && fate.get() == Fate.BEGUN;
            return hasBegun
                    ? new ServiceException(ServiceException.Kind.FAILED, what + " : the script cannot be ended in time")
                    : unavailable(noRoom());
        }

        private String noRoom() {
            return "no room for the script within " + settings.timeout().toMillis() + " ms; nothing was done";
        }

        private ServiceException unavailable(String why) {
            return new ServiceException(ServiceException.Kind.NO_ROOM, what + " : " + why);
        }
    }

    /** What has become of a job. */
    private enum Fate {
        WAITING,
        BEGUN,
        GIVEN_UP
    }

    /** Ends what runs and refuses what waits. */
    @Override
    public void close() {
        for (Runnable waiting : threads.shutdownNow()) {
            if (waiting instanceof Job<?> job) {
                job.refuse("the node is stopping; nothing was done");
            }
        }
        running.forEach(Bounds::cancel);
    }
}
