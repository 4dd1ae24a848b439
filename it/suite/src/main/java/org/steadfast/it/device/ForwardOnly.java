package org.steadfast.it.device;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Judges reads of properties whose one writer, a device, only ever counts up, each value sent once or, after a failure, again before
 * any later one. If its updates take effect in order, each once, then nobody ever reads less than what was read or acknowledged
 * before the read began, nor what was not sent before it ended. An update that is late, or takes effect a second time, or one
 * that was acknowledged and is lost, sets the property back, and is found. Used by several threads; guards itself.
 */
final class ForwardOnly {
    private static final int MOST_KEPT = 20;

    /** By thing, the largest value that a read has returned; guarded by this. */
    private final Map<String, Long> seen = new HashMap<>();
    /** What was wrong; guarded by this. */
    private final List<String> violations = new ArrayList<>();

    private long reads;

    /**
     * A read begins.
     *
     * @param acknowledged the largest value that was acknowledged before
     * @return the least value that it may return
     */
    synchronized long begin(String thing, long acknowledged) {
        return Math.max(acknowledged, seen.getOrDefault(thing, 0L));
    }

    /**
     * A read has ended.
     *
     * @param node that answered
     * @param least what {@link #begin} returned
     * @param sent the largest value that was sent by now
     */
    synchronized void end(String node, String thing, long least, long value, long sent) {
        reads++;
        seen.merge(thing, value, Math::max);
        if ((value < least || value > sent) && violations.size() < MOST_KEPT) {
            violations.add(node + " answered " + value + " for " + thing
                    + (value < least
                            ? ", but " + least + " had been read or acknowledged before"
                            : ", but no more than " + sent + " had been sent"));
        }
    }

    synchronized long reads() {
        return reads;
    }

    synchronized List<String> violations() {
        return List.copyOf(violations);
    }
}
