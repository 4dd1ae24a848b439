package org.steadfast.foundation.upkeep;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.persistence.store.StoreException;

/**
 * Does some work when the node starts and each hour, one task after the other. Every node does so; what one has done the others find
 * done. What fails is tried again an hour later, and keeps nothing else from being done: nothing that is written depends on it.
 */
public final class Upkeep implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Upkeep.class);
    private static final long PERIOD_MINUTES = 60;

    private final List<Task> tasks;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "upkeep"));

    /** @param subject what is looked after, for the log */
    public record Task(String subject, Work work) {}

    /** What is done; used by one thread. */
    @FunctionalInterface
    public interface Work {
        void run() throws StoreException, ModelException;
    }

    private Upkeep(List<Task> tasks) {
        this.tasks = List.copyOf(tasks);
    }

    /** Begins at once, in a thread of its own. */
    public static Upkeep start(List<Task> tasks) {
        Upkeep upkeep = new Upkeep(tasks);
        var unused = upkeep.thread.scheduleWithFixedDelay(upkeep::run, 0, PERIOD_MINUTES, TimeUnit.MINUTES);
        return upkeep;
    }

    private void run() {
        for (Task task : tasks) {
            try {
                task.work().run();
            } catch (StoreException | ModelException | RuntimeException e) {
                log.warn(
                        "UPKEEP_FAILED: {} was not looked after to the end; the next time is in {} minutes",
                        task.subject(),
                        PERIOD_MINUTES,
                        e);
            }
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
