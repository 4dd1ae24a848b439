package org.steadfast.persistence.failover;

import java.util.Optional;

/** Where the record is kept. Safe for use by several threads. */
public interface FailoverRecords {
    /** The record, and which of all that were written it is. */
    record Entry(FailoverRecord record, int version) {}

    /**
     * The record; empty where there never was one.
     *
     * @throws FailoverException if it cannot be read now
     */
    Optional<Entry> read() throws FailoverException;

    /**
     * Replaces the record.
     *
     * @param former what it must be still; empty for none
     * @return what is kept now; empty where somebody else has replaced it, and this did not
     * @throws FailoverException if it is not known whether it was replaced
     */
    Optional<Entry> replace(Optional<Entry> former, FailoverRecord next) throws FailoverException;
}
