package org.steadfast.foundation.ingestion;

import org.steadfast.coordination.lease.Standing;

/** A lease that is held until a test says otherwise. */
final class FakeStanding implements Standing {
    private volatile String reason = "";

    void lose(String why) {
        reason = why;
    }

    void regain() {
        reason = "";
    }

    @Override
    public boolean isHeld() {
        return reason.isEmpty();
    }

    @Override
    public String reason() {
        return reason;
    }
}
