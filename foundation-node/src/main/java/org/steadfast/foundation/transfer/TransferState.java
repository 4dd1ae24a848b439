package org.steadfast.foundation.transfer;

/** How far a copy is. The first that stands for success has the name that device SDKs look for (device protocol, section 8). */
public enum TransferState {
    /** It is there, and the checksums of both ends are the same. */
    VALIDATED(true),
    /** It waits for its turn. */
    QUEUED(false),
    /** It is under way. */
    ACTIVE(false),
    /** Somebody wanted its end; what was there before is. */
    CANCELLED(true),
    /** It failed; what was there before is, unless the message says that this is not known. */
    FAILED(true);

    private final boolean isEnd;

    TransferState(boolean isEnd) {
        this.isEnd = isEnd;
    }

    /** Whether nothing comes after it. */
    public boolean isEnd() {
        return isEnd;
    }
}
