package org.steadfast.foundation.scheduler;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.foundation.event.FireSink;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.schedule.MisfirePolicy;
import org.steadfast.foundation.schedule.Misfires;
import org.steadfast.persistence.store.ScheduleStore;
import org.steadfast.persistence.store.ScheduleStore.Claim;
import org.steadfast.persistence.store.ScheduleStore.Claimed;
import org.steadfast.persistence.store.ScheduleStore.Fate;
import org.steadfast.persistence.store.ScheduleStore.Fire;
import org.steadfast.persistence.store.ScheduleStore.Progress;
import org.steadfast.persistence.store.ScheduleStore.Told;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.WriterId;

/**
 * One time of this node as the singleton, under one epoch: the schedules in memory, and each claim of what is due. Whatever the database
 * refuses or does not answer, the schedules that it was about are read anew. Used by one thread.
 */
final class Leadership {
    private static final Logger log = LoggerFactory.getLogger(Leadership.class);
    private static final int MOST_AT_ONCE = 500;
    /** When so many fires are together, those of the next schedule wait for the next statement: much may have been missed. */
    private static final int MOST_FIRES = 1_000;
    /** So long one statement is prepared: to find out what was missed may take its time. */
    private static final long LONGEST_PREPARATION_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    /** Everything is read again after so long, where that takes no time, in case a change was not told. */
    private static final long READ_AGAIN_NANOS = TimeUnit.MINUTES.toNanos(5);

    private static final long NO_TIME_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    /** Schedules that one statement begins or ends, and names that are looked up at once. */
    private static final int PAGE = 1_000;

    private final ScheduleStore store;
    private final WriterId writer;
    private final long epoch;
    private final Model model;
    private final FireSink sink;
    private final ModelChanges changes;
    private final ScheduleDefinitions definitions;
    private final DatabaseClock clock;
    private final SchedulerMetrics metrics;
    private final long thresholdMillis;
    private final Board board = new Board();
    /** Schedules of which it is not known how far the database has them. */
    private final Set<Long> uncertain = new HashSet<>();
    /** Whether everything has to be read anew. */
    private boolean isOutdated = true;
    /** When everything was read last, by {@link System#nanoTime()}, and how long it took. */
    private long readAt;

    private long readNanos;
    /** Whether who subscribes cannot be looked up now; found out anew with each claim. */
    private boolean isBlind;

    private Leadership(
            ScheduleStore store,
            WriterId writer,
            long epoch,
            Model model,
            FireSink sink,
            ModelChanges changes,
            SchedulerMetrics metrics,
            long thresholdMillis) {
        this.store = store;
        this.writer = writer;
        this.epoch = epoch;
        this.model = model;
        this.sink = sink;
        this.changes = changes;
        this.definitions = new ScheduleDefinitions(model);
        this.clock = new DatabaseClock(store);
        this.metrics = metrics;
        this.thresholdMillis = thresholdMillis;
    }

    /** Takes the role from whoever had it. */
    static Leadership take(
            ScheduleStore store,
            WriterId writer,
            Model model,
            FireSink sink,
            ModelChanges changes,
            SchedulerMetrics metrics,
            long thresholdMillis)
            throws StoreException {
        long epoch = store.lead(writer);
        return new Leadership(store, writer, epoch, model, sink, changes, metrics, thresholdMillis);
    }

    long epoch() {
        return epoch;
    }

    /**
     * Does what there is to do now.
     *
     * @return how many milliseconds there will be nothing to do; 0 where there is more
     * @throws HeldUpException if nothing may be fired now
     */
    long turn(long longestWait) throws StoreException, ModelException, HeldUpException {
        if (isOutdated || readNanos < NO_TIME_NANOS && System.nanoTime() - readAt > READ_AGAIN_NANOS) {
            readAll();
        }
        apply(changes.take());
        readUncertain();
        if (clock.isStale()) {
            clock.set();
        }
        if (!sink.hasRoom()) {
            throw new HeldUpException("too many events wait for their subscriptions");
        }
        List<Schedule> due = board.due(clock.now(), MOST_AT_ONCE);
        if (!due.isEmpty()) {
            claim(due);
            return 0;
        }
        OptionalLong next = board.next();
        return next.isEmpty() ? longestWait : Math.max(1, Math.min(longestWait, next.getAsLong() - clock.now()));
    }

