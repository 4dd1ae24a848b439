package org.steadfast.persistence.failover;

/** A step of a failover could not be done now, or is not known to have been done. What has to be done is found anew the next time. */
public final class FailoverException extends Exception {
    private static final long serialVersionUID = 1L;

    public FailoverException(String message, Throwable cause) {
        super(message, cause);
    }
}
