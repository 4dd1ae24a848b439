package org.steadfast.connection;

import org.steadfast.coordination.chassis.Readiness;

/** A connection server takes traffic while it has a link. */
final class LinkReadiness {
    private static final String REASON = "no foundation node can be reached";

    private final Readiness.Condition linked;

    LinkReadiness(Readiness readiness) {
        this.linked = readiness.condition("links", REASON);
    }

    void changed(int links) {
        if (links > 0) {
            linked.met();
        } else {
            linked.unmet(REASON);
        }
    }
}