    private void readAll() throws StoreException, ModelException {
        long begin = System.nanoTime();
        changes.begin();
        clock.set();
        definitions.readTemplates();
        List<ScheduleDefinitions.Definition> all = definitions.all();
        Map<Long, Progress> progress = new HashMap<>();
        List<Progress> page;
        long after = Long.MIN_VALUE;
        do {
            page = store.progress(after, PAGE);
            for (Progress one : page) {
                after = one.thingId();
                progress.put(after, one);
            }
        } while (page.size() == PAGE);
        Set<Long> fire = ScheduleDefinitions.things(all);
        List<Long> ended = new ArrayList<>(progress.keySet());
        ended.removeAll(fire);
        end(ended);
        Set<Long> gone = new HashSet<>(board.things());
        gone.removeAll(fire);
        gone.forEach(board::remove);
        put(all, progress);
        uncertain.clear();
        isOutdated = false;
        metrics.schedules(board.size());
        readAt = System.nanoTime();
        readNanos = readAt - begin;
        log.info("{} timers and schedulers fire, read in {} ms", board.size(), readNanos / 1_000_000);
    }

    private void apply(ModelChanges.Taken taken) throws StoreException, ModelException {
        if (taken.isEmpty()) {
            return;
        }
        // Until it is done: whatever fails now must not be forgotten.
        isOutdated = true;
        boolean readAll = taken.isTooMuch();
        if (!taken.templates().isEmpty()) {
            readAll |= taken.templates().stream().anyMatch(definitions::isTemplate);
            definitions.readTemplates();
            readAll |= taken.templates().stream().anyMatch(definitions::isTemplate);
        }
        if (readAll) {
            readAll();
            return;
        }
        List<String> names = List.copyOf(taken.things());
        for (int from = 0; from < names.size(); from += PAGE) {
            changed(names.subList(from, Math.min(names.size(), from + PAGE)));
        }
        isOutdated = false;
        metrics.schedules(board.size());
    }

    private void changed(List<String> names) throws StoreException, ModelException {
        Map<String, ScheduleDefinitions.Definition> now = definitions.of(names);
        List<Long> ended = new ArrayList<>();
        for (String name : names) {
            board.find(name).ifPresent(before -> {
                ScheduleDefinitions.Definition after = now.get(name);
                if (after == null || after.thingId() != before.thingId()) {
                    board.remove(before.thingId());
                    ended.add(before.thingId());
                }
            });
        }
        end(ended);
        Map<Long, Progress> progress = new HashMap<>();
        for (ScheduleDefinitions.Definition definition : now.values()) {
            board.find(definition.thingId())
                    .ifPresent(before -> progress.put(
                            before.thingId(),
                            new Progress(before.thingId(), before.terms().plan().text(), before.lastFire())));
        }
        put(now.values(), progress);
    }

    /** Goes on with those that fire by what they did before, and lets the others begin now. */
    private void put(Collection<ScheduleDefinitions.Definition> all, Map<Long, Progress> progress)
            throws StoreException {
        List<Progress> begun = new ArrayList<>();
        List<Schedule> schedules = new ArrayList<>();
        for (ScheduleDefinitions.Definition definition : all) {
            Progress before = progress.get(definition.thingId());
            String plan = definition.terms().plan().text();
            long lastFire = before != null && before.plan().equals(plan) ? before.lastFire() : clock.now();
            if (before == null || !before.plan().equals(plan)) {
                begun.add(new Progress(definition.thingId(), plan, lastFire));
            }
            Schedule schedule = new Schedule(
                    definition.thingId(), definition.name(), definition.kind(), definition.terms(), lastFire);
            schedules.add(board.find(definition.thingId())
                    .map(known -> new Schedule(
                            schedule.thingId(),
                            schedule.name(),
                            schedule.kind(),
                            schedule.terms(),
                            schedule.lastFire(),
                            known.underWay()))
                    .orElse(schedule));
        }
        for (int from = 0; from < begun.size(); from += PAGE) {
            store.begin(epoch, begun.subList(from, Math.min(begun.size(), from + PAGE)));
        }
        schedules.forEach(this::put);
    }

    /** One that cannot be reckoned with must not keep the others from firing. */
    private void put(Schedule schedule) {
        try {
            board.put(schedule);
        } catch (RuntimeException | StackOverflowError e) {
            unreadable(schedule, e);
        }
    }

