package org.steadfast.foundation.event;

import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.security.Principal;
import org.steadfast.protocol.type.Infotable;

/** Takes events. Safe for use by several threads. */
@FunctionalInterface
public interface EventSink {
    /**
     * Fires an event of a thing.
     *
     * @param event its name; the thing has an event of that name
     * @param data what it brings: one row, as the event's data shape has it
     * @param time when it happened, epoch milliseconds
     * @param principal who fires it
     * @return completes when the event is taken: whoever subscribes to it durably will hear of it, also if this node is lost
     */
    CompletionStage<Void> fire(Thing source, String event, Infotable data, long time, Principal principal)
            throws Exception;
}
