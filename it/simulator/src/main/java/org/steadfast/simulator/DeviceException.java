package org.steadfast.simulator;

/** Why a request of a device did not come to an answer that the device can use. Comes as the cause of a failed future. */
public abstract sealed class DeviceException extends Exception
        permits DeviceDisconnectedException, RequestTimeoutException, RequestRefusedException {
    private static final long serialVersionUID = 1L;

    DeviceException(String message) {
        super(message);
    }

    DeviceException(String message, Throwable cause) {
        super(message, cause);
    }
}
