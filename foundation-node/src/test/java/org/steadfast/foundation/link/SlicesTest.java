package org.steadfast.foundation.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SlicesTest {
    private final Queue<Runnable> queue = new ArrayDeque<>();
    private final List<String> done = new ArrayList<>();

    private CompletableFuture<Void> list(String name, int length) {
        return Slices.forEach(IntStream.range(0, length).boxed().toList(), queue::add, item -> {
            done.add(name + item);
            return CompletableFuture.completedFuture(null);
        });
    }

    private void runAll() {
        while (!queue.isEmpty()) {
            queue.remove().run();
        }
    }

    @Test
    void aShortListDoesNotWaitForTheEndOfALongOne() {
        CompletableFuture<Void> isLong = list("l", 60_000);
        CompletableFuture<Void> isShort = list("s", 1);
        runAll();
        assertThat(isLong).isCompleted();
        assertThat(isShort).isCompleted();
        assertThat(done).hasSize(60_001);
        assertThat(done.indexOf("s0")).isLessThan(100);
    }

    @Test
    void anEmptyListIsDone() {
        CompletableFuture<Void> empty = list("e", 0);
        runAll();
        assertThat(empty).isCompleted();
    }

    @Test
    void aFailureEndsTheList() {
        CompletableFuture<Void> all =
                Slices.forEach(IntStream.range(0, 1000).boxed().toList(), queue::add, item -> {
                    done.add("" + item);
                    if (item == 100) {
                        throw new IllegalStateException("failed by a test");
                    }
                    return CompletableFuture.completedFuture(null);
                });
        runAll();
        assertThat(all).isCompletedExceptionally();
        assertThat(done).hasSizeLessThan(200);
    }

    @Test
    void anExecutorThatIsFullEndsTheList() {
        CompletableFuture<Void> all = Slices.forEach(
                List.of(1),
                task -> {
                    throw new RejectedExecutionException("full");
                },
                item -> CompletableFuture.completedFuture(null));
        assertThat(all).isCompletedExceptionally();
    }
}
