package org.steadfast.foundation.remote;

import java.util.Objects;

/** A device did not do what it was asked. The message names the thing. */
public final class RemoteException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What went wrong, as far as an answer needs to know. */
    public enum Kind {
        /** The thing is not bound, or its connection went. */
        NOT_CONNECTED,
        /** The device did not answer in time. */
        NO_ANSWER,
        /** Too much is asked of the device already. */
        BUSY,
        /** The device refused. */
        REFUSED
    }

    private final Kind kind;
    private final int httpStatus;

    RemoteException(Kind kind, int httpStatus, String message) {
        super(message);
        this.kind = Objects.requireNonNull(kind, "kind is null");
        this.httpStatus = httpStatus;
    }

    public Kind kind() {
        return kind;
    }

    /** The HTTP status that says so. */
    public int httpStatus() {
        return httpStatus;
    }
}
