package org.steadfast.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HandshakeGateTest {
    private static final ServerAddress SERVER = new ServerAddress("a", 1);
    private static final Duration LONG = Duration.ofSeconds(30);

    private final ExecutorService executor = Executors.newFixedThreadPool(2);
    private final HandshakeGate gate = new HandshakeGate(2, 3, executor);
    private final List<CompletableFuture<String>> begun = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    @Test
    void those_beyond_the_limit_wait_for_their_turn() throws Exception {
        List<CompletableFuture<String>> results = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            results.add(enter(SERVER, LONG));
        }
        await().until(() -> begun.size() == 2);
        assertThat(enter(new ServerAddress("b", 1), LONG)).isNotDone();
        await().until(() -> begun.size() == 3);

        begun.get(0).complete("first");
        await().until(() -> begun.size() == 4);
        begun.get(1).completeExceptionally(new IllegalStateException("refused"));
        await().until(() -> begun.size() == 5);
        begun.forEach(handshake -> handshake.complete("later"));
        assertThat(results.get(2).get(5, TimeUnit.SECONDS)).isEqualTo("later");
        assertThat(results.get(3).get(5, TimeUnit.SECONDS)).isEqualTo("later");
        List<CompletableFuture<String>> unused = List.of(enter(SERVER, LONG), enter(SERVER, LONG));
        await().until(() -> begun.size() == 7);
    }

    @Test
    void nobody_waits_for_ever_and_who_gave_up_takes_no_place() {
        List<CompletableFuture<String>> unused = List.of(enter(SERVER, LONG), enter(SERVER, LONG));
        List<CompletableFuture<String>> waiting = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            waiting.add(enter(SERVER, Duration.ofMillis(100)));
        }
        assertThatThrownBy(() -> enter(SERVER, LONG).get(5, TimeUnit.SECONDS))
                .hasCauseInstanceOf(RejectedExecutionException.class);
        assertThat(waiting)
                .allSatisfy(turn -> assertThatThrownBy(() -> turn.get(5, TimeUnit.SECONDS))
                        .hasCauseInstanceOf(TimeoutException.class));
        CompletableFuture<String> later = enter(SERVER, LONG);
        await().until(() -> begun.size() == 2);
        begun.get(0).complete("done");

        await().until(() -> begun.size() == 3);
        assertThat(later).isNotDone();
    }

    @Test
    void thousands_that_fail_at_once_do_not_exhaust_the_stack() throws Exception {
        HandshakeGate wide = new HandshakeGate(1, 100_000, executor);
        CompletableFuture<String> first = new CompletableFuture<>();
        CompletableFuture<String> blocked = wide.enter(SERVER, LONG, () -> first);
        CompletableFuture<String> last = blocked;
        for (int i = 0; i < 20_000; i++) {
            last = wide.enter(SERVER, LONG, () -> CompletableFuture.failedFuture(new IllegalStateException("stopped")));
        }
        first.complete("go");
        CompletableFuture<String> result = last;
        assertThatThrownBy(() -> result.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(IllegalStateException.class);
    }

    private CompletableFuture<String> enter(ServerAddress server, Duration wait) {
        return gate.enter(server, wait, () -> {
            CompletableFuture<String> handshake = new CompletableFuture<>();
            begun.add(handshake);
            return handshake;
        });
    }
}
