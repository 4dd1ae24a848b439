package org.steadfast.simulator;

/** The device's connection is gone, or never came up. What was outstanding on it may or may not have taken effect. */
public final class DeviceDisconnectedException extends DeviceException {
    private static final long serialVersionUID = 1L;

    DeviceDisconnectedException(String message) {
        super(message);
    }

    DeviceDisconnectedException(String message, Throwable cause) {
        super(message, cause);
    }
}
