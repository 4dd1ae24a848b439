package org.steadfast.foundation.model;

import java.util.Objects;

/** A definition that cannot be read or changed as asked. The message names the entity or the field, and the fix. */
public final class ModelException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What went wrong, as far as an answer needs to know. */
    public enum Kind {
        INVALID,
        NOT_FOUND,
        ALREADY_EXISTS,
        CHANGED_MEANWHILE,
        /** Something else needs it, or it came with the platform. */
        NOT_ALLOWED,
        UNAVAILABLE
    }

    private final Kind kind;

    public ModelException(Kind kind, String message) {
        this(kind, message, null);
    }

    public ModelException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = Objects.requireNonNull(kind, "kind is null");
    }

    public static ModelException invalid(String message) {
        return new ModelException(Kind.INVALID, message);
    }

    public static ModelException notFound(EntityRef ref) {
        return new ModelException(Kind.NOT_FOUND, "Entity Not Found : [" + ref.name() + "]");
    }

    public Kind kind() {
        return kind;
    }
}
