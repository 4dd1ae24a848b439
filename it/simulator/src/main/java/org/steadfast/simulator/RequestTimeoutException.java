package org.steadfast.simulator;

/** No answer came within the request's time. The request may or may not have taken effect. */
public final class RequestTimeoutException extends DeviceException {
    private static final long serialVersionUID = 1L;

    RequestTimeoutException(String message) {
        super(message);
    }
}
