package org.steadfast.foundation.event;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.coordination.lease.Standing;
import org.steadfast.foundation.action.Action;
import org.steadfast.foundation.alert.Alerts;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.SubscriptionDefinition;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.security.Principal;
import org.steadfast.foundation.service.Scripts;
import org.steadfast.foundation.service.ServiceException;
import org.steadfast.foundation.service.ServiceFailure;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.CodecException;

/**
 * Runs subscriptions of the things that this node owns: those of one thing one after the other, in the order in which they come. Safe
 * for use by several threads.
 */
final class SubscriptionRuns {
    private static final Logger log = LoggerFactory.getLogger(SubscriptionRuns.class);
    private static final int MOST_ATTEMPTS = 20;
    private static final long PAUSE_MILLIS = 250;

    private static final CompletableFuture<Void> NOTHING_BEFORE = CompletableFuture.completedFuture(null);

    private final Model model;
    private final Alerts alerts;
    private final SubscriberRights rights;
    private final ScheduledRuns scheduled;
    private final Standing standing;
    private final EventMetrics metrics;
    private final Duration deadline;
    /** Its queue is bounded by the batches of all nodes: each has one of a thing on its way at a time, and bounds its events. */
    private final ExecutorService threads;
    /** For those that wait for servers outside, so that the others do not wait for them; bounded like the other. */
    private final ExecutorService outsideThreads;
    /** The last batch of each thing that has not ended; each batch begins when the one before it has ended. */
    private final Map<Long, CompletableFuture<Integer>> last = new ConcurrentHashMap<>();

    /** Written once, by {@link #begin}; empty before that. */
    private volatile Optional<Handlers> handlers = Optional.empty();

    private volatile boolean stopping;

    /** What does that which subscriptions are for. */
    private record Handlers(Scripts scripts, Actions actions) {}

    SubscriptionRuns(
            Model model,
            Alerts alerts,
            SubscriberRights rights,
            ScheduledRuns scheduled,
            Standing standing,
            EventMetrics metrics,
            EventSettings settings,
            int mostOutside) {
        this.model = model;
        this.alerts = alerts;
        this.rights = rights;
        this.scheduled = scheduled;
        this.standing = standing;
        this.metrics = metrics;
        this.deadline = settings.subscriptionDeadline();
        this.threads = Executors.newFixedThreadPool(settings.threads(), task -> new Thread(task, "subscription"));
        this.outsideThreads = Executors.newFixedThreadPool(mostOutside, task -> new Thread(task, "webhook"));
    }

    /** From now on subscriptions can be run. */
    void begin(Scripts scripts, Actions actions) {
        handlers = Optional.of(new Handlers(scripts, actions));
    }

    /**
     * Runs subscriptions of a thing.
     *
     * @return how many of them have been run, from the first on, well or badly; the others are to be tried again
     */
    CompletableFuture<Integer> run(RunMessage.Run batch) {
        CompletableFuture<Integer> ends = last.compute(
                batch.thingId(),
                (thing, before) -> (before == null ? NOTHING_BEFORE : before)
                        .handle((done, failure) -> batch)
                        .thenComposeAsync(this::runFirst, threads)
                        .exceptionally(failure -> leftToOthers(batch, failure)));
        var unused = ends.whenComplete((done, failure) -> last.remove(batch.thingId(), ends));
        return ends;
    }

    private static int leftToOthers(RunMessage.Run batch, Throwable failure) {
        if (ServiceFailure.unwrap(failure) instanceof RejectedExecutionException) {
            log.debug("Subscriptions of {} are left to others: this node stops", batch.thing(), failure);
        } else {
            log.error("SUBSCRIPTION_WAITS: subscriptions of {} cannot be run now", batch.thing(), failure);
        }
        return 0;
    }

