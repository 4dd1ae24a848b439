package org.steadfast.coordination.lease;

import java.time.Duration;

/**
 * How long a lease lasts. Everything follows from the session timeout S, after which the coordinator gives a silent node up. A
 * session is renewed every S/3 at the latest, so it lasts at least 2/3 S from the moment at which a node falls silent. A lease of
 * S/2 from before the last proof has ended by then.
 *
 * @param sessionTimeout S
 */
record LeaseTerms(Duration sessionTimeout) {
    long heldNanos() {
        return sessionTimeout.toNanos() / 2;
    }

    long renewalNanos() {
        return sessionTimeout.toNanos() / 6;
    }
}
