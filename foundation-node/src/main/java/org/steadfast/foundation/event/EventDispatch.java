package org.steadfast.foundation.event;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.coordination.lease.Standing;
import org.steadfast.foundation.alert.Alerts;
import org.steadfast.foundation.ingestion.AbandonedWriters;
import org.steadfast.foundation.ingestion.Followers;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.property.Following;
import org.steadfast.foundation.property.Urgency;
import org.steadfast.foundation.security.Authority;
import org.steadfast.foundation.security.Principal;
import org.steadfast.foundation.security.Right;
import org.steadfast.foundation.service.Scripts;
import org.steadfast.foundation.service.ServiceException;
import org.steadfast.foundation.sharedstate.SharedState;
import org.steadfast.persistence.store.AlertStore;
import org.steadfast.persistence.store.Before;
import org.steadfast.persistence.store.EventJournal;
import org.steadfast.persistence.store.FiredEvent;
import org.steadfast.persistence.store.Follow;
import org.steadfast.persistence.store.FollowedWrites;
import org.steadfast.persistence.store.JournalEntry;
import org.steadfast.persistence.store.ValueWrite;
import org.steadfast.persistence.store.WriterId;
import org.steadfast.persistence.store.Written;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.ValueCodec;
import org.steadfast.protocol.wire.WireReader;
import org.steadfast.protocol.wire.WireWriter;

/**
 * Takes what happens on this node, finds out who subscribes to it, and sees to it that they hear of it. Safe for use by several
 * threads.
 */
