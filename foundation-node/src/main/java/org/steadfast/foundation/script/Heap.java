package org.steadfast.foundation.script;

import com.sun.management.GarbageCollectorMXBean;
import com.sun.management.GcInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.List;

/**
 * What is left of the heap, as the last garbage collection found it. Before a script is ended for want of memory, a collection is asked
 * for: the last one may have found what is no longer used. Safe for use by several threads.
 */
final class Heap {
    /** A collection of the whole heap stops everything for some tenths of a second, so it is asked for seldom; nanoseconds. */
    private static final long BETWEEN_COLLECTIONS = 2_000_000_000L;

    private final List<GarbageCollectorMXBean> collectors =
            ManagementFactory.getPlatformMXBeans(GarbageCollectorMXBean.class);
    private final long most = Runtime.getRuntime().maxMemory();

    /** Written by the thread that asks for a collection, under this object's lock: two would find the same. */
    private long lastAsked = System.nanoTime() - BETWEEN_COLLECTIONS;

    /** Whether more than half of it is in use, by what is known after a collection that may be up to two seconds old. */
    synchronized boolean isShort() {
        if (!wasShort()) {
            return false;
        }
        if (System.nanoTime() - lastAsked >= BETWEEN_COLLECTIONS) {
            System.gc();
            lastAsked = System.nanoTime();
        }
        return wasShort();
    }

    /** Whether more than half of it was still in use after the last collection; before the first one, whether it is now. */
    private boolean wasShort() {
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
        return used > most / 2;
    }

    /** Class data and compiled code are told with the pools of the heap. */
    private static boolean isOfHeap(String pool) {
        return !pool.startsWith("Code") && !pool.startsWith("Meta") && !pool.startsWith("Compressed");
    }

    private static long used(MemoryUsage usage) {
        return usage == null ? 0 : usage.getUsed();
    }
}
