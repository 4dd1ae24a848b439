package org.steadfast.persistence.failover;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.persistence.failover.FailoverRecord.Standing;
import org.steadfast.persistence.failover.ServerState.Standby;

/** Finds another primary where there is none. Used by one thread. */
final class Promotion {
    private static final Logger log = LoggerFactory.getLogger(FailoverGuard.class);
    /** So long nothing must arrive at any of the standbys before one of them is chosen. */
    private static final long QUIET_NANOS = Duration.ofMillis(250).toNanos();
    /** After so long a server is told again what it was told before. */
    private static final long AGAIN_NANOS = Duration.ofSeconds(2).toNanos();
    /** What takes longer is told. */
    private static final long LONG_NANOS = Duration.ofSeconds(5).toNanos();

    private final Map<ServerAddress, DatabaseServer> servers;
    private final FailoverGuard.Terms terms;
    private final OwnRecord record;
    private final Reminders reminders;
    private final Executor executor;
    private final LongSupplier nanoTime;

    /** Since when no primary has answered; empty while one does. */
    private Optional<Long> missingSince = Optional.empty();
    /** Since when the standbys have had what they have; empty while something may arrive. */
    private Optional<Long> quietSince = Optional.empty();
    /** What they have had since then. */
    private Map<ServerAddress, Long> positions = Map.of();
    /** When a standby was told last to follow nobody. */
    private final Map<ServerAddress, Long> toldAt = new HashMap<>();
    /** When a standby was asked last to become the primary. */
    private Optional<Long> askedAt = Optional.empty();

    Promotion(
            Map<ServerAddress, DatabaseServer> servers,
            FailoverGuard.Terms terms,
            OwnRecord record,
            Reminders reminders,
            Executor executor,
            LongSupplier nanoTime) {
        this.servers = servers;
        this.terms = terms;
        this.record = record;
        this.reminders = reminders;
        this.executor = executor;
        this.nanoTime = nanoTime;
    }

    /** To be called when there is a primary, or somebody else may have been at work. */
    void forget() {
        missingSince = Optional.empty();
        quietSince = Optional.empty();
        positions = Map.of();
        toldAt.clear();
        askedAt = Optional.empty();
    }

    /** The next step where no primary answers, and nobody is decided on. */
    void prepare(Seen seen) throws FailoverException {
        Optional<FailoverRecord> known = record.now();
        if (known.isPresent()
                && seen.servers().get(known.get().primary()) instanceof ServerState.Unreachable state
                && state.isUp()) {
            reminders.tell("PRIMARY_REFUSES: " + known.get().primary() + " runs, but the cluster cannot look at it: "
                    + state.reason() + ". No standby is promoted while that is so");
            forget();
            return;
        }
        long now = nanoTime.getAsLong();
        if (missingSince.isEmpty()) {
            missingSince = Optional.of(now);
            log.warn("NO_PRIMARY: no primary answers: {}", seen.servers());
        }
        if (now - missingSince.get() < terms.after().toNanos()) {
            return;
        }
        if (known.isEmpty() || known.get().standing() != Standing.PROTECTED) {
            reminders.tell(
                    "NOT_PROMOTED: no primary answers, and no standby is promoted, for none is known to have all that was acknowledged; "
                            + "bring back "
                            + known.map(kept -> kept.primary().toString()).orElse("the primary"));
            return;
        }
        choose(known.get(), seen, now);
    }

    private void choose(FailoverRecord known, Seen seen, long now) throws FailoverException {
        Map<ServerAddress, Standby> needed = seen.named(known.standbys(), reminders);
        if (needed.size() < known.standbys().size()) {
            Set<String> away = new TreeSet<>(known.standbys());
            needed.values().forEach(standby -> away.remove(standby.name()));
            reminders.tell("NOT_PROMOTED: no primary answers, and neither do the standbys " + away
                    + ", which may have what was acknowledged; bring back " + known.primary() + " or these");
            return;
        }
        if (now - missingSince.orElse(now) > terms.after().toNanos() + LONG_NANOS) {
            reminders.tell("NOT_PROMOTED: no primary answers, and it is waited until the standbys " + known.standbys()
                    + " have stopped to receive, and the one that has most has read its settings; see their logs");
        }
        if (!areQuiet(known, needed, now)) {
            return;
        }
        ServerAddress most = needed.entrySet().stream()
                .max(Map.Entry.<ServerAddress, Standby>comparingByValue(Comparator.comparingLong(Standby::received))
                        .thenComparing(Map.Entry.comparingByKey()))
                .orElseThrow()
                .getKey();
        if (isReady(known, needed, most) && record.replace(known.promoting(most))) {
            promote(seen);
        }
    }