public final class EventDispatch implements Followers, Following, EventSink, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EventDispatch.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /** No event of a thing, so no name of one. */
    private static final String ALERT_LOOK = "";
    /** What an event takes in memory besides what it brings. */
    private static final int OVERHEAD_BYTES = 500;
    /** What it takes for each subscription that hears of it. */
    private static final int DELIVERY_BYTES = 200;

    private final Model model;
    private final Authority authority;
    private final Subscriptions subscriptions;
    private final JournalAppends appends;
    private final AbandonedWriters abandoned;
    private final Clock clock;
    private final Backlog backlog;
    private final EventMetrics metrics;
    private final Alerts alerts;
    private final SubscriptionRuns runs;
    private final Deliveries deliveries;
    private final JournalKeeper keeper;
    /** One thread, so that what is given to it in an order is dealt with in that order; its queue is bounded by the backlog. */
    private final ExecutorService dispatcher =
            Executors.newSingleThreadExecutor(task -> new Thread(task, "event-dispatch"));
    /**
     * Committed changes by number of their thing, in the order in which they were committed: those become visible in another one
     * now and then. Added to by lanes, taken off by those who publish; the map guards each.
     */
    private final Map<Long, Deque<Committed>> committed = new ConcurrentHashMap<>();

    /** Changes of which it is known whether they are visible. */
    private static final class Committed {
        final Written.Followed followed;
        boolean visible;

        Committed(Written.Followed followed) {
            this.followed = followed;
        }
    }

    private EventDispatch(Around around, EventSettings settings) {
        this.model = around.model();
        this.authority = around.authority();
        this.subscriptions = new Subscriptions(model);
        this.appends = new JournalAppends(around.journal(), around.writer());
        this.abandoned = around.abandoned();
        this.clock = around.clock();
        this.backlog = new Backlog(settings);
        this.metrics = new EventMetrics(around.registry(), backlog);
        this.alerts = new Alerts(around.alerts(), around.state(), around.writer(), (event, id) -> written(event, id));
        this.runs = new SubscriptionRuns(
                model, alerts, new SubscriberRights(model, authority), around.standing(), metrics, settings);
        this.deliveries = new Deliveries(around.state().messages(), runs);
        this.keeper = new JournalKeeper(
                around.journal(), around.writer(), settings.journalWatch(), backlog, this::takenOver, this::catchUp);
    }

    /** What events need of the node. */
    public record Around(
            Model model,
            EventJournal journal,
            AlertStore alerts,
            WriterId writer,
            SharedState state,
            Standing standing,
            Authority authority,
            AbandonedWriters abandoned,
            MeterRegistry registry,
            Clock clock) {}

    /** Begins to take events, which wait until {@link #run}. */
    public static EventDispatch start(Around around, EventSettings settings) {
        EventDispatch dispatch = new EventDispatch(around, settings);
        dispatch.deliveries.start();
        dispatch.appends.start();
        around.model().onStart(dispatch::thingStarted);
        return dispatch;
    }

    /** Begins to run subscriptions, and to look for events that nobody looks after. */
    public void run(Scripts scripts) {
        runs.begin(scripts);
        keeper.start();
    }

    /** Begins no further subscription, and waits for those that run; other nodes do what is left. */
    public void stopRunning() throws InterruptedException {
        keeper.takeNothingMore();
        runs.close(PATIENCE);
    }

    /** The alerts of things. */
    public Alerts alerts() {
        return alerts;
    }

    @Override
    public Optional<Follow> of(Thing thing, FieldDefinition property) throws ModelException {
        return subscriptions.follow(thing, property);
    }

    @Override
    public boolean hasRoom(Urgency urgency) {
        return backlog.hasRoom(urgency);
    }

    @Override
    public void committed(List<Written.Followed> followed) {
        for (Written.Followed each : followed) {
            if (each.journalId() != 0) {
                keeper.know(each.journalId());
            }
            committed.compute(each.writes().key().thingId(), (thing, line) -> {
                Deque<Committed> present = line == null ? new ArrayDeque<>() : line;
                present.add(new Committed(each));
                return present;
            });
        }
    }

    @Override
    public void visible(List<Written.Followed> followed) {
        for (Written.Followed each : followed) {
            committed.computeIfPresent(each.writes().key().thingId(), (thing, line) -> {
                line.stream()
                        .filter(one -> one.followed.equals(each))
                        .findFirst()
                        .ifPresent(one -> one.visible = true);
                while (!line.isEmpty() && line.element().visible) {
                    changed(line.remove().followed);
                }
                return line.isEmpty() ? null : line;
            });
        }
    }

    @Override
    public void changedInMemory(List<Written.Followed> followed) {
        followed.forEach(this::changed);
    }

    private void changed(Written.Followed followed) {
        Occurrence occurrence = begin(followed.journalId(), bytes(followed.writes()));
        if (occurrence != null) {
            dispatcher.execute(() -> dispatch(followed.writes(), followed.before(), occurrence));
        }
    }

    private static long bytes(FollowedWrites writes) {
        long bytes = 0;
        for (ValueWrite write : writes.writes()) {
            bytes += OVERHEAD_BYTES + write.value().length;
        }
        return bytes;
    }

    /** @return null where there is no room, and the event is one that may be dropped */
    private Occurrence begin(long journalId, long bytes) {
        if (journalId == 0 && !backlog.hasRoom()) {
            metrics.dropped.increment();
            return null;
        }
        backlog.add(bytes);
        return new Occurrence(journalId, bytes, this::heard, this::givenUp);
    }

    private void heard(Occurrence occurrence) {
        backlog.remove(occurrence.bytes());
        if (occurrence.isDurable()) {
            keeper.heard(occurrence.journalId());
        }
    }

    private void givenUp(Occurrence occurrence) {
        backlog.remove(occurrence.bytes());
        if (occurrence.isDurable()) {
            keeper.letGo(occurrence.journalId());
        } else {
            metrics.dropped.increment();
        }
    }

    private void takenOver(JournalEntry entry) {
        metrics.takenOver.increment();
        if (entry instanceof JournalEntry.Changes changes) {
            changed(new Written.Followed(changes.writes(), changes.before(), changes.id()));
        } else if (entry instanceof JournalEntry.Fired fired) {
            FiredEvent event = fired.event();
            taken(event, fired.id());
        }
    }

    private void catchUp() throws InterruptedException {
        deliveries.askAgain();
        abandoned.look();
        try {
            model.subscribers().catchUp();
        } catch (ModelException e) {
            log.debug("Who subscribes to what cannot be looked up now", e);
        }
    }

    /** Run by the dispatcher. */
    private void dispatch(FollowedWrites writes, Before before, Occurrence occurrence) {
        try {
            Optional<Thing> thing = model.things()
                    .find(writes.follow().thing())
                    .filter(found -> found.id() == writes.key().thingId());
            FieldDefinition property = thing.map(
                            found -> found.properties().get(writes.key().property()))
                    .orElse(null);
            List<Event> events = new ArrayList<>();
            boolean watched = property != null && Alerts.watch(thing.get(), property.name());
            if (property != null) {
                for (PropertyChange change : PropertyChange.of(writes, before)) {
                    if (watched) {
                        events.add(look(thing.get(), property, change));
                    }
                    if (DataChangeRule.fires(property, change)) {
                        events.add(dataChange(thing.get(), Subscriptions.DATA_CHANGE, property, change));
                        events.add(dataChange(thing.get(), Subscriptions.ANY_DATA_CHANGE, property, change));
                    }
                }
            }
            deliver(events, thing.orElse(null), occurrence);
        } catch (ModelException | RuntimeException e) {
            notDispatched(writes.follow().thing(), occurrence, e);
        }
    }

    /** Run by the dispatcher. */
    private void dispatch(FiredEvent fired, Occurrence occurrence) {
        try {
            Optional<Thing> thing = model.things().find(fired.thing()).filter(found -> found.id() == fired.thingId());
            Infotable data = ValueCodec.readInfotable(new WireReader(fired.data()));
            Event event = new Event(fired.thing(), fired.event(), fired.property(), fired.time(), data);
            List<Event> events = switch (fired.event()) {
                case Alerts.ALERT, Alerts.RESET, Alerts.ACKNOWLEDGED ->
                    List.of(
                            event,
                            new Event(event.source(), "Any" + event.name(), event.property(), event.time(), data));
                default -> List.of(event);
            };
            deliver(thing.isEmpty() ? List.of() : events, thing.orElse(null), occurrence);
        } catch (ModelException | CodecException | RuntimeException e) {
            notDispatched(fired.thing(), occurrence, e);
        }
    }

    private static void notDispatched(String thing, Occurrence occurrence, Exception e) {
        log.warn("EVENT_NOT_DISPATCHED: an event of {} {}", thing, occurrence.isDurable() ? "waits" : "is lost", e);
        occurrence.giveUp();
    }

    private void deliver(List<Event> events, Thing source, Occurrence occurrence) throws ModelException {
        List<Delivery> all = new ArrayList<>();
        long bytes = 0;
        for (Event event : events) {
            byte[] encoded = null;
            if (event.name().equals(ALERT_LOOK)) {
                all.add(new Delivery(source.id(), source.name(), Delivery.ALERTS, event.encode(), occurrence));
                bytes += DELIVERY_BYTES + all.get(all.size() - 1).event().length;
                continue;
            }
            for (Subscriptions.Hearer hearer : subscriptions.hearing(source, event.name(), event.property())) {
                encoded = encoded == null ? event.encode() : encoded;
                all.add(new Delivery(
                        hearer.thing().id(),
                        hearer.thing().name(),
                        hearer.subscription().name(),
                        encoded,
                        occurrence));
                bytes += DELIVERY_BYTES;
            }
            if (encoded != null) {
                bytes += encoded.length;
                metrics.events.increment();
            }
        }
        occurrence.grow(bytes);
        backlog.grow(bytes);
        occurrence.expect(all.size());
        all.forEach(deliveries::add);
    }

    /** For the thing itself: its alerts are to be looked at. */
    private static Event look(Thing thing, FieldDefinition property, PropertyChange change) {
        return new Event(
                thing.name(),
                ALERT_LOOK,
                property.name(),
                change.after().time(),
                Infotable.single(
                        new FieldDefinition("value", property.baseType()),
                        change.after().value()));
    }

    private static Event dataChange(Thing thing, String name, FieldDefinition property, PropertyChange change) {
        List<FieldDefinition> fields = new ArrayList<>();
        fields.add(new FieldDefinition("oldValue", BaseType.INFOTABLE));
        fields.add(new FieldDefinition("newValue", BaseType.INFOTABLE));
        Infotable data = new Infotable(
                fields,
                List.of(List.of(
                        ChangedValue.of(property, change.before()),
                        ChangedValue.of(property, Optional.of(change.after())))));
        return new Event(thing.name(), name, property.name(), change.after().time(), data);
    }

    @Override
    public CompletionStage<Void> fire(Thing source, String event, Infotable data, long time, Principal principal)
            throws Exception {
        authority.of(principal, source).requireVisible().require(Right.EVENT_INVOKE, event);
        Urgency urgency = principal.isOfSubscription() ? Urgency.OF_SUBSCRIPTION : Urgency.USUAL;
        return fire(source, event, "", data, time, urgency);
    }

    private CompletionStage<Void> fire(
            Thing source, String event, String property, Infotable data, long time, Urgency urgency) throws Exception {
        List<Subscriptions.Hearer> hearers = subscriptions.hearing(source, event, property);
        if (hearers.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        if (!backlog.hasRoom(urgency)) {
            throw new ServiceException(
                    ServiceException.Kind.UNAVAILABLE, "too many events wait for their subscriptions");
        }
        WireWriter bytes = new WireWriter();
        ValueCodec.writeInfotable(bytes, data);
        FiredEvent fired = new FiredEvent(source.id(), source.name(), event, property, time, bytes.toByteArray());
        boolean durable =
                hearers.stream().anyMatch(hearer -> hearer.subscription().persistent());
        if (!durable) {
            taken(fired, 0);
            return CompletableFuture.completedFuture(null);
        }
        // Held as long as it is not written down, so that a database that hangs does not let the memory fill.
        long held = OVERHEAD_BYTES + fired.data().length;
        backlog.add(held);
        return appends.append(fired, id -> written(fired, id)).whenComplete((done, failure) -> backlog.remove(held));
    }

    /** An event has an entry in the journal. */
    private void written(FiredEvent event, long journalId) {
        keeper.know(journalId);
        taken(event, journalId);
    }

    private void taken(FiredEvent event, long journalId) {
        Occurrence occurrence = begin(journalId, OVERHEAD_BYTES + event.data().length);
        if (occurrence != null) {
            dispatcher.execute(() -> dispatch(event, occurrence));
        }
    }

    /** Not on the caller's thread, which is changing the model. */
    private void thingStarted(String name) {
        dispatcher.execute(() -> {
            try {
                Optional<Thing> thing = model.things().find(name);
                if (thing.isPresent()) {
                    fire(
                                    thing.get(),
                                    Subscriptions.THING_START,
                                    "",
                                    new Infotable(List.of(), List.of(List.of())),
                                    clock.millis(),
                                    Urgency.OF_SUBSCRIPTION)
                            .whenComplete((done, failure) -> notStarted(name, failure));
                }
            } catch (Exception e) {
                notStarted(name, e);
            }
        });
    }

    private static void notStarted(String thing, Throwable failure) {
        if (failure != null) {
            log.warn("EVENT_NOT_DISPATCHED: the start of {} could not be told", thing, failure);
        }
    }

    /** Lets what runs end, and gives to the other nodes what was not heard. */
    @Override
    public void close() throws InterruptedException {
        stopRunning();
        appends.close(PATIENCE.toMillis());
        deliveries.close(PATIENCE);
        dispatcher.shutdown();
        if (!dispatcher.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            dispatcher.shutdownNow();
        }
        keeper.close(PATIENCE);
    }
}
