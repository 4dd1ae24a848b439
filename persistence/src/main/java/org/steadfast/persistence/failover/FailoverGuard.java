package org.steadfast.persistence.failover;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.persistence.failover.FailoverRecord.Standing;
import org.steadfast.persistence.failover.FailoverRecords.Entry;
import org.steadfast.persistence.failover.ServerState.Follower;
import org.steadfast.persistence.failover.ServerState.Primary;
import org.steadfast.persistence.failover.ServerState.Standby;

/**
 * Watches the servers of a database, keeps which standbys commits wait for, and promotes a standby when the primary is gone. One node of
 * the cluster does so at a time; that two do for a while does no harm.
 *
 * <p>Why nothing acknowledged is lost: a commit is acknowledged when one of the standbys that the primary waits for has it, and the
 * record's standbys are always at least those: it is made longer before the primary is told, and shorter after the primary was told and
 * a standby has all that was written until then. A standby is promoted only when every one of the record's standbys has been reached and
 * gets nothing any more. Then the old primary, wherever it is, can have nothing acknowledged from then on, and what was acknowledged
 * before is on one of them, so on the one that has most. The record names the one who is promoted before it is, for good: whoever
 * goes on with it, even one who was frozen meanwhile, promotes the same one.
 *
 * <p>Used by one thread.
 */
public final class FailoverGuard {
    private static final Logger log = LoggerFactory.getLogger(FailoverGuard.class);
    /** So long a standby may be away before commits no longer wait for it: shorter than a write waits for its answer. */
    private static final long MOMENT_NANOS = Duration.ofSeconds(2).toNanos();
    /** By then a primary does as it was told: its processes read their settings at once, if nothing keeps them from it. */
    private static final long SETTLING_NANOS = Duration.ofSeconds(1).toNanos();
    /** So long a server may take to answer before the round goes on without it. */
    private static final Duration ANSWER = Duration.ofSeconds(1);
    /** After so long a standby is asked again to become the primary. */
    private static final long PROMOTION_NANOS = Duration.ofSeconds(5).toNanos();
    /** What holds on for so long is said again. */
    private static final long REMINDER_NANOS = Duration.ofSeconds(60).toNanos();

    private final List<DatabaseServer> servers;
    private final FailoverRecords records;
    private final Terms terms;
    private final Executor executor;
    private final LongSupplier nanoTime;
    private final Listener listener;

    /** The newest look at each server. */
    private final Map<ServerAddress, CompletableFuture<ServerState>> looks = new HashMap<>();
    /** Servers whose newest look is one of an earlier round. */
    private final Set<ServerAddress> owing = new HashSet<>();
    /** When a standby was last seen to stream, by its name. */
    private final Map<String, Long> streamed = new HashMap<>();
    /** When a problem was last told. */
    private final Map<String, Long> told = new HashMap<>();
    /** When the primary was told whom to wait for, and whom: what it was told before is not known. */
    private Optional<Told> toldPrimary = Optional.empty();
    /** Since when no primary has answered; empty while one does. */
    private Optional<Long> missingSince = Optional.empty();
    /** When a standby was asked to become the primary; empty while there is one. */
    private Optional<Long> askedToBecomePrimary = Optional.empty();
    /** Since when nobody follows the primary; empty while somebody does. */
    private Optional<Long> aloneSince = Optional.empty();
    /** What the standbys had when they were looked at last, while they follow nobody. */
    private Map<ServerAddress, Long> parked = Map.of();

    /**
     * How it is done.
     *
     * @param after how long the primary must not answer before a standby is promoted
     * @param mayAct whether this node may do anything still; asked before each step
     */
    public record Terms(FailoverPolicy policy, Duration after, BooleanSupplier mayAct) {}

    /** Hears what is found and done. */
    public interface Listener {
        /** What each server was in this round. */
        void seen(Map<ServerAddress, ServerState> servers, Optional<FailoverRecord> record);

        /** A standby was promoted. */
        void promoted(ServerAddress server);
    }

    /** @param written the primary's position when it had taken the names over; empty until then */
    private record Told(ServerAddress primary, int timeline, String names, long at, Optional<Long> written) {}

    /** @param executor looks at the servers, each in a task of its own */
    public FailoverGuard(
            List<DatabaseServer> servers,
            FailoverRecords records,
            Terms terms,
            Executor executor,
            LongSupplier nanoTime,
            Listener listener) {
        this.servers = List.copyOf(servers);
        this.records = records;
        this.terms = terms;
        this.executor = executor;
        this.nanoTime = nanoTime;
        this.listener = listener;
    }

