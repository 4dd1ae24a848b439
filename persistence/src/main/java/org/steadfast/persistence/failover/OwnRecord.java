package org.steadfast.persistence.failover;

import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.steadfast.persistence.failover.FailoverRecords.Entry;

/**
 * The record as one guard knows it. Every step at a server is preceded by a replacement of the record, if only by the same one, so that two
 * guards know of each other: the one whose replacement fails does nothing, and forgets what it thought it knew. Used by one thread.
 */
final class OwnRecord {
    private final FailoverRecords records;
    private final BooleanSupplier mayAct;
    private Optional<Entry> entry = Optional.empty();
    /** Whether the record was read, and nobody else has replaced it since. */
    private boolean isOwn;

    OwnRecord(FailoverRecords records, BooleanSupplier mayAct) {
        this.records = records;
        this.mayAct = mayAct;
    }

    /**
     * Reads it.
     *
     * @return whether nobody else has replaced it since this guard read or replaced it last
     */
    boolean read() throws FailoverException {
        Optional<Integer> before = entry.map(Entry::version);
        boolean wasOwn = isOwn;
        isOwn = false;
        entry = records.read();
        isOwn = true;
        return wasOwn && before.equals(entry.map(Entry::version));
    }

    /** As it was read, or replaced by this guard. */
    Optional<FailoverRecord> now() {
        return entry.map(Entry::record);
    }

    /** False where somebody else was faster, or this guard may do nothing any more; then nothing else may be done in this round. */
    boolean replace(FailoverRecord next) throws FailoverException {
        if (!isOwn || !mayAct.getAsBoolean()) {
            return false;
        }
        isOwn = false;
        Optional<Entry> replaced = records.replace(entry, next);
        isOwn = replaced.isPresent();
        entry = replaced.isPresent() ? replaced : entry;
        return isOwn;
    }

    /** Whether a step may be taken now; to be asked right before it. */
    boolean mayStep() throws FailoverException {
        return entry.isPresent() && replace(entry.get().record());
    }
}
