package org.steadfast.foundation.event;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
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
import java.util.stream.Collectors;
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
import org.steadfast.persistence.store.ScheduleRunStore;
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
public final class EventDispatch implements Followers, Following, EventSink, FireSink, AutoCloseable {
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
    private final ScheduledRuns scheduled;
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

    /** Changes of one thing that were committed together, and whether they are visible. */
    private static final class Committed {
        final List<Written.Followed> together;
        boolean visible;

        Committed(List<Written.Followed> together) {
            this.together = together;
        }
    }

    /** Changes of a property that are to be told. */
    private record Changed(FollowedWrites writes, Before before, Occurrence occurrence) {}

    /** An event that is to be told, in its place among those that happened together. */
    private record Told(Event event, int place, Occurrence occurrence) {}

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
        this.scheduled = new ScheduledRuns(around.scheduleRuns(), around.writer());
        this.runs = new SubscriptionRuns(
                model,
                alerts,
                new SubscriberRights(model, authority),
                scheduled,
                around.standing(),
                metrics,
                settings,
                around.outsideThreads());
        this.deliveries = new Deliveries(around.state().messages(), runs);
        this.keeper = new JournalKeeper(
                around.journal(), around.writer(), settings.journalWatch(), backlog, this::takenOver, this::catchUp);
    }

    /**
     * What events need of the node.
     *
     * @param outsideThreads how many subscriptions may wait for servers outside at a time
     */
    public record Around(
            Model model,
            EventJournal journal,
            AlertStore alerts,
            ScheduleRunStore scheduleRuns,
            WriterId writer,
            SharedState state,
            Standing standing,
            Authority authority,
            AbandonedWriters abandoned,
            MeterRegistry registry,
            Clock clock,
            int outsideThreads) {}

    /** Begins to take events, which wait until {@link #run}. */
    public static EventDispatch start(Around around, EventSettings settings) {
        EventDispatch dispatch = new EventDispatch(around, settings);
        dispatch.deliveries.start();
        dispatch.appends.start();
        dispatch.scheduled.start();
        around.model().onStart(dispatch::thingStarted);
        return dispatch;
    }

    /** Begins to run subscriptions, and to look for events that nobody looks after. */
    public void run(Scripts scripts, Actions actions) {
        runs.begin(scripts, actions);
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
        }
        byThing(followed)
                .forEach((thing, together) -> committed.compute(thing, (id, line) -> {
                    Deque<Committed> present = line == null ? new ArrayDeque<>() : line;
                    present.add(new Committed(together));
                    return present;
                }));
    }

    private static Map<Long, List<Written.Followed>> byThing(List<Written.Followed> followed) {
        return followed.stream()
                .collect(Collectors.groupingBy(each -> each.writes().key().thingId()));
    }

    @Override
    public void visible(List<Written.Followed> followed) {
        byThing(followed)
                .forEach((thing, together) -> committed.computeIfPresent(thing, (id, line) -> {
                    line.stream()
                            .filter(one -> !one.visible && one.together.equals(together))
                            .findFirst()
                            .ifPresent(one -> one.visible = true);
                    while (!line.isEmpty() && line.element().visible) {
                        changed(line.remove().together);
                    }
                    return line.isEmpty() ? null : line;
                }));
    }

    @Override
    public void changedInMemory(List<Written.Followed> followed) {
        followed.forEach(each -> changed(List.of(each)));
    }

    /** Changes of one thing that happened together. */
    private void changed(List<Written.Followed> together) {
        List<Changed> taken = new ArrayList<>(together.size());
        for (Written.Followed each : together) {
            Occurrence occurrence = begin(each.journalId(), bytes(each.writes()));
            if (occurrence != null) {
                taken.add(new Changed(each.writes(), each.before(), occurrence));
            }
        }
        if (!taken.isEmpty()) {
            dispatcher.execute(() -> dispatch(taken));
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
        return begin(journalId, bytes, () -> {});
    }

    private Occurrence begin(long journalId, long bytes, Runnable onEnded) {
        backlog.add(bytes);
        return new Occurrence(
                journalId,
                bytes,
                occurrence -> {
                    heard(occurrence);
                    onEnded.run();
                },
                occurrence -> {
                    givenUp(occurrence);
                    onEnded.run();
                });
    }

    @Override
    public boolean hasRoom() {
        return backlog.hasRoom();
    }

    @Override
    public boolean isHeard(Thing source, String event) throws ModelException {
        return !model.subscribers().isSure()
                || !subscriptions.hearing(source, event, "").isEmpty();
    }

    @Override
    public void tell(FiredEvent event, long journalId, Runnable onEnded) {
        keeper.know(journalId);
        Occurrence occurrence = begin(journalId, OVERHEAD_BYTES + event.data().length, onEnded);
        dispatcher.execute(() -> dispatch(event, occurrence));
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
            changed(List.of(new Written.Followed(changes.writes(), changes.before(), changes.id())));
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
    private void dispatch(List<Changed> together) {
        FollowedWrites first = together.get(0).writes();
        List<Occurrence> occurrences =
                together.stream().map(Changed::occurrence).toList();
        try {
            Optional<Thing> thing = model.things()
                    .find(first.follow().thing())
                    .filter(found -> found.id() == first.key().thingId());
            List<Told> told = new ArrayList<>();
            if (thing.isPresent()) {
                for (Changed changed : together) {
                    tell(thing.get(), changed, told);
                }
            }
            // Each property's are in order already, and so stay.
            told.sort(Comparator.comparingInt(Told::place));
            deliver(told, thing.orElse(null), occurrences);
        } catch (ModelException | RuntimeException e) {
            notDispatched(first.follow().thing(), occurrences, e);
        }
    }

    private static void tell(Thing thing, Changed changed, List<Told> told) {
        FieldDefinition property = thing.properties().get(changed.writes().key().property());
        if (property == null) {
            return;
        }
        Occurrence occurrence = changed.occurrence();
        boolean watched = Alerts.watch(thing, property.name());
        for (PropertyChange change : PropertyChange.of(changed.writes(), changed.before())) {
            if (watched) {
                told.add(new Told(look(thing, property, change), change.place(), occurrence));
            }
            if (DataChangeRule.fires(property, change)) {
                for (String name : List.of(Subscriptions.DATA_CHANGE, Subscriptions.ANY_DATA_CHANGE)) {
                    told.add(new Told(dataChange(thing, name, property, change), change.place(), occurrence));
                }
            }
        }
    }

    /** Run by the dispatcher. */
    private void dispatch(FiredEvent fired, Occurrence occurrence) {
        try {
            Optional<Thing> thing = model.things().find(fired.thing()).filter(found -> found.id() == fired.thingId());
            Infotable data = ValueCodec.readInfotable(new WireReader(fired.data()));
            Event event =
                    new Event(fired.thingId(), fired.thing(), fired.event(), fired.property(), fired.time(), data);
            List<Event> events = switch (fired.event()) {
                case Alerts.ALERT, Alerts.RESET, Alerts.ACKNOWLEDGED ->
                    List.of(
                            event,
                            new Event(
                                    event.sourceId(),
                                    event.source(),
                                    "Any" + event.name(),
                                    event.property(),
                                    event.time(),
                                    data));
                default -> List.of(event);
            };
            List<Told> told = thing.isEmpty()
                    ? List.of()
                    : events.stream().map(each -> new Told(each, 0, occurrence)).toList();
            deliver(told, thing.orElse(null), List.of(occurrence));
        } catch (ModelException | CodecException | RuntimeException e) {
            notDispatched(fired.thing(), List.of(occurrence), e);
        }
    }

    private static void notDispatched(String thing, List<Occurrence> occurrences, Exception e) {
        boolean durable = occurrences.stream().anyMatch(Occurrence::isDurable);
        log.warn("EVENT_NOT_DISPATCHED: an event of {} {}", thing, durable ? "waits" : "is lost", e);
        occurrences.forEach(Occurrence::giveUp);
    }

    /** @param occurrences all that these events belong to, also those that have none */
    private void deliver(List<Told> events, Thing source, List<Occurrence> occurrences) throws ModelException {
        List<Delivery> all = new ArrayList<>();
        for (Told told : events) {
            Event event = told.event();
            Occurrence occurrence = told.occurrence();
            if (event.name().equals(ALERT_LOOK)) {
                byte[] look = event.encode();
                all.add(new Delivery(source.id(), source.name(), Delivery.ALERTS, look, occurrence));
                grow(occurrence, DELIVERY_BYTES + look.length);
                continue;
            }
            byte[] encoded = null;
            for (Subscriptions.Hearer hearer : subscriptions.hearing(source, event.name(), event.property())) {
                encoded = encoded == null ? event.encode() : encoded;
                all.add(new Delivery(
                        hearer.thing().id(),
                        hearer.thing().name(),
                        hearer.subscription().name(),
                        encoded,
                        occurrence));
                grow(occurrence, DELIVERY_BYTES);
            }
            if (encoded != null) {
                grow(occurrence, encoded.length);
                metrics.events.increment();
            }
        }
        Map<Occurrence, Long> expected =
                all.stream().collect(Collectors.groupingBy(Delivery::occurrence, Collectors.counting()));
        for (Occurrence occurrence : occurrences) {
            occurrence.expect(Math.toIntExact(expected.getOrDefault(occurrence, 0L)));
        }
        all.forEach(deliveries::add);
    }

    private void grow(Occurrence occurrence, long bytes) {
        occurrence.grow(bytes);
        backlog.grow(bytes);
    }

    /** For the thing itself: its alerts are to be looked at. */
    private static Event look(Thing thing, FieldDefinition property, PropertyChange change) {
        return new Event(
                thing.id(),
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
        return new Event(
                thing.id(), thing.name(), name, property.name(), change.after().time(), data);
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
        scheduled.close(PATIENCE);
        appends.close(PATIENCE.toMillis());
        deliveries.close(PATIENCE);
        dispatcher.shutdown();
        if (!dispatcher.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            dispatcher.shutdownNow();
        }
        keeper.close(PATIENCE);
    }
}