    /** The next step where it is decided who becomes the primary. */
    void promote(Seen seen) throws FailoverException {
        FailoverRecord known = record.now().orElseThrow();
        ServerAddress target = known.target().orElseThrow();
        Map<ServerAddress, Standby> needed = seen.named(known.standbys(), reminders);
        if (!needed.containsKey(target)) {
            reminders.tell("NOT_PROMOTED: it is decided that " + target
                    + " becomes the primary, and it does not answer as a standby. It alone can; bring it back");
            return;
        }
        // Also those that have come back since: nobody may be of use to the old primary.
        if (!park(known, needed) || !isReady(known, needed, target)) {
            return;
        }
        long now = nanoTime.getAsLong();
        if (askedAt.filter(at -> now - at < LONG_NANOS).isEmpty() && record.mayStep()) {
            log.warn("PROMOTED: {} becomes the primary in place of {}", target, known.primary());
            servers.get(target).promote();
            askedAt = Optional.of(now);
        }
    }

    private boolean areQuiet(FailoverRecord known, Map<ServerAddress, Standby> needed, long now)
            throws FailoverException {
        boolean isQuiet = park(known, needed);
        Map<ServerAddress, Long> have = new HashMap<>();
        for (Map.Entry<ServerAddress, Standby> one : needed.entrySet()) {
            Standby standby = one.getValue();
            isQuiet &= !standby.receives() && standby.received() >= 0;
            have.put(one.getKey(), standby.received());
        }
        if (!isQuiet || quietSince.isEmpty() || !have.equals(positions)) {
            quietSince = isQuiet ? Optional.of(now) : Optional.empty();
            positions = have;
        }
        return quietSince.isPresent() && now - quietSince.get() >= QUIET_NANOS;
    }

    /** Has the standbys follow nobody, and tells each what is to hold if it is promoted; true when all of that is so. */
    private boolean park(FailoverRecord known, Map<ServerAddress, Standby> needed) throws FailoverException {
        List<ServerAddress> others = new ArrayList<>();
        for (Map.Entry<ServerAddress, Standby> one : needed.entrySet()) {
            boolean isDone = one.getValue().isParked() && hasNames(known, needed, one.getKey());
            if (!isDone) {
                others.add(one.getKey());
            }
        }
        List<ServerAddress> due = others.stream().filter(this::isDue).toList();
        if (!due.isEmpty() && record.mayStep()) {
            due.forEach(address -> toldAt.put(address, nanoTime.getAsLong()));
            inParallel(due, address -> {
                servers.get(address).follow(ConnectionInfo.NOBODY);
                servers.get(address).waitFor(names(known, needed, address));
                log.info("{} follows nobody any more, so that the old primary can have nothing acknowledged", address);
            });
        }
        return others.isEmpty();
    }

    private boolean isDue(ServerAddress address) {
        Long before = toldAt.get(address);
        return before == null || nanoTime.getAsLong() - before > AGAIN_NANOS;
    }

    /** Whom its commits will wait for, from the first one on. */
    private Set<String> names(FailoverRecord known, Map<ServerAddress, Standby> needed, ServerAddress address) {
        if (terms.policy() == FailoverPolicy.AVAILABILITY) {
            return Set.of();
        }
        Set<String> others = new TreeSet<>(known.standbys());
        others.remove(needed.get(address).name());
        return others.isEmpty() ? Set.of(StandbyNames.NOBODY) : others;
    }

    private boolean hasNames(FailoverRecord known, Map<ServerAddress, Standby> needed, ServerAddress address) {
        return needed.get(address).synchronous().equals(StandbyNames.text(names(known, needed, address)));
    }

    /** Whether that is in effect; where nothing is waited for it does no harm if it is so later. */
    private boolean isReady(FailoverRecord known, Map<ServerAddress, Standby> needed, ServerAddress address) {
        return hasNames(known, needed, address)
                && (needed.get(address).isAttentive() || terms.policy() == FailoverPolicy.AVAILABILITY);
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
}
