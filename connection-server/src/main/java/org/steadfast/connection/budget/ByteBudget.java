package org.steadfast.connection.budget;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts bytes that are held, and keeps those who would bring more in line while there are too many. Bytes that are here already
 * are counted whether there is room or not; the bound holds because nobody reads on without room. First come, first served: a
 * large wish is not overtaken by small ones, so nobody starves. Safe for use by several threads; calls waiters without holding
 * its lock.
 */
public final class ByteBudget {
    /** What somebody who reads on without knowing how much comes is expected to bring, so that not all in line read on at once. */
    private static final long EXPECTED_BYTES = 16 << 10;

    private final long most;
    /** Changed by everybody who brings bytes or lets go of some; guarded by this. */
    private long used;
    /** Those in line with the bytes that each wishes to take, in their order; guarded by this. */
    private final Map<Waiter, Long> line = new LinkedHashMap<>();

    /** @param most bytes that may be held, at least 1 */
    public ByteBudget(long most) {
        this.most = most;
    }

    /** Somebody in line. */
    @FunctionalInterface
    public interface Waiter {
        /** There is room: the bytes wished for are taken. Called once for each time in line, by whoever made the room. */
        void roomFound();
    }

    /** Counts bytes that are here already. */
    public synchronized void take(long bytes) {
        used += bytes;
    }

    /** Lets go of bytes. */
    public void giveBack(long bytes) {
        List<Waiter> found;
        synchronized (this) {
            used -= bytes;
            found = leaveLine();
        }
        found.forEach(Waiter::roomFound);
    }

    /**
     * Takes bytes where there is room and nobody is in line; else gets in line.
     *
     * @param bytes 0 for somebody who does not know how many will come
     * @return false where the waiter is in line now; it must not be already
     */
    public synchronized boolean takeOrWait(long bytes, Waiter waiter) {
        if (line.isEmpty() && fits(bytes, 0)) {
            used += bytes;
            return true;
        }
        line.put(waiter, bytes);
        return false;
    }

    /**
     * Gets out of line. After a wish for bytes, {@link #giveBack} must follow: it may have held up those behind it.
     *
     * @return false where the waiter is not in line: it was called, or is about to be
     */
    public synchronized boolean leave(Waiter waiter) {
        return line.remove(waiter) != null;
    }

    /** Bytes that are held. */
    public synchronized long used() {
        return used;
    }

    /** How many are in line. */
    public synchronized int waiting() {
        return line.size();
    }

    /** Whether more is held than this share of the bound. */
    public synchronized boolean isAbove(double share) {
        return used > most * share;
    }

    private List<Waiter> leaveLine() {
        if (line.isEmpty()) {
            return List.of();
        }
        List<Waiter> found = new ArrayList<>();
        long expected = 0;
        for (Iterator<Map.Entry<Waiter, Long>> it = line.entrySet().iterator(); it.hasNext(); ) {
            Map.Entry<Waiter, Long> next = it.next();
            long wish = next.getValue();
            if (!fits(wish, expected)) {
                break;
            }
            used += wish;
            expected += wish == 0 ? EXPECTED_BYTES : 0;
            found.add(next.getKey());
            it.remove();
        }
        return found;
    }

    /** One wish always fits when nothing is held, however large it is. */
    private boolean fits(long wish, long expected) {
        return wish == 0 ? used + expected < most : used == 0 || used + expected + wish <= most;
    }
}
