package org.steadfast.foundation.script;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * How long a script and the scripts that it calls may go on, and how much they may allocate. They share one thread, which alone uses
 * this; only {@link #cancel} may come from elsewhere.
 */
final class Bounds {
    /** Longest text in characters. */
    static final int LONGEST_TEXT = 4 << 20;
    /** Most elements of an array that anything but the script itself walks through. */
    static final int MOST_ELEMENTS = 1 << 20;
    /** Most scripts that call each other. */
    static final int MOST_NESTED = 16;
    /** What properties may get appended to by {@code +=} in one script, in characters: how long they are then is not known. */
    private static final int MOST_APPENDED = 4 * LONGEST_TEXT;
    /** Deepest nesting of functions of the language that call the script back. */
    private static final int DEEPEST_CALL_BACK = 100;

    private static final int CALLS_PER_CHECK = 8;
    /** Shares of the memory after which the heap is looked at again. */
    private static final int SHARES = 8;

    private static final ThreadMXBean THREADS = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

    private final long deadline;
    private final long timeoutMillis;
    private final long memory;
    private final Heap heap;
    private final long thread = Thread.currentThread().getId();
    private final long allocatedBefore = THREADS.getThreadAllocatedBytes(thread);
    private long nextLook;
    private long appended;
    private int nested;
    private int callBacks;
    /** Why it was ended where that may not be so any more when it is asked again. */
    private ScriptStopped stopped;

    private int calls;
    /** Set once, by any thread; read by the script's. */
    private volatile boolean cancelled;

    /**
     * Bounds of a script that this thread begins now.
     *
     * @param deadline by {@link System#nanoTime()}
     * @param timeoutMillis what the message says
     * @param memory bytes that may be allocated in any case
     */
    Bounds(long deadline, long timeoutMillis, long memory, Heap heap) {
        this.deadline = deadline;
        this.timeoutMillis = timeoutMillis;
        this.memory = memory;
        this.nextLook = memory;
        this.heap = heap;
    }

    /** Throws {@link ScriptStopped} where a bound is passed, and from then on. */
    void check() {
        if (stopped != null) {
            throw stopped;
        }
        if (cancelled) {
            throw nodeStops();
        }
        if (deadline - System.nanoTime() <= 0) {
            throw outOfTime();
        }
        long allocated = THREADS.getThreadAllocatedBytes(thread) - allocatedBefore;
        if (allocated > nextLook) {
            if (isHeapShort()) {
                stopped = new ScriptStopped(
                        ScriptStopped.Bound.MEMORY,
                        "the script has allocated " + (allocated >> 20)
                                + " MB and was ended because the node's memory is short");
                throw stopped;
            }
            nextLook = allocated + memory / SHARES;
        }
    }

    private boolean isHeapShort() {
        try {
            return heap.isShort(deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw nodeStops();
        }
    }

    static ScriptStopped nodeStops() {
        return new ScriptStopped(ScriptStopped.Bound.NODE_STOPS, "the node is stopping");
    }

    /** A call of a function of the language, which counts no instructions itself. */
    void count() {
        if (++calls % CALLS_PER_CHECK == 0) {
            check();
        }
    }

    ScriptStopped outOfTime() {
        return new ScriptStopped(
                ScriptStopped.Bound.TIME, "the script took longer than " + timeoutMillis / 1000.0 + " s and was ended");
    }

    /** Nanoseconds that are left, at least 1. */
    long remaining() {
        return Math.max(1, deadline - System.nanoTime());
    }

    void append(int characters) {
        appended += characters;
        if (appended > MOST_APPENDED) {
            throw TooMuch.of("texts of more than " + MOST_APPENDED + " characters appended to properties by +=");
        }
    }

    /** One script more that was called by this one. */
    void enterScript() {
        if (++nested > MOST_NESTED) {
            nested--;
            throw TooMuch.of("more than " + MOST_NESTED + " scripts that call each other");
        }
    }

    void leaveScript() {
        nested--;
    }

    /** One function of the language more, which may call the script back. */
    void enterFunction() {
        if (++callBacks > DEEPEST_CALL_BACK) {
            callBacks--;
            throw TooMuch.of("functions that call each other back more than " + DEEPEST_CALL_BACK + " deep");
        }
    }

    void leaveFunction() {
        callBacks--;
    }

    /** Ends the script as soon as it looks; what it waits for must be interrupted besides. */
    void cancel() {
        cancelled = true;
    }
}
