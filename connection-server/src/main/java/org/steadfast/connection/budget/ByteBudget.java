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

    /** Changed by {@link #limit}; guarded by this. */
    private long most;
    /** Changed by everybody who brings bytes or lets go of some; guarded by this. */
    private long used;
    /** Those in line with what each wishes, in their order; guarded by this. */
    private final Map<Waiter, Wish> line = new LinkedHashMap<>();

    /**
     * What somebody waits for.
     *
     * @param taken bytes that are taken when there is room
     * @param expected bytes that will be brought then
     */
    private record Wish(long taken, long expected) {}

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
        return takeOrWait(new Wish(bytes, bytes == 0 ? EXPECTED_BYTES : 0), waiter);
    }

    /**
     * Like {@link #takeOrWait}, but takes nothing: the bytes are taken when they are here.
     *
     * @param expected how many bytes will be brought when there is room; 0 where that is not known
     */
    public synchronized boolean isRoomOrWait(long expected, Waiter waiter) {
        return takeOrWait(new Wish(0, expected == 0 ? EXPECTED_BYTES : expected), waiter);
    }

    private boolean takeOrWait(Wish wish, Waiter waiter) {
        if (line.isEmpty() && fits(wish, 0)) {
            used += wish.taken();
            return true;
        }
        line.put(waiter, wish);
        return false;
    }

    /** Changes the bound. */
    public void limit(long newMost) {
        List<Waiter> found;
        synchronized (this) {
            most = newMost;
            found = leaveLine();
        }
        found.forEach(Waiter::roomFound);
    }

    /** The bound. */
    public synchronized long limit() {
        return most;
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
        for (Iterator<Map.Entry<Waiter, Wish>> it = line.entrySet().iterator(); it.hasNext(); ) {
            Map.Entry<Waiter, Wish> next = it.next();
            Wish wish = next.getValue();
            if (!fits(wish, expected)) {
                break;
            }
            used += wish.taken();
            expected += wish.expected();
            found.add(next.getKey());
            it.remove();
        }
        return found;
    }

    /** One wish always fits when nothing is held, however large it is. */
    private boolean fits(Wish wish, long expected) {
        return wish.taken() == 0 ? used + expected < most : used == 0 || used + expected + wish.taken() <= most;
    }
}
