package org.steadfast.protocol.wire;

/** Bytes that are not what the device protocol allows. The message says what was found and where. */
public final class CodecException extends Exception {
    private static final long serialVersionUID = 1L;

    public CodecException(String message) {
        super(message);
    }

    public CodecException(String message, Throwable cause) {
        super(message, cause);
    }
}