    /**
     * Looks at all servers and does the next step, if there is one.
     *
     * @return whether the primary answers, and nothing is under way
     * @throws FailoverException if a step could not be done; the next round finds out what has become of it
     */
    public boolean round() throws FailoverException {
        Optional<Entry> entry = records.read();
        Map<ServerAddress, ServerState> seen = look();
        listener.seen(seen, entry.map(Entry::record));
        if (!terms.mayAct().getAsBoolean()) {
            forgetTimes();
            return false;
        }
        int least = entry.map(kept -> kept.record().timeline()).orElse(0);
        Optional<Map.Entry<ServerAddress, Primary>> primary =
                newestPrimary(seen, least, entry.map(kept -> kept.record().primary()));
        tellOldPrimaries(seen, least);
        boolean isDecided = entry.isPresent() && entry.get().record().standing() == Standing.PROMOTING;
        if (isDecided && (primary.isEmpty() || primary.get().getValue().timeline() == least)) {
            // The old primary may have come back: too late, the other one may be promoted at any moment.
            promote(entry.get().record(), seen);
            return false;
        }
        if (primary.isEmpty()) {
            missing(entry, seen);
            return false;
        }
        missingSince = Optional.empty();
        askedToBecomePrimary = Optional.empty();
        parked = Map.of();
        return keep(entry, primary.get().getKey(), primary.get().getValue(), seen);
    }

    /** Whoever does not look all the time knows nothing of how long something has lasted. */
    private void forgetTimes() {
        missingSince = Optional.empty();
        toldPrimary = Optional.empty();
        aloneSince = Optional.empty();
        askedToBecomePrimary = Optional.empty();
        streamed.clear();
        parked = Map.of();
    }

    /** A server that still owes an answer to an earlier round is not waited for, so that it does not hold up what the others do. */
    private Map<ServerAddress, ServerState> look() {
        for (DatabaseServer server : servers) {
            CompletableFuture<ServerState> owed = looks.get(server.address());
            if (owed == null || owed.isDone()) {
                looks.put(server.address(), CompletableFuture.supplyAsync(server::look, executor));
                owing.remove(server.address());
            } else {
                owing.add(server.address());
            }
        }
        long end = nanoTime.getAsLong() + ANSWER.toNanos();
        Map<ServerAddress, ServerState> seen = new LinkedHashMap<>();
        for (DatabaseServer server : servers) {
            boolean owes = owing.contains(server.address());
            long patience = owes ? 0 : Math.max(0, end - nanoTime.getAsLong());
            seen.put(server.address(), answer(looks.get(server.address()), patience, owes));
        }
        return seen;
    }

    private static ServerState answer(CompletableFuture<ServerState> look, long nanos, boolean owed) {
        ServerState silent = new ServerState.Unreachable("no answer within " + ANSWER.toMillis() + " ms");
        if (owed) {
            // Even if it is there now: it tells of an earlier moment.
            return silent;
        }
        try {
            return look.get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return silent;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return silent;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a look never fails", e);
        }
    }

    /** Where two are on the same timeline, somebody promoted both by hand; the one that is used is kept. */
    private static Optional<Map.Entry<ServerAddress, Primary>> newestPrimary(
            Map<ServerAddress, ServerState> seen, int least, Optional<ServerAddress> known) {
        return primaries(seen).entrySet().stream()
                .filter(one -> one.getValue().timeline() >= least)
                .max(Comparator.<Map.Entry<ServerAddress, Primary>>comparingInt(
                                one -> one.getValue().timeline())
                        .thenComparing(one -> known.equals(Optional.of(one.getKey()))));
    }

    private static Map<ServerAddress, Primary> primaries(Map<ServerAddress, ServerState> seen) {
        Map<ServerAddress, Primary> primaries = new LinkedHashMap<>();
        seen.forEach((address, state) -> {
            if (state instanceof Primary primary) {
                primaries.put(address, primary);
            }
        });
        return primaries;
    }

    private static Map<ServerAddress, Standby> standbys(Map<ServerAddress, ServerState> seen) {
        Map<ServerAddress, Standby> standbys = new LinkedHashMap<>();
        seen.forEach((address, state) -> {
            if (state instanceof Standby standby) {
                standbys.put(address, standby);
            }
        });
        return standbys;
    }

