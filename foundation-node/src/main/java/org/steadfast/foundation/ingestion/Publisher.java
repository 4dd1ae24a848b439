package org.steadfast.foundation.ingestion;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.persistence.store.StoredValue;

/**
 * Publishes committed values to shared state. What is committed must become visible, so a failure, as a change of membership can
 * cause, is tried again for five minutes, in which lost parts of shared state can be loaded anew; when that does not help, this node can no longer tell the truth and asks for its end.
 */
final class Publisher {
    private static final Logger log = LoggerFactory.getLogger(Publisher.class);
    private static final int MOST_ATTEMPTS = 600;
    private static final long PAUSE_MILLIS = 500;
    private static final int TOLD_EVERY = 20;

    private final Publishing state;
    private final Consumer<String> onHopeless;
    private final long pauseMillis;

    Publisher(Publishing state, Consumer<String> onHopeless) {
        this(state, onHopeless, PAUSE_MILLIS);
    }

    Publisher(Publishing state, Consumer<String> onHopeless, long pauseMillis) {
        this.state = state;
        this.onHopeless = onHopeless;
        this.pauseMillis = pauseMillis;
    }

    CompletableFuture<Void> publish(List<StoredValue> values) {
        CompletableFuture<Void> published = new CompletableFuture<>();
        CompletableFuture<Void> followed = state.follow(published);
        attempt(values, 1, published);
        return followed;
    }

    private void attempt(List<StoredValue> values, int number, CompletableFuture<Void> published) {
        var unused = start(values).whenComplete((done, failure) -> {
            if (failure == null) {
                published.complete(null);
            } else if (number < MOST_ATTEMPTS) {
                if (number % TOLD_EVERY == 1) {
                    log.warn(
                            "PUBLISHING_WAITS: publishing {} values failed, attempt {}: {}",
                            values.size(),
                            number,
                            failure.toString());
                }
                CompletableFuture.delayedExecutor(pauseMillis, TimeUnit.MILLISECONDS)
                        .execute(() -> attempt(values, number + 1, published));
            } else {
                published.completeExceptionally(failure);
                onHopeless.accept("committed values could not be published: " + failure.getMessage());
            }
        });
    }

    private CompletableFuture<Void> start(List<StoredValue> values) {
        try {
            return state.publish(values);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
