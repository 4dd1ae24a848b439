package org.steadfast.foundation.ingestion;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.foundation.sharedstate.SharedState;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.StoredValue;
import org.steadfast.persistence.store.WriterId;
import org.steadfast.persistence.store.WriterRegistry;

/**
 * Makes visible what writers that are gone have committed and nobody has seen. Nobody was told that it is written, so nothing
 * acknowledged is at stake; but the database holds it, and shared state must hold the same. Safe for use by several threads.
 */
public final class Leftovers {
    private static final Logger log = LoggerFactory.getLogger(Leftovers.class);
    private static final int THINGS_AT_ONCE = 250;
    private static final long PUBLISH_SECONDS = 10;

    private final WriterRegistry writers;

    public Leftovers(WriterRegistry writers) {
        this.writers = writers;
    }

    /**
     * Fences the lost writers, and publishes what they, and fenced ones before them whose repair was cut short, may have left.
     *
     * @throws StoreException if the database cannot be asked, or shared state does not take the values, now
     */
    public void makeVisible(SharedState state, Collection<WriterId> lost) throws StoreException, InterruptedException {
        Set<WriterId> all = new LinkedHashSet<>(lost);
        all.addAll(writers.unsettled());
        Set<Long> things = new TreeSet<>();
        for (WriterId writer : all) {
            things.addAll(writers.fence(writer));
        }
        int published = 0;
        List<Long> inOrder = new ArrayList<>(things);
        for (int from = 0; from < inOrder.size(); from += THINGS_AT_ONCE) {
            List<StoredValue> values =
                    writers.valuesOf(inOrder.subList(from, Math.min(inOrder.size(), from + THINGS_AT_ONCE)));
            publish(state, values);
            published += values.size();
        }
        for (WriterId writer : all) {
            writers.settled(writer);
        }
        if (published > 0) {
            log.info("Published {} values of {} things that {} may have left behind", published, things.size(), all);
        }
    }

    private static void publish(SharedState state, List<StoredValue> values)
            throws StoreException, InterruptedException {
        try {
            state.publish(values).get(PUBLISH_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw notTaken(e.getCause());
        } catch (TimeoutException e) {
            throw notTaken(e);
        }
    }

    private static StoreException notTaken(Throwable cause) {
        return new StoreException(
                StoreException.Kind.UNAVAILABLE, "shared state does not take values now: " + cause, cause);
    }
}