    private void tellOldPrimaries(Map<ServerAddress, ServerState> seen, int least) {
        primaries(seen).forEach((address, primary) -> {
            if (primary.timeline() < least) {
                tell(
                        "old " + address,
                        "OLD_PRIMARY: " + address + " still takes itself for the primary, on timeline "
                                + primary.timeline() + " of " + least
                                + "; no node uses it. Stop it, and make it a standby of the new primary (pg_rewind)");
            }
        });
    }

    private void tell(String what, String message) {
        long now = nanoTime.getAsLong();
        Long before = told.get(what);
        if (before == null || now - before > REMINDER_NANOS) {
            told.put(what, now);
            log.warn("{}", message);
        }
    }

    // While there is a primary: have its commits wait for whoever follows it, and have the others follow it.

    private boolean keep(
            Optional<Entry> entry, ServerAddress address, Primary primary, Map<ServerAddress, ServerState> seen)
            throws FailoverException {
        Optional<Entry> kept = entry;
        if (entry.isEmpty()
                || entry.get().record().timeline() != primary.timeline()
                || !entry.get().record().primary().equals(address)) {
            kept = records.replace(entry, FailoverRecord.unprotected(primary.timeline(), address));
            toldPrimary = Optional.empty();
            // Promoted by us, or by somebody else, or seen for the first time.
            log.info("{} is the primary, on timeline {}", address, primary.timeline());
            if (kept.isPresent() && isTarget(entry, address)) {
                listener.promoted(address);
            }
        }
        if (kept.isEmpty()) {
            return false;
        }
        gather(address, primary, seen);
        return waitFor(kept.get(), address, primary, wanted(primary));
    }

    private static boolean isTarget(Optional<Entry> entry, ServerAddress address) {
        return entry.isPresent() && entry.get().record().target().equals(Optional.of(address));
    }

    /** Has standbys that follow somebody else, or nobody, follow the primary. */
    private void gather(ServerAddress address, Primary primary, Map<ServerAddress, ServerState> seen)
            throws FailoverException {
        for (Map.Entry<ServerAddress, Standby> one : standbys(seen).entrySet()) {
            Standby standby = one.getValue();
            if (standby.system() != primary.system()) {
                tell(
                        "foreign " + one.getKey(),
                        "FOREIGN_SERVER: " + one.getKey() + " has another database than the primary " + address
                                + "; correct the address of the database");
            } else if (!standby.source().equals(address) && mayRedirect(standby, seen)) {
                if (!standby.slot().isEmpty()) {
                    server(address).keepFor(standby.slot());
                }
                server(one.getKey()).follow(address);
                log.info("{} follows {} from now on", one.getKey(), address);
            }
        }
    }

    /** One that gets what it needs from somebody whom we do not know under that name is left in peace. */
    private static boolean mayRedirect(Standby standby, Map<ServerAddress, ServerState> seen) {
        return standby.isParked() || !standby.receives() || seen.containsKey(standby.source());
    }

    /** Whom commits are to wait for: those that stream, and those that have not been away for longer than a moment. */
    private Set<String> wanted(Primary primary) {
        long now = nanoTime.getAsLong();
        primary.standbys().forEach((name, follower) -> {
            if (follower.streams()) {
                streamed.put(name, now);
            }
        });
        streamed.values().removeIf(last -> now - last > MOMENT_NANOS);
        return new TreeSet<>(streamed.keySet());
    }

    private boolean waitFor(Entry entry, ServerAddress address, Primary primary, Set<String> found)
            throws FailoverException {
        FailoverRecord record = entry.record();
        if (record.standing() == Standing.PROTECTED
                && !StandbyNames.isWithin(primary.synchronous(), record.standbys())) {
            log.warn(
                    "SETTING_CHANGED: synchronous_standby_names of {} is {}, which was not set here; it is set again",
                    address,
                    primary.synchronous());
            records.replace(Optional.of(entry), record.unprotected());
            toldPrimary = Optional.empty();
            return false;
        }
        if (found.isEmpty()) {
            return terms.policy() == FailoverPolicy.DURABILITY
                    ? holdOut(address, primary)
                    : goAlone(entry, address, primary);
        }
        aloneSince = Optional.empty();
        Set<String> wanted = found;
        Optional<Entry> kept = Optional.of(entry);
        if (!record.standbys().containsAll(wanted)) {
            Set<String> longer = new TreeSet<>(record.standbys());
            longer.addAll(wanted);
            kept = records.replace(kept, record.with(longer));
            if (kept.isEmpty()) {
                return false;
            }
        }
        String names = StandbyNames.text(wanted);
        if (!primary.synchronous().equals(names)) {
            server(address).waitFor(wanted);
            toldPrimary =
                    Optional.of(new Told(address, primary.timeline(), names, nanoTime.getAsLong(), Optional.empty()));
            return false;
        }
        FailoverRecord now = kept.get().record();
        if (now.standing() == Standing.PROTECTED && now.standbys().equals(wanted)) {
            return true;
        }
        return confirm(kept.get(), address, primary, wanted, names);
    }

