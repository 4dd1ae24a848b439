package org.steadfast.foundation.query;

/** A query that cannot be read. The message names the filter or the field, and what there is instead. */
public final class QueryException extends Exception {
    private static final long serialVersionUID = 1L;

    QueryException(String message) {
        super(message);
    }

    QueryException(String message, Throwable cause) {
        super(message, cause);
    }
}
