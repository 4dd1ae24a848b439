package org.steadfast.persistence.failover;

/** What gives way where no standby is left. */
public enum FailoverPolicy {
    /** Writes wait: a commit is acknowledged when two servers have it, never by one alone. */
    DURABILITY,
    /** Writes go on with the primary alone; when that is gone as well, everything waits for it, and no standby is promoted. */
    AVAILABILITY
}
