package org.steadfast.foundation.event;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntConsumer;

/**
 * Batches of other nodes that run here, each once, however often it is asked for: whoever has no answer asks again. Safe for use by
 * several threads.
 */
final class RunBatches {
    private static final int MOST_REMEMBERED = 20_000;
    private static final Duration REMEMBERED = Duration.ofMinutes(10);

    private final SubscriptionRuns runs;
    /** Batches that run: added to by those who ask, taken off when they have ended. */
    private final Set<Key> running = ConcurrentHashMap.newKeySet();
    /** How many subscriptions of a batch were run; Caffeine guards it. */
    private final Cache<Key, Integer> answers = Caffeine.newBuilder()
            .maximumSize(MOST_REMEMBERED)
            .expireAfterWrite(REMEMBERED)
            .build();

    private record Key(UUID sender, long batch) {}

    RunBatches(SubscriptionRuns runs) {
        this.runs = runs;
    }

    /** @param answer gets how many have been run, when they have */
    void run(UUID sender, RunMessage.Run batch, IntConsumer answer) {
        Key key = new Key(sender, batch.batch());
        Integer known = answers.getIfPresent(key);
        if (known != null) {
            answer.accept(known);
            return;
        }
        if (!running.add(key)) {
            return;
        }
        CompletableFuture<Integer> ends = runs.run(batch);
        var unused = ends.whenComplete((count, failure) -> {
            int ran = failure == null ? count : 0;
            answers.put(key, ran);
            running.remove(key);
            answer.accept(ran);
        });
    }
}