    /** The record is made true when a standby has what was written before the primary did as it was told. */
    private boolean confirm(Entry entry, ServerAddress address, Primary primary, Set<String> wanted, String names)
            throws FailoverException {
        long now = nanoTime.getAsLong();
        Told last = toldPrimary
                .filter(one -> one.primary().equals(address)
                        && one.timeline() == primary.timeline()
                        && one.names().equals(names))
                .orElse(new Told(address, primary.timeline(), names, now, Optional.empty()));
        if (last.written().isEmpty() && now - last.at() > SETTLING_NANOS) {
            last = new Told(address, primary.timeline(), names, last.at(), Optional.of(primary.written()));
        }
        toldPrimary = Optional.of(last);
        Optional<Long> needed = last.written();
        if (needed.isPresent() && wanted.stream().anyMatch(name -> has(primary, name, needed.get()))) {
            if (records.replace(Optional.of(entry), entry.record().protectedBy(wanted))
                    .isPresent()) {
                log.info("Commits of {} wait for {}: one of them can take its place", address, names);
            }
        }
        return false;
    }

    private static boolean has(Primary primary, String name, long written) {
        Follower follower = primary.standbys().get(name);
        return follower != null && follower.isSynchronous() && follower.flushed() >= written;
    }

    /** Whom it waited for before is whom it waits for. */
    private boolean holdOut(ServerAddress address, Primary primary) throws FailoverException {
        if (primary.synchronous().isEmpty()) {
            server(address).waitFor(Set.of(StandbyNames.ANY));
        }
        tellAlone("WRITES_WAIT: no standby follows " + address + ", and no write is acknowledged until one does");
        return true;
    }

    private boolean goAlone(Entry entry, ServerAddress address, Primary primary) throws FailoverException {
        if (entry.record().standing() != Standing.UNPROTECTED
                && records.replace(Optional.of(entry), entry.record().unprotected())
                        .isEmpty()) {
            return false;
        }
        if (!primary.synchronous().isEmpty()) {
            server(address).waitFor(Set.of());
        }
        tellAlone("PRIMARY_ALONE: no standby follows " + address + "; if it is lost, everything waits for it");
        return true;
    }

    /** Right after a promotion nobody follows yet, which needs no warning. */
    private void tellAlone(String message) {
        long now = nanoTime.getAsLong();
        if (aloneSince.isEmpty()) {
            aloneSince = Optional.of(now);
        } else if (now - aloneSince.get() > MOMENT_NANOS) {
            tell("alone", message);
        }
    }

    // While there is none.

    private void missing(Optional<Entry> entry, Map<ServerAddress, ServerState> seen) throws FailoverException {
        long now = nanoTime.getAsLong();
        if (missingSince.isEmpty()) {
            missingSince = Optional.of(now);
            log.warn("No primary answers: {}", seen);
        }
        toldPrimary = Optional.empty();
        if (now - missingSince.get() < terms.after().toNanos()) {
            return;
        }
        if (entry.isEmpty() || entry.get().record().standing() != Standing.PROTECTED) {
            tell(
                    "not promoted",
                    "NOT_PROMOTED: no primary answers, and no standby is promoted, for none is known to have all that was acknowledged; "
                            + "bring back "
                            + entry.map(kept -> kept.record().primary().toString())
                                    .orElse("the primary"));
            return;
        }
        FailoverRecord record = entry.get().record();
        Map<ServerAddress, Standby> needed = named(record.standbys(), seen);
        if (needed.size() < record.standbys().size()) {
            tell(
                    "not promoted",
                    "NOT_PROMOTED: no primary answers, and of the standbys " + record.standbys() + " only "
                            + needed.keySet() + " do; one of the others may have what was acknowledged. Bring back "
                            + record.primary() + " or the others");
            return;
        }
        if (areParked(needed)) {
            ServerAddress most = needed.entrySet().stream()
                    .max(Map.Entry.<ServerAddress, Standby>comparingByValue(Comparator.comparingLong(Standby::received))
                            .thenComparing(Map.Entry.comparingByKey()))
                    .orElseThrow()
                    .getKey();
            if (terms.mayAct().getAsBoolean()) {
                Optional<Entry> decided = records.replace(entry, record.promoting(most));
                if (decided.isPresent()) {
                    promote(decided.get().record(), seen);
                }
            }
        }
    }

