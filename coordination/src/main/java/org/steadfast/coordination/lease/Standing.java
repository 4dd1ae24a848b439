package org.steadfast.coordination.lease;

/** Whether this node may answer now: whether what it holds is what the cluster holds. Safe for use by several threads. */
public interface Standing {
    /** Asked for each answer, last of all: what was found before still counts only if this is true then. */
    boolean isHeld();

    /** Why it is not held, for those who are refused. */
    String reason();
}
