package org.steadfast.foundation.schedule;

/** A schedule's settings are wrong. The message names the field and says what may stand there. */
public final class InvalidScheduleException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String field;
    private final String what;

    public InvalidScheduleException(String field, String what) {
        this(field, what, null);
    }

    public InvalidScheduleException(String field, String what, Throwable cause) {
        super("field " + field + ": " + what, cause);
        this.field = field;
        this.what = what;
    }

    /** The field that is wrong. */
    public String field() {
        return field;
    }

    /** What is wrong with it, and what may stand there. */
    public String what() {
        return what;
    }
}
