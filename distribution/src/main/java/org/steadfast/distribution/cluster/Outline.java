package org.steadfast.distribution.cluster;

import java.util.ArrayList;
import java.util.List;
import org.steadfast.distribution.cluster.ClusterAnswers.Subject;

/**
 * What the options of a cluster come to, without a look at the machine.
 *
 * @param layout as far as it can be told where there are problems
 */
record Outline(Layout layout, List<Problem> problems) {
    /**
     * A value, or several that go together, that no cluster could be laid out by.
     *
     * @param text names the options
     */
    record Problem(Subject subject, String text) {}

    /** Gathers problems while options are read. Used by one thread. */
    static final class Problems {
        private final List<Problem> found = new ArrayList<>();

        void require(boolean met, Subject subject, String text) {
            if (!met) {
                found.add(new Problem(subject, text));
            }
        }

        List<Problem> found() {
            return List.copyOf(found);
        }
    }
}
