package org.steadfast.foundation.property;

import java.util.Optional;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Thing;
import org.steadfast.persistence.store.Follow;
import org.steadfast.protocol.type.FieldDefinition;

/** Says whose changes are followed. Safe for use by several threads. */
public interface Following {
    /** Whether somebody wants to hear of changes of a property; empty where nobody does. */
    Optional<Follow> of(Thing thing, FieldDefinition property) throws ModelException;

    /** Whether changes of followed properties are taken now; false while too many wait to be heard. */
    boolean hasRoom();
}
