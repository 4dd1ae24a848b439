package org.steadfast.foundation.property;

import java.util.Optional;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Thing;
import org.steadfast.persistence.store.Follow;
import org.steadfast.protocol.type.FieldDefinition;

/** Says which writes have consequences. Safe for use by several threads. */
public interface Following {
    /** What else is to be done with a write of a property; empty where nothing is. */
    Optional<Follow> of(Thing thing, FieldDefinition property) throws ModelException;

    /** Whether changes that somebody wants to hear of are taken now; false while too many wait to be heard. */
    boolean hasRoom(Urgency urgency);
}
