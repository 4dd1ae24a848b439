package org.steadfast.persistence.failover;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.persistence.failover.FailoverRecord.Standing;
import org.steadfast.persistence.failover.ServerState.Follower;
import org.steadfast.persistence.failover.ServerState.Primary;
import org.steadfast.persistence.failover.ServerState.Standby;

/** Has the commits of a primary wait for whoever follows it, and has the others follow it. Used by one thread. */
final class Protection {
    private static final Logger log = LoggerFactory.getLogger(FailoverGuard.class);
    /** So long a standby may be away before commits no longer wait for it: shorter than a write waits for its answer. */
    private static final long MOMENT_NANOS = Duration.ofSeconds(2).toNanos();
    /** By then a primary's processes have been told of new settings; whether they have read them is looked at. */
    private static final long SETTLING_NANOS = Duration.ofSeconds(1).toNanos();

    /** More looks than a standby needs to come to a new timeline. */
    private static final int MANY_LOOKS = 20;
    /** What takes longer is told. */
    private static final long LONG_NANOS = Duration.ofSeconds(30).toNanos();

    private final Map<ServerAddress, DatabaseServer> servers;
    private final FailoverPolicy policy;
    private final OwnRecord record;
    private final Reminders reminders;
    private final LongSupplier nanoTime;

    /** When a standby was last seen to stream, by its name; absent until the record's are taken for seen. */
    private Optional<Map<String, Long>> streamed = Optional.empty();
    /** Who streams now. */
    private final Set<String> here = new HashSet<>();
    /** In how many looks in a row a standby was on an earlier timeline. */
    private final Map<String, Integer> behind = new HashMap<>();
    /** What the primary was told last. */
    private Optional<Told> told = Optional.empty();
    /** Since when nobody follows the primary; empty while somebody does. */
    private Optional<Long> aloneSince = Optional.empty();
    /** When a standby was told last to follow the primary. */
    private final Map<ServerAddress, Long> redirected = new HashMap<>();

    /**
     * What a primary was told.
     *
     * @param isInEffect whether it was seen to do so
     * @param written its position in a look after that; empty until then
     */
    private record Told(
            ServerAddress primary, int timeline, String names, long at, boolean isInEffect, Optional<Long> written) {
        boolean is(ServerAddress other, Primary state, String others) {
            return primary.equals(other) && timeline == state.timeline() && names.equals(others);
        }

        Told inEffect() {
            return new Told(primary, timeline, names, at, true, written);
        }

        Told needing(long position) {
            return new Told(primary, timeline, names, at, isInEffect, Optional.of(position));
        }
    }

    Protection(
            Map<ServerAddress, DatabaseServer> servers,
            FailoverPolicy policy,
            OwnRecord record,
            Reminders reminders,
            LongSupplier nanoTime) {
        this.servers = servers;
        this.policy = policy;
        this.record = record;
        this.reminders = reminders;
        this.nanoTime = nanoTime;
    }

    /** To be called when somebody else may have been at work, or there was no primary. */
    void forget() {
        streamed = Optional.empty();
        told = Optional.empty();
        aloneSince = Optional.empty();
    }

    /**
     * The next step for this primary, of which the record tells.
     *
     * @return whether all is as it should be
     */
    boolean keep(ServerAddress address, Primary primary, Seen seen) throws FailoverException {
        Optional<FailoverException> failure = gather(address, seen);
        boolean isCalm = waitFor(address, primary, wanted(address, primary, seen));
        if (failure.isPresent()) {
            throw failure.get();
        }
        return isCalm;
    }

