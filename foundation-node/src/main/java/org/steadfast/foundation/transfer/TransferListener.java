package org.steadfast.foundation.transfer;

/** Hears of copies that have ended. */
@FunctionalInterface
public interface TransferListener {
    /** A copy has ended, well or not. Returns at once. */
    void ended(TransferJob job);
}
