package org.steadfast.foundation.sharedstate;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** What this node is writing into shared state just now, so that somebody can wait for it. Safe for use by several threads. */
final class PublishesUnderWay {
    /** Each writer adds its own before it begins and removes it when it has ended. */
    private final Set<CompletableFuture<?>> underWay = ConcurrentHashMap.newKeySet();

    /** Follows something that has begun or is about to. */
    <T> CompletableFuture<T> follow(CompletableFuture<T> publish) {
        underWay.add(publish);
        return publish.whenComplete((done, failure) -> underWay.remove(publish));
    }

    /** Completes when all that is under way now has ended, whether well or not. */
    CompletableFuture<Void> ended() {
        return CompletableFuture.allOf(underWay.stream()
                .map(publish -> publish.handle((done, failure) -> null))
                .toArray(CompletableFuture[]::new));
    }
}