    private void unreadable(Schedule schedule, Throwable failure) {
        board.remove(schedule.thingId());
        uncertain.remove(schedule.thingId());
        log.error(
                "SCHEDULE_UNREADABLE: {} does not fire until it is changed: {}",
                schedule.name(),
                schedule.terms().plan().text(),
                failure);
    }

    private void end(List<Long> things) throws StoreException {
        for (int from = 0; from < things.size(); from += PAGE) {
            store.end(epoch, things.subList(from, Math.min(things.size(), from + PAGE)));
        }
    }

    private void readUncertain() throws StoreException {
        if (uncertain.isEmpty()) {
            return;
        }
        Map<Long, Progress> progress = new HashMap<>();
        store.progress(uncertain).forEach(one -> progress.put(one.thingId(), one));
        for (long thing : uncertain) {
            Progress one = progress.get(thing);
            board.find(thing).ifPresent(schedule -> {
                if (one == null) {
                    board.remove(thing);
                } else {
                    put(schedule.at(one.lastFire()));
                }
            });
        }
        uncertain.clear();
    }

    private void claim(List<Schedule> due) throws StoreException {
        long now = clock.now();
        List<Claim> claims = new ArrayList<>(due.size());
        int fires = 0;
        isBlind = false;
        long begin = System.nanoTime();
        for (Schedule schedule : due) {
            if (fires >= MOST_FIRES || System.nanoTime() - begin > LONGEST_PREPARATION_NANOS && !claims.isEmpty()) {
                break;
            }
            try {
                Misfires step = Misfires.of(schedule.terms(), schedule.lastFire(), now, thresholdMillis);
                Claim claim = claim(schedule, step);
                claims.add(claim);
                fires += claim.fires().size();
                metrics.passedOver(step.passedOver());
            } catch (RuntimeException | StackOverflowError e) {
                unreadable(schedule, e);
            }
        }
        if (claims.isEmpty()) {
            return;
        }
        claims.forEach(claim -> uncertain.add(claim.thingId()));
        long before = System.nanoTime();
        Claimed claimed = store.claim(epoch, writer, claims);
        clock.observe(claimed.now(), before, System.nanoTime());
        for (Claim claim : claims) {
            if (claimed.things().contains(claim.thingId())) {
                uncertain.remove(claim.thingId());
                board.find(claim.thingId()).ifPresent(schedule -> put(schedule.at(claim.upTo())));
                claim.fires().forEach(fire -> metrics.fired(claimed.now(), fire));
            }
        }
        for (Told told : claimed.told()) {
            board.find(told.event().thingId()).ifPresent(schedule -> {
                schedule.underWay().incrementAndGet();
                sink.tell(told.event(), told.journalId(), schedule.underWay()::decrementAndGet);
            });
        }
    }

    private Claim claim(Schedule schedule, Misfires step) {
        boolean isHeard = !step.fires().isEmpty() && isHeard(schedule);
        int underWay = schedule.underWay().get();
        List<Fire> fires = new ArrayList<>(step.fires().size());
        for (Misfires.FireTime time : step.fires()) {
            Fate fate = Fate.UNHEARD;
            if (isHeard) {
                boolean isWanted = time.isLate() && schedule.terms().misfire() == MisfirePolicy.FIRE_ALL
                        || underWay < schedule.terms().overlap().most();
                fate = isWanted ? Fate.TOLD : Fate.OVERLAPPED;
                underWay++;
            }
            fires.add(new Fire(FireEvents.of(schedule, time.time()), fate, time.missed()));
        }
        return new Claim(schedule.thingId(), schedule.lastFire(), step.upTo(), fires);
    }

    /** Where that cannot be found out now, whoever brings the event will. */
    private boolean isHeard(Schedule schedule) {
        if (isBlind) {
            return true;
        }
        try {
            return model.things()
                    .find(schedule.name())
                    .filter(thing -> thing.id() == schedule.thingId())
                    .map(thing -> isHeard(thing, schedule))
                    .orElse(false);
        } catch (ModelException e) {
            return isBlind(schedule, e);
        }
    }

    private boolean isBlind(Schedule schedule, ModelException e) {
        log.debug("Who subscribes to {} cannot be looked up now", schedule.name(), e);
        isBlind = true;
        return true;
    }

    private boolean isHeard(Thing thing, Schedule schedule) {
        try {
            return sink.isHeard(thing, schedule.kind().event());
        } catch (ModelException e) {
            return isBlind(schedule, e);
        }
    }
}
