package org.steadfast.it.fault;

/** A fault, and what an operator or a supervisor would do about it. */
public interface Nemesis {
    /** As it appears in what a run prints. */
    String name();

    /**
     * Does the fault to the cluster of a run, whose clients go on, and undoes it. Nodes may still be starting when this returns;
     * nothing stays frozen, cut or stopped.
     */
    void strike(FaultRun run) throws Exception;
}