    /**
     * Those before the first webhook, or one webhook: it may take long, and what has run is answered before, so that the loss of a node
     * meanwhile does not bring it again.
     */
    private CompletableFuture<Integer> runFirst(RunMessage.Run batch) {
        int ran = 0;
        Set<String> outside = callingOutside(batch);
        for (RunMessage.Call call : batch.calls()) {
            if (outside.contains(call.subscription())) {
                return ran > 0
                        ? CompletableFuture.completedFuture(ran)
                        : CompletableFuture.completedFuture(call)
                                .thenApplyAsync(webhook -> runNow(batch, webhook) ? 1 : 0, outsideThreads);
            }
            if (!runNow(batch, call)) {
                break;
            }
            ran++;
        }
        return CompletableFuture.completedFuture(ran);
    }

    /** The subscriptions of a batch's thing that wait for servers outside. */
    private Set<String> callingOutside(RunMessage.Run batch) {
        try {
            return model.things().find(batch.thing()).stream()
                    .flatMap(thing -> thing.shape().members().subscriptions().values().stream())
                    .filter(one -> Action.isOutside(one.implementation().handlerName()))
                    .map(SubscriptionDefinition::name)
                    .collect(Collectors.toUnmodifiableSet());
        } catch (ModelException | RuntimeException e) {
            // Whoever runs them finds that out again, and deals with it.
            log.debug("{} cannot be looked up now", batch.thing(), e);
            return Set.of();
        }
    }

    /** @return false where it is to be tried again */
    private boolean runNow(RunMessage.Run batch, RunMessage.Call call) {
        Optional<Handlers> running = handlers;
        return running.isPresent() && !stopping && standing.isHeld() && run(running.get(), batch, call);
    }

    /** @return false where it is to be tried again */
    private boolean run(Handlers running, RunMessage.Run batch, RunMessage.Call call) {
        try {
            Optional<Thing> thing = model.things().find(batch.thing()).filter(found -> found.id() == batch.thingId());
            if (call.subscription().equals(Delivery.ALERTS)) {
                return thing.isEmpty() || look(thing.get(), Event.decode(call.event()));
            }
            SubscriptionDefinition subscription = thing.filter(Thing::enabled)
                    .map(found -> found.shape().members().subscriptions().get(call.subscription()))
                    .orElse(null);
            if (subscription == null || !subscription.enabled()) {
                metrics.skipped.increment();
                return true;
            }
            Event event = Event.decode(call.event());
            Optional<String> refusal = rights.refusal(SubscriberRights.principal(subscription), thing.get(), event);
            if (refusal.isPresent()) {
                failed(thing.get(), subscription, event, "SUBSCRIPTION_NOT_ALLOWED", refusal.get());
                return true;
            }
            return run(running, thing.get(), subscription, event);
        } catch (StoreException e) {
            log.debug("A run of {} cannot be written down now", batch.thing(), e);
            return false;
        } catch (ModelException e) {
            log.debug("{} cannot be looked up now", batch.thing(), e);
            return e.kind() != ModelException.Kind.UNAVAILABLE;
        } catch (CodecException e) {
            metrics.failed.increment();
            log.error("SUBSCRIPTION_UNREADABLE: an event for {} cannot be read", batch.thing(), e);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (RuntimeException e) {
            // What ran before it in the batch has run.
            log.error("SUBSCRIPTION_WAITS: a subscription of {} cannot be run now", batch.thing(), e);
            return false;
        }
    }

    /** @return false where it is to be tried again */
    private boolean look(Thing thing, Event event) {
        try {
            alerts.look(thing, event.property(), event.data().first("value"), event.time());
            return true;
        } catch (StoreException e) {
            log.warn("ALERT_WAITS: the alerts of {}.{} cannot be looked at now", thing.name(), event.property(), e);
            return false;
        }
    }

    private boolean run(Handlers running, Thing thing, SubscriptionDefinition subscription, Event event)
            throws InterruptedException, StoreException {
        Optional<ScheduledRun> claimed = scheduled.begin(thing, subscription.name(), event);
        if (claimed.isEmpty()) {
            metrics.skipped.increment();
            return true;
        }
        ScheduledRun run = claimed.get();
        try {
            boolean hasEnded = run(running, thing, subscription, event, run);
            if (!hasEnded) {
                run.withdraw();
            }
            return hasEnded;
        } catch (InterruptedException e) {
            // What it has done is not known, so it is not begun again where it must not be done twice.
            run.failed("the node stopped before it had ended");
            throw e;
        } catch (RuntimeException e) {
            if (!run.isOnce()) {
                throw e;
            }
            failed(thing, subscription, event, "SUBSCRIPTION_FAILED", e.toString());
            run.failed(e.toString());
            return true;
        }
    }

    /** @return false where nothing was begun, and it is to be tried again */
    private boolean run(
            Handlers running, Thing thing, SubscriptionDefinition subscription, Event event, ScheduledRun run)
            throws InterruptedException {
        long start = System.nanoTime();
        for (int attempt = 1; attempt <= MOST_ATTEMPTS && !stopping; attempt++) {
            try {
                begin(running, thing, subscription, event)
                        .toCompletableFuture()
                        .get(deadline.toMillis(), TimeUnit.MILLISECONDS);
                metrics.succeeded.increment();
                metrics.run.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
                run.succeeded();
                return true;
            } catch (TimeoutException e) {
                String why = "it did not end within " + deadline;
                failed(thing, subscription, event, "SUBSCRIPTION_TIMED_OUT", why);
                run.failed(why);
                return true;
            } catch (ExecutionException e) {
                ServiceException failure = Actions.failure(e);
                if (isFinal(failure, run)) {
                    String why = failure.getMessage();
                    failed(thing, subscription, event, "SUBSCRIPTION_FAILED", why);
                    run.failed(why);
                    return true;
                }
            } catch (ServiceException e) {
                if (isFinal(e, run)) {
                    failed(thing, subscription, event, "SUBSCRIPTION_FAILED", e.getMessage());
                    run.failed(e.getMessage());
                    return true;
                }
            }
            if (isStoppedWithin(PAUSE_MILLIS)) {
                break;
            }
        }
        return false;
    }

    /** Waits between attempts; the thread is only interrupted when it is to end, and then nothing has been begun. */
    private static boolean isStoppedWithin(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
            return false;
        } catch (InterruptedException e) {
            log.debug("Stopped between two attempts", e);
            return true;
        }
    }

