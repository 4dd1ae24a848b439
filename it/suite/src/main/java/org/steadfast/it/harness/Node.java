package org.steadfast.it.harness;

import java.io.IOException;
import java.time.Duration;
import java.util.OptionalInt;

/** One node of a cluster under test. Used by one thread at a time. */
public interface Node {
    /** The platform id. */
    String id();

    /** The subcommand that runs it, such as {@code foundation-node}. */
    String role();

    /** {@code host:port} of its main listener. */
    String address();

    /** Starts the process; {@link #awaitReady} tells when it takes traffic. */
    void start() throws IOException;

    /**
     * The same, on a machine whose clock is wrong. How much time passes is not.
     *
     * @param ahead of the other machines' clocks; negative where it is behind them
     */
    void start(Duration ahead) throws IOException;

    /** Waits until the node takes traffic; fails with the end of its log where it ends before, or the time is over. */
    void awaitReady(Duration timeout);

    boolean isReady();

    boolean isAlive();

    /** How the process ended; empty while it runs or was never started. */
    OptionalInt exitStatus();

    /** The operating system's id of the process that runs or ran last. */
    long pid();

    /** Ends the process and its children as {@code kill -9} does, and returns when they are gone. */
    void kill() throws InterruptedException;

    /** Freezes the process and its children as {@code kill -STOP} does: they keep their connections and do nothing. */
    void freeze() throws IOException, InterruptedException;

    /** Lets a frozen process and its children go on. */
    void thaw() throws IOException, InterruptedException;

    /** Asks the process to stop, waits, and returns its exit status. */
    int stop() throws InterruptedException;

    /** Waits for a process that ends by itself, and returns its exit status. */
    int awaitExit(Duration timeout) throws InterruptedException;

    /** All that the process has written. */
    String output() throws IOException;
}