    /** The standbys of these names; one of a name that two have is none. */
    private static Map<ServerAddress, Standby> named(SortedSet<String> names, Map<ServerAddress, ServerState> seen) {
        Map<String, ServerAddress> byName = new TreeMap<>();
        Set<String> twice = new HashSet<>();
        Map<ServerAddress, Standby> all = standbys(seen);
        all.forEach((address, standby) -> {
            if (names.contains(standby.name()) && byName.put(standby.name(), address) != null) {
                twice.add(standby.name());
            }
        });
        byName.keySet().removeAll(twice);
        Map<ServerAddress, Standby> found = new LinkedHashMap<>();
        byName.values().forEach(address -> found.put(address, all.get(address)));
        return found;
    }

    /** Has them follow nobody; true when nothing arrives any more at any of them, twice in a row. */
    private boolean areParked(Map<ServerAddress, Standby> standbys) throws FailoverException {
        Map<ServerAddress, Long> now = new HashMap<>();
        List<ServerAddress> follow = new ArrayList<>();
        boolean quiet = true;
        for (Map.Entry<ServerAddress, Standby> one : standbys.entrySet()) {
            if (!one.getValue().isParked()) {
                follow.add(one.getKey());
            }
            quiet &= one.getValue().isParked() && !one.getValue().receives();
            now.put(one.getKey(), one.getValue().received());
        }
        inParallel(follow, address -> {
            server(address).follow(ConnectionInfo.NOBODY);
            log.info("{} follows nobody any more, so that the old primary can have nothing acknowledged", address);
        });
        boolean isSame = quiet && now.equals(parked);
        parked = quiet ? now : Map.of();
        return isSame;
    }

    @FunctionalInterface
    private interface Step {
        void with(ServerAddress address) throws FailoverException;
    }

    /** Does all of them, whatever becomes of the others. */
    private void inParallel(List<ServerAddress> addresses, Step step) throws FailoverException {
        List<CompletableFuture<Optional<FailoverException>>> steps = new ArrayList<>();
        for (ServerAddress address : addresses) {
            steps.add(CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            step.with(address);
                            return Optional.empty();
                        } catch (FailoverException e) {
                            return Optional.of(e);
                        }
                    },
                    executor));
        }
        List<FailoverException> failures = steps.stream()
                .map(CompletableFuture::join)
                .flatMap(Optional::stream)
                .toList();
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
    }

    private void promote(FailoverRecord record, Map<ServerAddress, ServerState> seen) throws FailoverException {
        ServerAddress target = record.target().orElseThrow();
        if (!(seen.get(target) instanceof Standby)) {
            tell(
                    "promoting",
                    "NOT_PROMOTED: it was decided that " + target
                            + " becomes the primary, and it does not answer as a standby: " + seen.get(target)
                            + ". It alone can; bring it back");
            return;
        }
        Set<String> others = new TreeSet<>();
        if (terms.policy() == FailoverPolicy.DURABILITY) {
            named(record.standbys(), seen).forEach((address, standby) -> {
                if (!address.equals(target)) {
                    others.add(standby.name());
                }
            });
            if (others.isEmpty()) {
                others.add(StandbyNames.ANY);
            }
        }
        long now = nanoTime.getAsLong();
        if (askedToBecomePrimary.filter(at -> now - at < PROMOTION_NANOS).isPresent()) {
            return;
        }
        server(target).waitFor(others);
        if (terms.mayAct().getAsBoolean()) {
            askedToBecomePrimary = Optional.of(now);
            log.warn("PROMOTED: {} becomes the primary in place of {}", target, record.primary());
            server(target).promote();
        }
    }

    private DatabaseServer server(ServerAddress address) {
        return servers.stream()
                .filter(server -> server.address().equals(address))
                .findFirst()
                .orElseThrow();
    }
}
