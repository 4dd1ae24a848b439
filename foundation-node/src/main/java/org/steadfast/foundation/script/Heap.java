package org.steadfast.foundation.script;

import com.sun.management.GarbageCollectorMXBean;
import com.sun.management.GcInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.List;

/** What is left of the heap, as the last garbage collection found it. Safe for use by several threads. */
class Heap {
    private final List<GarbageCollectorMXBean> collectors =
            ManagementFactory.getPlatformMXBeans(GarbageCollectorMXBean.class);
    private final long most = Runtime.getRuntime().maxMemory();

    /** Whether more than half of it was still in use after the last collection; before the first one, whether it is now. */
    boolean isShort() {
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
