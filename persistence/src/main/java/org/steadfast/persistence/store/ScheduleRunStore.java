package org.steadfast.persistence.store;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What was done on the fires of schedules. Whoever runs something on a fire says so before, so that nobody runs it a second time.
 * Safe for use by several threads.
 */
public interface ScheduleRunStore {
    /**
     * Says that something begins to run. Where it was begun before, by a node that has not ended it and is another life, that run counts
     * as lost from now on.
     *
     * @param subscriber the name of the thing that subscribes
     */
    Start begin(RunKey run, String subscriber, WriterId runner) throws StoreException;

    /** Says how runs that this node has begun have ended. */
    void end(WriterId runner, List<Ended> runs) throws StoreException;

    /** Takes back what was said: it was not begun after all, and may be begun again. */
    void withdraw(RunKey run, WriterId runner) throws StoreException;

    /**
     * Fires of a schedule with what was done on them, the latest first; one that nobody heard of is there once, without a run.
     *
     * @param from epoch milliseconds, included
     * @param to epoch milliseconds, included
     */
    List<FireRecord> query(long thingId, long from, long to, int limit) throws StoreException;

    /**
     * Removes fires that were claimed, and runs that were started before a time, as much as some seconds are enough for.
     *
     * @param time epoch milliseconds
     * @return how many rows went
     */
    long removeBefore(long time) throws StoreException;

    /** Whether something may run. */
    enum Start {
        /** There is no such fire time: whatever runs is not run by a schedule. */
        NO_FIRE,
        /** It may run, and nobody else will run it. */
        BEGUN,
        /** It was begun before by the same runner, and has not ended. */
        BEGUN_BY_RUNNER,
        /** It was begun before by another one, or has ended. */
        BEGUN_BEFORE
    }

    /** How a run has ended. */
    enum Outcome {
        RUNNING,
        SUCCEEDED,
        FAILED,
        /** Its node was lost while it ran; whether it has come to its end is not known. */
        LOST
    }

    /**
     * Something that is done on a fire.
     *
     * @param thingId of the schedule
     * @param fireTime epoch milliseconds
     * @param subscriberId of the thing that subscribes
     */
    record RunKey(long thingId, long fireTime, long subscriberId, String subscription) {
        public RunKey {
            Objects.requireNonNull(subscription, "subscription is null");
        }
    }

    /**
     * How a run has ended.
     *
     * @param millis how long it took
     * @param error why it failed; empty where it did not
     */
    record Ended(RunKey run, Outcome outcome, String error, long millis) {
        public Ended {
            Objects.requireNonNull(run, "run is null");
            Objects.requireNonNull(outcome, "outcome is null");
            Objects.requireNonNull(error, "error is null");
        }
    }

    /**
     * A fire, with one of the things that were done on it.
     *
     * @param claimed epoch milliseconds by the database's clock
     * @param epoch of the singleton that claimed it
     * @param missed fire times before it that were passed over
     */
    record FireRecord(
            long fireTime,
            long claimed,
            long epoch,
            String node,
            int missed,
            ScheduleStore.Fate fate,
            Optional<Run> run) {}

    /**
     * Something that was done.
     *
     * @param started epoch milliseconds by the database's clock
     * @param ended the same; empty while it runs
     */
    record Run(
            String subscriber,
            String subscription,
            String node,
            long started,
            OptionalLong ended,
            Outcome outcome,
            String error) {}
}
