package org.steadfast.foundation.cluster;

import java.util.Optional;

/** The role of the one node that fires timers and schedulers. Safe for use by several threads. */
public interface SingletonRole {
    /**
     * The platform id of the node that is elected; empty where none is now.
     *
     * @throws Exception if the coordinator cannot be reached
     */
    Optional<String> elected() throws Exception;

    /** Whether this node has the role, as far as it knows now. */
    boolean isHere();

    /**
     * Has whichever node has the role give it up; where there are others, one of them takes it.
     *
     * @return the node that has it then; empty where none has taken it within some seconds
     * @throws Exception if the database cannot be reached
     */
    Optional<String> release() throws Exception;
}
