package org.steadfast.foundation.script;

import com.sun.management.GarbageCollectorMXBean;
import com.sun.management.GcInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What is left of the heap, as the last garbage collection found it. Before a script is ended for want of memory, a collection is asked
 * for: the last one may have found what is no longer used. Safe for use by several threads.
 */
final class Heap {
    /** A collection of the whole heap stops everything for some tenths of a second, so it is asked for seldom; in nanoseconds. */
    private static final long BETWEEN_COLLECTIONS = 1_000_000_000L;

    private final List<GarbageCollectorMXBean> collectors =
            ManagementFactory.getPlatformMXBeans(GarbageCollectorMXBean.class);
    private final long mostUsed;

    /** Written by the thread that asks for a collection, under this object's lock: two would find the same. */
    private long lastAsked = System.nanoTime() - BETWEEN_COLLECTIONS;

    /** @param mostUsed bytes; while more is in use, the heap is short */
    Heap(long mostUsed) {
        this.mostUsed = mostUsed;
    }

    /** One that is short while more than half of it is in use. */
    static Heap ofThisProcess() {
        return new Heap(Runtime.getRuntime().maxMemory() / 2);
    }

    /**
     * Whether a script that has had its share must be ended. It waits meanwhile: what was found before another one was ended says
     * nothing about what is left now, so they are ended one after the other, and only as many as it takes.
     *
     * @param deadline until when it waits, by {@link System#nanoTime()}
     */
    synchronized boolean isShort(long deadline) throws InterruptedException {
        while (wasShort() && deadline - System.nanoTime() > 0) {
            long rest = BETWEEN_COLLECTIONS - (System.nanoTime() - lastAsked);
            if (rest <= 0) {
                System.gc();
                lastAsked = System.nanoTime();
                return wasShort();
            }
            TimeUnit.NANOSECONDS.timedWait(this, Math.min(rest, Math.max(1, deadline - System.nanoTime())));
        }
        return false;
    }

    private boolean wasShort() {
        return used() > mostUsed;
    }

    /** Bytes that were in use after the last collection; before the first one, those that are now. */
    long used() {
        GcInfo last = null;
        for (GarbageCollectorMXBean collector : collectors) {
            GcInfo info = collector.getLastGcInfo();
            if (info != null && (last == null || info.getEndTime() > last.getEndTime())) {
                last = info;
            }
        }
        long used = 0;
        if (last == null) {
            used = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
        } else {
            for (var pool : last.getMemoryUsageAfterGc().entrySet()) {
                used += isOfHeap(pool.getKey()) ? used(pool.getValue()) : 0;
            }
        }
        return used;
    }

    /** Class data and compiled code are told with the pools of the heap. */
    private static boolean isOfHeap(String pool) {
        return !pool.startsWith("Code") && !pool.startsWith("Meta") && !pool.startsWith("Compressed");
    }

    private static long used(MemoryUsage usage) {
        return usage == null ? 0 : usage.getUsed();
    }
}
