package org.steadfast.connection.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.steadfast.connection.FakeFoundation;
import org.steadfast.protocol.link.LinkFrame;
import org.steadfast.protocol.wire.Status;

@Timeout(60)
class RouterTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<Integer> linkCounts = new CopyOnWriteArrayList<>();
    private final FakeFoundation one = new FakeFoundation("foundation1");
    private final FakeFoundation two = new FakeFoundation("foundation2");
    private Router router = router(Duration.ofSeconds(30));

    private Router router(Duration deadline) {
        return new Router(deadline, registry, linkCounts::add);
    }

    private void useDeadline(Duration deadline) {
        router.close();
        router = router(deadline);
    }

    @AfterEach
    void close() {
        router.close();
        registry.close();
    }

    private CompletableFuture<LinkFrame> ask(String thing, boolean resendable) {
        return router.ask(
                thing,
                resendable,
                correlation -> new LinkFrame.Request(
                        correlation, "user", LinkFrame.Stamp.NONE, 0, thing.getBytes(StandardCharsets.UTF_8)));
    }

    private static LinkFrame reply(LinkFrame request) {
        return new LinkFrame.Unbound(request.correlation(), Status.SUCCESS);
    }

    private static List<Long> correlations(FakeFoundation node) {
        return node.received().stream().map(LinkFrame::correlation).toList();
    }

    private static String failure(CompletableFuture<LinkFrame> reply) {
        try {
            throw new AssertionError("answered: " + reply.join());
        } catch (CompletionException e) {
            assertThat(e.getCause()).isInstanceOf(NoAnswerException.class);
            return e.getCause().getMessage();
        }
    }

    /** A thing that, of both nodes, the given one owns. */
    private String thingOf(FakeFoundation node) {
        for (int i = 0; ; i++) {
            if (Rendezvous.choose(List.of(one.link(), two.link()), "Pump" + i).orElseThrow() == node.link()) {
                return "Pump" + i;
            }
        }
    }

    @Test
    void anAnswerReachesWhoAsked() {
        one.onFrame(frame -> one.link().received(reply(frame)));
        router.add(one.link());
        LinkFrame answer = ask("Pump1", true).join();
        assertThat(answer.correlation()).isEqualTo(one.received().get(0).correlation());
        assertThat(one.link().outstanding()).isZero();
        assertThat(linkCounts).containsExactly(1);
    }

    @Test
    void eachThingGoesToItsOwner() {
        router.add(one.link());
        router.add(two.link());
        var unused = List.of(ask(thingOf(one), true), ask(thingOf(two), true), ask(thingOf(two), true));
        assertThat(one.received()).hasSize(1);
        assertThat(two.received()).hasSize(2);
    }

    @Test
    void whatALinkLeavesUnansweredIsSentAgainInOrder() {
        router.add(one.link());
        router.add(two.link());
        String thing = thingOf(one);
        List<CompletableFuture<LinkFrame>> replies = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            replies.add(ask(thing, true));
        }
        one.link().received(reply(one.received().get(3)));
        List<Long> expected = new ArrayList<>(correlations(one));
        expected.remove(3);
        router.remove(one.link());
        assertThat(correlations(two)).isEqualTo(expected);
        two.received().forEach(frame -> two.link().received(reply(frame)));
        assertThat(replies).allSatisfy(answered -> assertThat(answered).isCompleted());
        assertThat(registry.get("steadfast.router.resent.requests").counter().count())
                .isEqualTo(499);
    }

    @Test
    void whatMayNotBeSentAgainFailsAndSaysWhy() {
        router.add(one.link());
        router.add(two.link());
        CompletableFuture<LinkFrame> reply = ask(thingOf(one), false);
        router.remove(one.link());
        assertThat(failure(reply))
                .isEqualTo("foundation node foundation1 went away; whether the request took effect is not known");
        assertThat(two.received()).isEmpty();
    }

    @Test
    void whatWasNeverSentIsSentElsewhereWhateverItIs() {
        router.add(one.link());
        router.add(two.link());
        // As between the end of a link and its listener's call.
        assertThat(one.link().close()).isEmpty();
        CompletableFuture<LinkFrame> reply = ask(thingOf(one), false);
        assertThat(reply).isNotDone();
        assertThat(two.received()).hasSize(1);
        assertThat(linkCounts).containsExactly(1, 2, 1);
    }

    @Test
    void requestsWaitForALinkAndAreSentInOrder() {
        List<CompletableFuture<LinkFrame>> replies = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            replies.add(ask("Pump" + i % 3, i % 2 == 0));
        }
        one.onFrame(frame -> one.link().received(reply(frame)));
        router.add(one.link());
        assertThat(correlations(one)).hasSize(100).isSorted();
        assertThat(replies).allSatisfy(answered -> assertThat(answered).isCompleted());
    }

    @Test
    void nothingOvertakesWhatWaitedForALink() {
        CompletableFuture<LinkFrame> first = ask("Pump1", true);
        var unused = ask("Pump1", true);
        AtomicBoolean asked = new AtomicBoolean();
        try (Sender sender = new Sender()) {
            // A later request comes while the first that waited is being sent.
            one.onFrame(frame -> {
                if (asked.compareAndSet(false, true)) {
                    sender.execute(() -> {
                        var late = ask("Pump1", true);
                    });
                    await().until(sender::isBlockedOrDone);
                }
            });
            router.add(one.link());
            await().until(() -> one.received().size() == 3);
        }
        assertThat(correlations(one)).isSorted();
        assertThat(first).isNotDone();
    }

    /** One thread whose state can be seen. */
    private static final class Sender implements AutoCloseable {
        private volatile Thread thread;

        void execute(Runnable work) {
            thread = new Thread(work, "late-sender");
            thread.start();
        }

        boolean isBlockedOrDone() {
            return thread.getState() == Thread.State.BLOCKED || thread.getState() == Thread.State.TERMINATED;
        }

        @Override
        public void close() {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    void whatWaitsForALinkFailsAtItsDeadline() {
        useDeadline(Duration.ofMillis(100));
        CompletableFuture<LinkFrame> reply = ask("Pump1", true);
        await().atMost(Duration.ofSeconds(5)).until(reply::isDone);
        assertThat(failure(reply)).isEqualTo("no foundation node can be reached");
        router.add(one.link());
        assertThat(one.received()).as("sent after it failed").isEmpty();
    }

    @Test
    void whatIsNotAnsweredFailsAtItsDeadlineAndALateAnswerIsDropped() {
        useDeadline(Duration.ofMillis(100));
        router.add(one.link());
        CompletableFuture<LinkFrame> reply = ask("Pump1", true);
        await().atMost(Duration.ofSeconds(5)).until(reply::isDone);
        assertThat(failure(reply)).isEqualTo("foundation node foundation1 did not answer in time");
        assertThat(one.link().outstanding()).isZero();
        one.link().received(reply(one.received().get(0)));
        assertThat(reply).isCompletedExceptionally();
    }

    @Test
    void aLinkIsGivenAsMuchAsItsNodeAnswersInTime() {
        FoundationLink link = new FakeFoundation("foundation3", 48 << 20).link();
        Duration second = Duration.ofSeconds(1);
        Duration wait = Duration.ofSeconds(4);
        assertThat(link.budget().limit()).isEqualTo(48 << 20);
        for (int i = 0; i < 20; i++) {
            answer(link, 2 << 20);
            link.adapt(second, wait);
        }
        assertThat(link.budget().limit()).isBetween(7L << 20, 9L << 20);
        for (int i = 0; i < 20; i++) {
            answer(link, 20 << 20);
            link.adapt(second, wait);
        }
        assertThat(link.budget().limit()).isEqualTo(48 << 20);
        for (int i = 0; i < 40; i++) {
            link.adapt(second, wait);
        }
        assertThat(link.budget().limit()).isEqualTo(4 << 20);
    }

    private static void answer(FoundationLink link, int bytes) {
        LinkFrame request = new LinkFrame.Request(1, "user", LinkFrame.Stamp.NONE, 0, new byte[bytes]);
        assertThat(link.send(new Pending(
                        request,
                        "Pump1",
                        true,
                        System.nanoTime() + 1_000_000_000L,
                        () -> {},
                        new CompletableFuture<>())))
                .isTrue();
        link.received(reply(request));
    }

    @Test
    void aBindingThatComesAfterItsDeadlineIsEndedAgain() {
        useDeadline(Duration.ofMillis(300));
        router.add(one.link());
        CompletableFuture<LinkFrame> reply = router.ask(
                "5",
                true,
                correlation -> new LinkFrame.Bind(correlation, "user", "cx1", 5, Optional.empty(), List.of("Pump1")));
        assertThat(failure(reply)).contains("in time");
        List<LinkFrame.Binding> bindings = List.of(new LinkFrame.Binding("Pump1", "Pump1", 101));
        one.link().received(new LinkFrame.Bound(one.received().get(0).correlation(), Status.SUCCESS, "", bindings));
        assertThat(one.received(LinkFrame.Unbind.class))
                .singleElement()
                .satisfies(unbind -> assertThat(unbind.bindings()).isEqualTo(bindings));
    }

    @Test
    void anAnswerNobodyAskedForIsDropped() {
        router.add(one.link());
        CompletableFuture<LinkFrame> reply = ask("Pump1", true);
        one.link().received(new LinkFrame.Unbound(4711, Status.SUCCESS));
        assertThat(reply).isNotDone();
    }

    @Test
    void aRetiredLinkGetsNothingNewAndItsAnswersStillCome() {
        router.add(one.link());
        CompletableFuture<LinkFrame> earlier = ask("Pump1", false);
        router.retire(one.link());
        CompletableFuture<LinkFrame> later = ask("Pump1", false);
        assertThat(router.hasLinks()).isFalse();
        assertThat(one.received()).hasSize(1);
        one.link().received(reply(one.received().get(0)));
        assertThat(earlier).isCompleted();
        assertThat(later).isNotDone();
        router.add(two.link());
        assertThat(two.received()).hasSize(1);
        assertThat(linkCounts).containsExactly(1, 0, 1);
    }

    @Test
    void theDeadlineHoldsOnARetiredLinkToo() {
        useDeadline(Duration.ofMillis(100));
        router.add(one.link());
        CompletableFuture<LinkFrame> reply = ask("Pump1", false);
        router.retire(one.link());
        await().atMost(Duration.ofSeconds(5)).until(reply::isDone);
        assertThat(failure(reply)).isEqualTo("foundation node foundation1 did not answer in time");
    }

    @Test
    void aLinkThatEndedBeforeItCameIntoUseIsNotUsed() {
        CompletableFuture<LinkFrame> reply = ask("Pump1", false);
        router.remove(one.link());
        router.add(one.link());
        assertThat(router.hasLinks()).isFalse();
        assertThat(reply).isNotDone();
        router.add(two.link());
        assertThat(two.received()).hasSize(1);
    }

    /** Links come, retire and end all the time while several threads send; every request gets exactly one answer or failure. */
    @Test
    void noRequestIsLostWhileLinksComeAndGo() throws Exception {
        int senders = 3;
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger answers = new AtomicInteger();
        AtomicInteger failures = new AtomicInteger();
        AtomicInteger wrongFailures = new AtomicInteger();
        List<CompletableFuture<LinkFrame>> all = new ArrayList<>();
        ExecutorService pool = Executors.newFixedThreadPool(senders + 1);
        ExecutorService answering = Executors.newFixedThreadPool(2);
        try {
            List<CompletableFuture<List<CompletableFuture<LinkFrame>>>> sending = new ArrayList<>();
            for (int i = 0; i < senders; i++) {
                String prefix = "Pump" + i + "-";
                sending.add(CompletableFuture.supplyAsync(
                        () -> {
                            List<CompletableFuture<LinkFrame>> mine = new ArrayList<>();
                            for (int n = 0; !stop.get(); n++) {
                                boolean resendable = n % 4 != 0;
                                CompletableFuture<LinkFrame> reply = ask(prefix + n % 50, resendable);
                                mine.add(reply.whenComplete((frame, failure) -> {
                                    (failure == null ? answers : failures).incrementAndGet();
                                    if (failure != null && resendable) {
                                        wrongFailures.incrementAndGet();
                                    }
                                }));
                                if (n % 100 == 0) {
                                    // Bounded, as sessions bound it.
                                    mine.get(Math.max(0, n - 500))
                                            .exceptionally(failure -> null)
                                            .join();
                                }
                            }
                            return mine;
                        },
                        pool));
            }
            CompletableFuture<Integer> churn = CompletableFuture.supplyAsync(
                    () -> {
                        int rounds = 0;
                        List<FakeFoundation> up = new ArrayList<>();
                        for (long end = System.nanoTime()
                                        + Duration.ofSeconds(2).toNanos();
                                System.nanoTime() < end;
                                rounds++) {
                            FakeFoundation node = new FakeFoundation("foundation" + rounds % 5);
                            node.onFrame(frame -> {
                                // Some answers come at once, some from other threads, some never.
                                int way = ThreadLocalRandom.current().nextInt(10);
                                if (way < 3) {
                                    node.link().received(reply(frame));
                                } else if (way < 9) {
                                    answering.execute(() -> node.link().received(reply(frame)));
                                }
                            });
                            up.add(node);
                            router.add(node.link());
                            while (up.size() > ThreadLocalRandom.current().nextInt(4)) {
                                FakeFoundation gone =
                                        up.remove(ThreadLocalRandom.current().nextInt(up.size()));
                                if (ThreadLocalRandom.current().nextBoolean()) {
                                    router.retire(gone.link());
                                }
                                router.remove(gone.link());
                            }
                        }
                        stop.set(true);
                        // Keeps answering until all is answered; then one more link, which answers everything.
                        up.forEach(node -> router.remove(node.link()));
                        FakeFoundation last = new FakeFoundation("foundation9");
                        last.onFrame(frame -> last.link().received(reply(frame)));
                        router.add(last.link());
                        return rounds;
                    },
                    pool);
            int rounds = churn.get(30, TimeUnit.SECONDS);
            for (CompletableFuture<List<CompletableFuture<LinkFrame>>> sender : sending) {
                all.addAll(sender.get(10, TimeUnit.SECONDS));
            }
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(
                            () -> assertThat(answers.get() + failures.get()).isEqualTo(all.size()));
            assertThat(all).allSatisfy(reply -> assertThat(reply).isDone());
            assertThat(wrongFailures).as("resendable requests that failed").hasValue(0);
            assertThat(rounds).isGreaterThan(20);
            assertThat(all.size()).isGreaterThan(1000);
            assertThat(registry.get("steadfast.router.resent.requests")
                            .counter()
                            .count())
                    .isPositive();
        } finally {
            stop.set(true);
            pool.shutdownNow();
            answering.shutdownNow();
        }
    }
}
