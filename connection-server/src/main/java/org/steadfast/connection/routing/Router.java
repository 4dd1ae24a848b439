package org.steadfast.connection.routing;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.connection.budget.ByteBudget;
import org.steadfast.protocol.link.LinkFrame;

/**
 * Sends each request to the foundation node that its thing belongs to. As long as the nodes stay the same, so does the owner, and
 * one thing's messages stay in order. When a link ends, what may be sent again is, in order, to the new owner; what may not is
 * answered as not known. While there is no node, requests wait until their deadline. Safe for use by several threads.
 */
public final class Router implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Router.class);
    private static final long SWEEP_MILLIS = 200;
    /** Of the deadline, what requests may wait because of those before them. */
    private static final int WAIT_SHARE = 3;

    private final Duration deadline;
    private final AtomicLong correlations = new AtomicLong();
    private final ScheduledExecutorService sweeper =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "request-deadlines"));
    private final Counter resent;
    private final IntConsumer onLinks;
    /** The links in use: replaced as a whole under this object's lock, read without it. */
    private volatile List<FoundationLink> links = List.of();
    /** The links that have not ended, those included that take no new requests; guards itself. */
    private final Set<FoundationLink> open = ConcurrentHashMap.newKeySet();
    /** Used by the sweeper. */
    private long lastSweep = System.nanoTime();
    /** Requests that wait for a node; guarded by this. Bounded by what sessions may have outstanding. */
    private final Queue<Pending> parked = new ArrayDeque<>();

    /**
     * @param deadline how long a request may go without an answer
     * @param onLinks told how many links are in use, after each change, one call at a time
     */
    public Router(Duration deadline, MeterRegistry registry, IntConsumer onLinks) {
        this.deadline = deadline;
        this.onLinks = onLinks;
        this.resent = Counter.builder("steadfast.router.resent.requests")
                .description("Requests sent again because a link ended")
                .register(registry);
        registry.gauge("steadfast.router.links", this, router -> router.links.size());
        registry.gauge("steadfast.router.outstanding.requests", this, Router::outstanding);
        registry.gauge(
                "steadfast.router.outstanding.bytes",
                this,
                router -> router.open.stream()
                        .mapToLong(link -> link.budget().used())
                        .sum());
        registry.gauge(
                "steadfast.router.outstanding.bytes.limit",
                this,
                router -> router.open.stream()
                        .mapToLong(link -> link.budget().limit())
                        .sum());
        var unused = sweeper.scheduleWithFixedDelay(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * Sends a request.
     *
     * @param thing whose owner is asked
     * @param resendable whether the request may be sent again when a link ends before its answer: only what takes effect once
     *     however often it arrives
     * @param frame makes the frame of a correlation
     * @return the answer, or a {@link NoAnswerException}
     */
    public CompletableFuture<LinkFrame> ask(String thing, boolean resendable, LongFunction<LinkFrame> frame) {
        return ask(thing, resendable, Duration.ZERO, () -> {}, frame);
    }

    /**
     * The same.
     *
     * @param patience how long the request may go without an answer, where that is longer than others may
     * @param sent run when the request leaves over a link; again where it has to be sent again
     */
    public CompletableFuture<LinkFrame> ask(
            String thing, boolean resendable, Duration patience, Runnable sent, LongFunction<LinkFrame> frame) {
        Pending pending = new Pending(
                frame.apply(correlations.incrementAndGet()),
                thing,
                resendable,
                System.nanoTime() + Math.max(deadline.toNanos(), patience.toNanos()),
                sent,
                new CompletableFuture<>());
        route(pending);
        return pending.reply();
    }

    /** Puts a link into use, unless it has ended. What waited is sent first, so that nothing later of a thing overtakes it. */
    public synchronized void add(FoundationLink link) {
        open.add(link);
        link.onLate(this::undo);
        List<Pending> waiting = new ArrayList<>(parked);
        parked.clear();
        waiting.forEach(pending -> {
            if (!link.send(pending)) {
                parked.add(pending);
            }
        });
        if (link.isClosed()) {
            open.remove(link);
            return;
        }
        List<FoundationLink> more = new ArrayList<>(links);
        more.add(link);
        links = List.copyOf(more);
        onLinks.accept(links.size());
    }

    /** Takes a link out of use for new requests; answers to earlier ones still come. */
    public synchronized void retire(FoundationLink link) {
        links = links.stream().filter(present -> present != link).toList();
        onLinks.accept(links.size());
    }

    /** Ends a link: what was not answered goes elsewhere or fails. */
    public void remove(FoundationLink link) {
        // In this order: a link that is not in use yet, but about to be, is not put into use then.
        List<Pending> left = link.close();
        open.remove(link);
        retire(link);
        if (left.isEmpty()) {
            return;
        }
        int again = 0;
        for (Pending pending : left) {
            if (pending.resendable()) {
                again++;
                route(pending);
            } else {
                pending.fail(
                        "foundation node " + link.node() + " went away; whether the request took effect is not known");
            }
        }
        resent.increment(again);
        log.info(
                "Link to {} ended with {} requests outstanding, {} of them were sent again",
                link.node(),
                left.size(),
                again);
    }

    /** Bytes of unanswered requests on the link to the owner of a thing, where there is one. */
    public Optional<ByteBudget> budget(String thing) {
        return Rendezvous.choose(links, thing).map(FoundationLink::budget);
    }

    /** Its device was told that the binding failed, so nothing may stay bound. A later binding has another epoch, and stays. */
    private void undo(LinkFrame late) {
        if (late instanceof LinkFrame.Bound bound && !bound.bindings().isEmpty()) {
            log.info(
                    "{} bindings came after their deadline; they are ended again",
                    bound.bindings().size());
            var unused = ask(
                    bound.bindings().get(0).thing(),
                    true,
                    correlation -> new LinkFrame.Unbind(correlation, bound.bindings()));
        }
    }

    /** True where some foundation node can be reached. */
    public boolean hasLinks() {
        return !links.isEmpty();
    }

    private void route(Pending pending) {
        while (true) {
            Optional<FoundationLink> owner = Rendezvous.choose(links, pending.thing());
            if (owner.isPresent()) {
                if (owner.get().send(pending)) {
                    return;
                }
                // It ended a moment ago and is about to leave the list.
                retire(owner.get());
            } else if (park(pending)) {
                return;
            }
        }
    }

    private synchronized boolean park(Pending pending) {
        if (hasLinks()) {
            return false;
        }
        parked.add(pending);
        return true;
    }

    private void sweep() {
        long now = System.nanoTime();
        Duration interval = Duration.ofNanos(Math.max(1, now - lastSweep));
        lastSweep = now;
        open.forEach(link -> {
            link.failExpired(now);
            link.adapt(interval, deadline.dividedBy(WAIT_SHARE));
        });
        List<Pending> expired = new ArrayList<>();
        synchronized (this) {
            parked.removeIf(pending -> pending.isExpired(now) && expired.add(pending));
        }
        expired.forEach(pending -> pending.fail("no foundation node can be reached"));
    }

    private int outstanding() {
        return open.stream().mapToInt(FoundationLink::outstanding).sum();
    }

    @Override
    public void close() {
        sweeper.shutdownNow();
    }
}