    /** Has standbys that follow somebody else, or nobody, follow the primary. That one cannot must not keep the others from it. */
    private Optional<FailoverException> gather(ServerAddress address, Seen seen) throws FailoverException {
        Optional<FailoverException> failure = Optional.empty();
        long now = nanoTime.getAsLong();
        for (Map.Entry<ServerAddress, Standby> one : seen.standbys().entrySet()) {
            Standby standby = one.getValue();
            Long before = redirected.get(one.getKey());
            boolean isTold = before != null && now - before < SETTLING_NANOS;
            boolean follows = standby.source().equals(address);
            boolean needsSlot =
                    follows && !standby.receives() && !standby.slot().isEmpty();
            boolean needsHelp = needsSlot || !follows && mayRedirect(standby, seen);
            if (!needsHelp || isTold || !record.mayStep()) {
                continue;
            }
            redirected.put(one.getKey(), now);
            try {
                if (!standby.slot().isEmpty()) {
                    servers.get(address).keepFor(standby.slot());
                }
                if (!follows) {
                    servers.get(one.getKey()).follow(address);
                    log.info("{} follows {} from now on", one.getKey(), address);
                }
            } catch (FailoverException e) {
                failure = Optional.of(e);
            }
        }
        return failure;
    }

    /** One that gets what it needs from somebody whom we do not know under that name is left in peace. */
    private static boolean mayRedirect(Standby standby, Seen seen) {
        return standby.isParked() || !standby.receives() || seen.servers().containsKey(standby.source());
    }

    /** Whom commits are to wait for: our standbys that stream, and those that have not been away for longer than a moment. */
    private Set<String> wanted(ServerAddress address, Primary primary, Seen seen) {
        long now = nanoTime.getAsLong();
        Map<String, Long> times = streamed.orElseGet(HashMap::new);
        if (streamed.isEmpty()) {
            record.now().ifPresent(kept -> kept.standbys().forEach(name -> times.put(name, now)));
            streamed = Optional.of(times);
        }
        here.clear();
        // Others stream too: backups, copies that are being made. They could not take the primary's place.
        for (Standby standby :
                seen.named(primary.standbys().keySet(), reminders).values()) {
            if (isOf(standby, address, primary, seen)
                    && primary.standbys().get(standby.name()).streams()) {
                here.add(standby.name());
                times.put(standby.name(), now);
            }
        }
        times.values().removeIf(last -> now - last > MOMENT_NANOS);
        return new TreeSet<>(times.keySet());
    }

    /**
     * One that has more than the primary's timeline has begins to stream all the same, and tells the primary of what it has: it is on the
     * timeline before, which it cannot leave.
     */
    private boolean isOf(Standby standby, ServerAddress address, Primary primary, Seen seen) {
        if (!standby.receives()
                || !standby.source().equals(address) && seen.servers().containsKey(standby.source())) {
            return false;
        }
        if (standby.timeline() != 0 && standby.timeline() < primary.timeline()) {
            behind.merge(standby.name(), 1, Integer::sum);
            if (behind.get(standby.name()) > MANY_LOOKS) {
                reminders.tell("DIVERGED: the standby " + standby.name() + " does not come to timeline "
                        + primary.timeline() + " of " + address
                        + "; it may have something that the primary has not. Make it anew (pg_rewind)");
            }
        } else {
            behind.remove(standby.name());
        }
        return standby.timeline() == primary.timeline();
    }

    private boolean waitFor(ServerAddress address, Primary primary, Set<String> wanted) throws FailoverException {
        FailoverRecord before = record.now().orElseThrow();
        if (before.standing() == Standing.PROTECTED
                && !StandbyNames.isWithin(primary.synchronous(), before.standbys())) {
            log.warn(
                    "SETTING_CHANGED: synchronous_standby_names of {} is {}, which was not set here; it is set again",
                    address,
                    primary.synchronous());
            told = Optional.empty();
            record.replace(before.unprotected());
            return false;
        }
        if (wanted.isEmpty()) {
            return policy == FailoverPolicy.DURABILITY ? holdOut(address, primary) : goAlone(address, primary);
        }
        aloneSince = Optional.empty();
        if (!before.standbys().containsAll(wanted)) {
            Set<String> longer = new TreeSet<>(before.standbys());
            longer.addAll(wanted);
            if (!record.replace(before.with(longer))) {
                return false;
            }
        }
        FailoverRecord now = record.now().orElseThrow();
        String names = StandbyNames.text(wanted);
        if (!primary.synchronous().equals(names)) {
            return tellPrimary(address, primary, wanted, names);
        }
        if (now.standing() == Standing.PROTECTED && now.standbys().equals(wanted)) {
            return true;
        }
        return confirm(address, primary, wanted, names);
    }

