package org.steadfast.persistence.failover;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.persistence.failover.FailoverRecord.Standing;
import org.steadfast.persistence.failover.ServerState.Primary;

/**
 * Watches the servers of a database, keeps which standbys commits wait for, and promotes a standby when the primary is gone. One node of
 * the cluster does so at a time; two that do for a while know of each other by the record, which each replaces before whatever it does at a
 * server, and a server lets go of the one who was connected before.
 *
 * <p>Why nothing acknowledged is lost: a commit is acknowledged when one of the standbys that the primary waits for has it, and the
 * record's standbys are always at least those: it is made longer before the primary is told, and shorter after the primary was told and
 * a standby has all that was written until then. A standby is promoted only when every one of the record's standbys has been reached and
 * gets nothing any more. Then the old primary, wherever it is, can have nothing acknowledged from then on, and what was acknowledged
 * before is on one of them, so on the one that has most. The record names the one who is promoted before it is, for good: whoever
 * goes on with it promotes the same one.
 *
 * <p>Used by one thread.
 */
public final class FailoverGuard {
    private static final Logger log = LoggerFactory.getLogger(FailoverGuard.class);
    /** Whoever has not looked for longer knows nothing of how long something has lasted. */
    private static final long LONGEST_GAP_NANOS = Duration.ofSeconds(2).toNanos();

    private final ServerLooks looks;
    private final OwnRecord record;
    private final Terms terms;
    private final Reminders reminders;
    private final Protection protection;
    private final Promotion promotion;
    private final LongSupplier nanoTime;
    private final Listener listener;
    /** When the last round ended; empty before the first. */
    private Optional<Long> lastRound = Optional.empty();

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

    /** @param executor looks at the servers, each in a task of its own */
    public FailoverGuard(
            List<DatabaseServer> servers,
            FailoverRecords records,
            Terms terms,
            Executor executor,
            LongSupplier nanoTime,
            Listener listener) {
        Map<ServerAddress, DatabaseServer> byAddress = new LinkedHashMap<>();
        servers.forEach(server -> byAddress.put(server.address(), server));
        this.looks = new ServerLooks(List.copyOf(servers), executor, nanoTime);
        this.record = new OwnRecord(records, terms.mayAct());
        this.terms = terms;
        this.reminders = new Reminders(nanoTime);
        this.protection = new Protection(byAddress, terms.policy(), record, reminders, nanoTime);
        this.promotion = new Promotion(byAddress, terms, record, reminders, executor, nanoTime);
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
        try {
            boolean isAlone = record.read();
            Seen all = new Seen(looks.look());
            long now = nanoTime.getAsLong();
            boolean wasAway = lastRound.isEmpty() || now - lastRound.get() > LONGEST_GAP_NANOS;
            if (!isAlone || wasAway || !terms.mayAct().getAsBoolean()) {
                forget();
            }
            Optional<FailoverRecord> known = record.now();
            Seen seen = known.isPresent() ? all.of(known.get().system(), reminders) : all;
            listener.seen(seen.servers(), known);
            return terms.mayAct().getAsBoolean() && step(known, seen);
        } finally {
            lastRound = Optional.of(nanoTime.getAsLong());
        }
    }

    private void forget() {
        protection.forget();
        promotion.forget();
    }

    private boolean step(Optional<FailoverRecord> known, Seen seen) throws FailoverException {
        int least = known.map(FailoverRecord::timeline).orElse(0);
        Optional<Map.Entry<ServerAddress, Primary>> primary = seen.newestPrimary(known, reminders);
        tellOldPrimaries(seen, least);
        boolean isDecided = known.isPresent() && known.get().standing() == Standing.PROMOTING;
        if (isDecided && (primary.isEmpty() || primary.get().getValue().timeline() == least)) {
            // The old primary may have come back: too late, the other one may be promoted at any moment.
            protection.forget();
            promotion.promote(seen);
            return false;
        }
        if (primary.isEmpty()) {
            protection.forget();
            promotion.prepare(seen);
            return false;
        }
        promotion.forget();
        return keep(known, primary.get().getKey(), primary.get().getValue(), seen);
    }

    private boolean keep(Optional<FailoverRecord> known, ServerAddress address, Primary primary, Seen seen)
            throws FailoverException {
        if (known.isEmpty()
                || known.get().timeline() != primary.timeline()
                || !known.get().primary().equals(address)) {
            // Promoted by us, or by somebody else, or seen for the first time.
            if (!record.replace(FailoverRecord.unprotected(primary.system(), primary.timeline(), address))) {
                return false;
            }
            protection.forget();
            log.info("{} is the primary, on timeline {}", address, primary.timeline());
            if (known.isPresent() && known.get().target().equals(Optional.of(address))) {
                listener.promoted(address);
            }
        }
        return protection.keep(address, primary, seen);
    }

    private void tellOldPrimaries(Seen seen, int least) {
        seen.primaries().forEach((address, primary) -> {
            if (primary.timeline() < least) {
                reminders.tell("OLD_PRIMARY: " + address + " still takes itself for the primary, on timeline "
                        + primary.timeline() + " of " + least
                        + "; no node uses it. Stop it, and make it a standby of the new primary (pg_rewind)");
            }
        });
    }
}
