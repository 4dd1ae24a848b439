package org.steadfast.persistence.store;

import java.util.Objects;

/** A store could not do what it was asked. The kind says what the caller may do about it. */
public final class StoreException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What went wrong, as far as a caller needs to know. */
    public enum Kind {
        /** The database cannot be reached or is failing over; whether the last statement took effect is not known. */
        UNAVAILABLE,
        /** The database refused the login or lacks privileges; trying again does not help. */
        REFUSED,
        /** What is in the database is of another version of the platform; nothing was changed. */
        OTHER_VERSION,
        /** This node was fenced: the cluster went on without it, nothing was written. */
        FENCED,
        /** An entity of that name is there already. */
        ALREADY_EXISTS,
        /** Others need the entity; nothing was changed. */
        IN_USE,
        /** There is no such entity. */
        NOT_FOUND,
        /** The entity was changed by somebody else since it was read. */
        CHANGED_MEANWHILE,
        /** It took longer than the store allows and was given up; nothing was changed. */
        TOO_SLOW,
        /** What was asked for is more than one answer holds. */
        TOO_LARGE,
        /** Anything else: a defect. */
        FAILED
    }

    private final Kind kind;

    public StoreException(Kind kind, String message) {
        this(kind, message, null);
    }

    public StoreException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = Objects.requireNonNull(kind, "kind is null");
    }

    public Kind kind() {
        return kind;
    }
}
