package org.steadfast.persistence.store;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Who fires schedules, how far each has come, and which fire times are claimed. What changes anything here is done under an epoch:
 * as soon as another node leads, it throws {@link StoreException.Kind#FENCED} and nothing is changed. Safe for use by several threads.
 */
public interface ScheduleStore {
    /**
     * Begins to lead. Waits for what earlier leaders have under way; when this returns, they change nothing any more.
     *
     * @return the epoch, greater than all before
     */
    long lead(WriterId leader) throws StoreException;

    /** Who leads; empty where nobody ever did. */
    Optional<Leadership> leadership() throws StoreException;

    /** The database's clock, epoch milliseconds. */
    long now() throws StoreException;

    /**
     * How far schedules have come, in the order of their numbers.
     *
     * @param afterThing only those with a greater number
     */
    List<Progress> progress(long afterThing, int limit) throws StoreException;

    /** How far these schedules have come; those that do not fire are left out. */
    List<Progress> progress(Collection<Long> things) throws StoreException;

    /** Writes down how far schedules are, whatever was there before; of things that are no more nothing is written. */
    void begin(long epoch, List<Progress> schedules) throws StoreException;

    /** Forgets schedules that fire no more. */
    void end(long epoch, Collection<Long> things) throws StoreException;

    /**
     * Claims fire times, in one transaction with the entries of the event journal that tell of them.
     *
     * @param writer who is answerable for those entries
     */
    Claimed claim(long epoch, WriterId writer, List<Claim> claims) throws StoreException;

    /** Who leads. */
    record Leadership(long epoch, String node) {
        public Leadership {
            Objects.requireNonNull(node, "node is null");
        }
    }

    /**
     * How far a schedule has come.
     *
     * @param plan what it fires by
     * @param lastFire the last fire time that was claimed or passed over, epoch milliseconds
     */
    record Progress(long thingId, String plan, long lastFire) {
        public Progress {
            Objects.requireNonNull(plan, "plan is null");
        }
    }

    /**
     * That a schedule goes on.
     *
     * @param after how far it was; where it is not, nothing of the claim is done
     * @param upTo how far it is then
     * @param fires in the order of their times, all of them between the two; none where they are passed over
     */
    record Claim(long thingId, long after, long upTo, List<Fire> fires) {
        public Claim {
            fires = List.copyOf(fires);
        }
    }

    /**
     * A fire time.
     *
     * @param event what it tells; its time is the fire time
     * @param fate what becomes of it
     * @param missed how many fire times before it were passed over
     */
    record Fire(FiredEvent event, Fate fate, int missed) {
        public Fire {
            Objects.requireNonNull(event, "event is null");
            Objects.requireNonNull(fate, "fate is null");
        }
    }

    /** What becomes of a fire. */
    enum Fate {
        /** Those who subscribe to it hear of it: the journal gets an entry. */
        TOLD,
        /** Nobody subscribes to it. */
        UNHEARD,
        /** Nobody hears of it, because those who subscribe have still to do with fires before it. */
        OVERLAPPED
    }

    /**
     * What was claimed.
     *
     * @param now the database's clock, epoch milliseconds
     * @param things schedules that have gone on; the others were not where the claim took them to be
     * @param told fires that the journal has, in the order of the claims
     */
    record Claimed(long now, Set<Long> things, List<Told> told) {
        public Claimed {
            things = Set.copyOf(things);
            told = List.copyOf(told);
        }
    }

    /** A fire that the journal has. */
    record Told(FiredEvent event, long journalId) {}
}
