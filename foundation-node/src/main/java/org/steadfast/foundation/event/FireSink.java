package org.steadfast.foundation.event;

import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Thing;
import org.steadfast.persistence.store.FiredEvent;

/** Takes events that schedules have fired. Safe for use by several threads. */
public interface FireSink {
    /** Whether more events may come now; those that come nevertheless are taken. */
    boolean hasRoom();

    /** Whether anybody subscribes to an event of a thing, or may do so. */
    boolean isHeard(Thing source, String event) throws ModelException;

    /**
     * Tells of an event that has its entry in the journal already, written by this life of the node.
     *
     * @param onEnded called once, when all have heard, or when it is left to the journal; must return at once
     */
    void tell(FiredEvent event, long journalId, Runnable onEnded);
}
