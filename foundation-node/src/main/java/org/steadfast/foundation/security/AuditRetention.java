package org.steadfast.foundation.security;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.persistence.store.AuditStore;
import org.steadfast.persistence.store.StoreException;

/** Removes entries of the audit log that are older than they are kept. Used by one thread. */
public final class AuditRetention {
    private static final Logger log = LoggerFactory.getLogger(AuditRetention.class);

    private final AuditStore store;
    private final int days;

    /** @param days how long entries are kept; 0 is for ever */
    public AuditRetention(AuditStore store, int days) {
        this.store = store;
        this.days = days;
    }

    /** Removes what is too old by now, unless another node is about it. What is more than can be removed at once is left for the next time. */
    public void run() throws StoreException {
        long removed = days == 0 ? 0 : store.removeOlderThan(days);
        if (removed > 0) {
            log.info("{} entries of the audit log were older than {} days, and were removed", removed, days);
        }
    }
}
