package org.steadfast.coordination.chassis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LifecycleTest {
    private final Lifecycle lifecycle = new Lifecycle();
    private final List<String> stopped = new CopyOnWriteArrayList<>();

    private void step(String name) {
        lifecycle.onStop(name, () -> stopped.add(name));
    }

    @Test
    void stopsInReverseOrder() {
        step("database");
        step("ingestion");
        step("REST API");
        lifecycle.stop();
        assertThat(stopped).containsExactly("REST API", "ingestion", "database");
    }

    @Test
    void stopsOnce() throws InterruptedException {
        step("database");
        lifecycle.stop();
        lifecycle.stop();
        lifecycle.awaitStopped();
        assertThat(stopped).containsExactly("database");
    }

    @Test
    void aStepThatFailsDoesNotKeepOthersFromStopping() throws InterruptedException {
        step("database");
        lifecycle.onStop("failing", () -> {
            throw new IOException("thrown by a test");
        });
        lifecycle.onStop("broken", () -> {
            throw new NoClassDefFoundError("thrown by a test");
        });
        step("REST API");
        lifecycle.stop();
        lifecycle.awaitStopped();
        assertThat(stopped).containsExactly("REST API", "database");
    }

    @Test
    void aSecondStopWaitsUntilTheFirstIsDone() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        step("database");
        lifecycle.onStop("slow", () -> {
            begun.countDown();
            mayEnd.await();
            stopped.add("slow");
        });
        Thread first = new Thread(lifecycle::stop);
        first.start();
        begun.await();
        AtomicBoolean secondReturned = new AtomicBoolean();
        Thread second = new Thread(() -> {
            lifecycle.stop();
            stopped.add("second returned");
            secondReturned.set(true);
        });
        second.start();
        await().until(() ->
                second.getState() == Thread.State.TIMED_WAITING || second.getState() == Thread.State.WAITING);
        assertThat(secondReturned).isFalse();
        mayEnd.countDown();
        second.join();
        first.join();
        assertThat(stopped).containsExactly("slow", "database", "second returned");
    }

    @Test
    void whatIsStartedAfterTheStopIsStoppedAtOnce() {
        lifecycle.stop();
        assertThatIllegalStateException().isThrownBy(() -> step("late")).withMessage("the node is stopping");
        assertThat(stopped).containsExactly("late");
    }

    @Test
    void whatIsStartedDuringTheStopIsStoppedAtOnce() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        lifecycle.onStop("slow", () -> {
            begun.countDown();
            mayEnd.await();
            stopped.add("slow");
        });
        Thread stopper = new Thread(lifecycle::stop);
        stopper.start();
        begun.await();
        assertThatIllegalStateException().isThrownBy(() -> step("late"));
        mayEnd.countDown();
        stopper.join();
        assertThat(stopped).containsExactly("late", "slow");
    }

    @Test
    void awaitStoppedWaitsForTheLastStep() throws InterruptedException {
        CountDownLatch waiting = new CountDownLatch(1);
        lifecycle.onStop("last", () -> {
            waiting.await();
            stopped.add("last");
        });
        Thread waiter = new Thread(() -> {
            try {
                lifecycle.awaitStopped();
                stopped.add("waiter");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        waiter.start();
        Thread stopper = new Thread(lifecycle::stop);
        stopper.start();
        await().until(() -> waiter.getState() == Thread.State.WAITING);
        waiting.countDown();
        waiter.join();
        stopper.join();
        assertThat(stopped).containsExactly("last", "waiter");
    }

    @Test
    void anInterruptedThreadStopsEverythingInFull() {
        blockingStep("first");
        blockingStep("second");
        Thread.currentThread().interrupt();
        lifecycle.stop();
        assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
        assertThat(stopped).containsExactly("second", "first");
    }

    @Test
    void aStepThatIsInterruptedDoesNotEndTheNextOnes() {
        blockingStep("first");
        lifecycle.onStop("interrupted", () -> {
            throw new InterruptedException("thrown by a test");
        });
        lifecycle.stop();
        assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
        assertThat(stopped).containsExactly("first");
    }

    /** Stops by waiting for something, as most things do; that fails at once in a thread that is interrupted. */
    private void blockingStep(String name) {
        CountDownLatch ended = new CountDownLatch(1);
        lifecycle.onStop(name, () -> {
            Thread worker = new Thread(ended::countDown);
            worker.start();
            assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
            stopped.add(name);
        });
    }
}
