package org.steadfast.foundation.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.steadfast.coordination.chassis.Correlation;
import org.steadfast.foundation.service.ServiceException;

/** How those fare that wait for a thread. */
class ScriptPoolTest {
    private final ScriptPool pool = new ScriptPool(
            new ScriptSettings(1, 10, Duration.ofMillis(300), 16), Heap.ofThisProcess(), new SimpleMeterRegistry());

    @Test
    void whatNeverBeganIsUnavailableAndIsNeverBegun() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        AtomicBoolean begun = new AtomicBoolean();
        try (pool) {
            CompletableFuture<String> first = pool.submit("first", bounds -> {
                release.await();
                return "";
            });
            CompletableFuture<String> second = pool.submit("second", bounds -> {
                begun.set(true);
                return "";
            });

            assertFails(first, ServiceException.Kind.FAILED, "first : the script cannot be ended in time");
            assertFails(
                    second,
                    ServiceException.Kind.NO_ROOM,
                    "second : no room for the script within 300 ms; nothing was done");

            release.countDown();
            assertThat(pool.submit("third", bounds -> "done").get(30, TimeUnit.SECONDS))
                    .isEqualTo("done");
            assertThat(begun).isFalse();
        }
    }

    @Test
    void aScriptIsKnownByTheRequestThatWantsIt() throws Exception {
        try (pool) {
            CompletableFuture<String> asked;
            try (Correlation.Scope scope = Correlation.of("order-4711")) {
                asked = pool.submit("asked", bounds -> Correlation.current());
            }
            assertThat(asked.get(30, TimeUnit.SECONDS)).isEqualTo("order-4711");
            assertThat(pool.submit("next", bounds -> Correlation.current()).get(30, TimeUnit.SECONDS))
                    .isEmpty();
        }
    }

    private static void assertFails(CompletableFuture<String> script, ServiceException.Kind kind, String message) {
        assertThatThrownBy(() -> script.get(30, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .hasMessage(message)
                .asInstanceOf(InstanceOfAssertFactories.type(ServiceException.class))
                .extracting(ServiceException::kind)
                .isEqualTo(kind);
    }
}
