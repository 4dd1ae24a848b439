package org.steadfast.simulator;

/** Somebody wants the command to end early, such as by Ctrl-C. Safe for use by several threads. */
final class StopSignal {
    /** Both are written by whoever stops and by the command; this object's lock guards them. */
    private boolean wanted;

    private Runnable action = () -> {};

    synchronized void stop() {
        wanted = true;
        action.run();
    }

    synchronized boolean isWanted() {
        return wanted;
    }

    /** What to do when somebody stops; done at once where somebody did already. */
    synchronized void onStop(Runnable newAction) {
        action = newAction;
        if (wanted) {
            newAction.run();
        }
    }
}