    private CompletionStage<?> begin(Handlers running, Thing thing, SubscriptionDefinition subscription, Event event)
            throws ServiceException, InterruptedException {
        Principal principal = SubscriberRights.principal(subscription);
        if (!subscription.isScript()) {
            return running.actions().run(thing, subscription, event, principal, deadline);
        }
        Map<String, Value> variables = new LinkedHashMap<>();
        variables.put("eventData", new Value.Table(event.data()));
        variables.put("eventName", Value.string(event.name()));
        variables.put("eventTime", new Value.Datetime(event.time()));
        variables.put("source", new Value.Text(BaseType.THINGNAME, event.source()));
        variables.put("sourceProperty", Value.string(event.property()));
        return running.scripts()
                .run(thing, subscription.name(), subscription.implementation().code(), variables, principal);
    }

    /**
     * Whether it is not to be tried again. It is where there was no room for the script, and where shared state or the database was away
     * from it, unless it must not be begun twice.
     */
    private static boolean isFinal(ServiceException failure, ScheduledRun run) {
        return switch (failure.kind()) {
            case NO_ROOM -> false;
            case UNAVAILABLE -> run.isOnce();
            default -> true;
        };
    }

    private void failed(Thing thing, SubscriptionDefinition subscription, Event event, String code, String why) {
        metrics.failed.increment();
        log.warn(
                "{}: subscription {} of {} on {} of {}: {}",
                code,
                subscription.name(),
                thing.name(),
                event.name(),
                event.source(),
                why);
    }

    /** Begins nothing more, and waits for what runs. */
    void close(Duration patience) throws InterruptedException {
        stopping = true;
        threads.shutdown();
        outsideThreads.shutdown();
        long end = System.nanoTime() + patience.toNanos();
        for (ExecutorService each : List.of(threads, outsideThreads)) {
            if (!each.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                // What waits is answered as not done, at once.
                each.shutdownNow().forEach(Runnable::run);
            }
        }
    }
}
