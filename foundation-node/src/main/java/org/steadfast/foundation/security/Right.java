package org.steadfast.foundation.security;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What somebody may be allowed, as the reference calls it. */
public enum Right {
    PROPERTY_READ("PropertyRead", Kind.RUN_TIME),
    PROPERTY_WRITE("PropertyWrite", Kind.RUN_TIME),
    SERVICE_INVOKE("ServiceInvoke", Kind.RUN_TIME),
    EVENT_INVOKE("EventInvoke", Kind.RUN_TIME),
    EVENT_SUBSCRIBE("EventSubscribe", Kind.RUN_TIME),
    CREATE("Create", Kind.DESIGN_TIME),
    READ("Read", Kind.DESIGN_TIME),
    UPDATE("Update", Kind.DESIGN_TIME),
    DELETE("Delete", Kind.DESIGN_TIME),
    METADATA("Metadata", Kind.DESIGN_TIME),
    VISIBILITY("Visibility", Kind.VISIBILITY);

    /** What a right is about. */
    public enum Kind {
        /** Using an entity. */
        RUN_TIME,
        /** Changing what it is. */
        DESIGN_TIME,
        /** Knowing that it is there. */
        VISIBILITY
    }

    private final String title;
    private final Kind kind;

    Right(String title, Kind kind) {
        this.title = title;
        this.kind = kind;
    }

    /** What clients call it. */
    public String title() {
        return title;
    }

    public Kind kind() {
        return kind;
    }

    /** All of a kind. */
    public static List<Right> of(Kind kind) {
        return Arrays.stream(values()).filter(right -> right.kind == kind).toList();
    }

    /** The one of a kind that clients call so. */
    public static Optional<Right> of(Kind kind, String title) {
        return of(kind).stream().filter(right -> right.title.equals(title)).findFirst();
    }
}