    private boolean tellPrimary(ServerAddress address, Primary primary, Set<String> wanted, String names)
            throws FailoverException {
        boolean isTold = told.isPresent()
                && told.get().is(address, primary, names)
                && nanoTime.getAsLong() - told.get().at() < SETTLING_NANOS;
        if (isTold || !record.mayStep()) {
            return false;
        }
        if (told.isPresent() && told.get().is(address, primary, names)) {
            reminders.tell(
                    "SETTING_NOT_TAKEN: " + address
                            + " was told to set synchronous_standby_names, and it is not so; see whether its configuration can be read");
        }
        servers.get(address).waitFor(wanted);
        told = Optional.of(new Told(address, primary.timeline(), names, nanoTime.getAsLong(), false, Optional.empty()));
        return false;
    }

    /** The record is made true when a standby has what was written before the primary did as it was told. */
    private boolean confirm(ServerAddress address, Primary primary, Set<String> wanted, String names)
            throws FailoverException {
        long now = nanoTime.getAsLong();
        if (told.filter(one -> one.is(address, primary, names)).isEmpty()) {
            // What it does now may not be what it does after it has read its settings again.
            return tellPrimary(address, primary, wanted, names);
        }
        Told last = told.get();
        if (last.written().isEmpty() && last.isInEffect()) {
            // Read after it was seen to be in effect, not in the same look.
            last = last.needing(primary.written());
        } else if (now - last.at() > SETTLING_NANOS && isInEffect(primary, wanted)) {
            last = last.inEffect();
        }
        told = Optional.of(last);
        if (now - last.at() > LONG_NANOS) {
            reminders.tell(
                    "NOT_PROTECTED: " + address + " was told to wait for " + names + ", and after "
                            + Duration.ofNanos(LONG_NANOS).toSeconds()
                            + " s it is not seen that it does and that one of them has everything; the role must be a member of pg_monitor");
        }
        Optional<Long> needed = last.written();
        if (needed.isPresent()
                && wanted.stream().anyMatch(name -> has(primary, name, needed.get()))
                && record.replace(record.now().orElseThrow().protectedBy(wanted))) {
            log.info("Commits of {} wait for {}: one of them can take its place", address, names);
        }
        return false;
    }

    /** The process that has commits wait has read its settings, and so have those that let them go on. */
    private static boolean isInEffect(Primary primary, Set<String> wanted) {
        return primary.isAttentive()
                && primary.standbys().entrySet().stream()
                        .noneMatch(one -> one.getValue().isSynchronous() && !wanted.contains(one.getKey()));
    }

    private boolean has(Primary primary, String name, long written) {
        Follower follower = primary.standbys().get(name);
        return here.contains(name) && follower != null && follower.isSynchronous() && follower.flushed() >= written;
    }

    /** Whom it waited for before is whom it waits for. */
    private boolean holdOut(ServerAddress address, Primary primary) throws FailoverException {
        tellAlone("WRITES_WAIT: no standby follows " + address + ", and no write is acknowledged until one does");
        if (!primary.synchronous().isEmpty()) {
            return true;
        }
        Set<String> nobody = Set.of(StandbyNames.NOBODY);
        return tellPrimary(address, primary, nobody, StandbyNames.text(nobody));
    }

    private boolean goAlone(ServerAddress address, Primary primary) throws FailoverException {
        FailoverRecord before = record.now().orElseThrow();
        if (before.standing() != Standing.UNPROTECTED && !record.replace(before.unprotected())) {
            return false;
        }
        tellAlone("PRIMARY_ALONE: no standby follows " + address + "; if it is lost, everything waits for it");
        return primary.synchronous().isEmpty() || tellPrimary(address, primary, Set.of(), "");
    }

    /** Right after a promotion nobody follows yet, which needs no warning. */
    private void tellAlone(String message) {
        long now = nanoTime.getAsLong();
        if (aloneSince.isEmpty()) {
            aloneSince = Optional.of(now);
        } else if (now - aloneSince.get() > MOMENT_NANOS) {
            reminders.tell(message);
        }
    }
}
