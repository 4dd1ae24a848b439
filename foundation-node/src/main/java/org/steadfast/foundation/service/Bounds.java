package org.steadfast.foundation.service;

/** How much one call of a service on rows gives, takes or looks at. */
final class Bounds {
    /** Rows of an answer where {@code maxItems} says nothing. */
    static final int ROWS_BY_DEFAULT = 500;
    /** Rows of an answer, whatever {@code maxItems} says. */
    static final int MOST_ROWS = 10_000;
    /** Rows that one call adds or changes. */
    static final int MOST_WRITTEN = 10_000;
    /** Rows of history that one query looks at and does not want, before it is given up. */
    static final int MOST_REJECTED = 100_000;

    /** Of the values of history in an answer. */
    static final int MOST_MEGABYTES = 64;

    private Bounds() {}

    static int maxItems(ServiceRequest request) throws ServiceException {
        return request.count("maxItems", ROWS_BY_DEFAULT, MOST_ROWS);
    }
}
