package org.steadfast.foundation.transfer;

/** Hears of copies that have ended. */
@FunctionalInterface
public interface TransferListener {
    /** A copy has ended, well or not. Called by the thread that has copied; may wait for the database. */
    void ended(TransferJob job);
}
