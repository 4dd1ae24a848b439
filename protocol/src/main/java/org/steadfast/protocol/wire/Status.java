package org.steadfast.protocol.wire;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How a request ended, as a code byte of the device protocol: class times 32 plus detail of the HTTP status that it stands for
 * (device protocol, section 3).
 */
public enum Status {
    SUCCESS(0x40, 200),
    CREATED(0x41, 201),
    ACCEPTED(0x42, 202),
    NO_CONTENT(0x44, 204),
    PARTIAL_CONTENT(0x46, 206),
    MULTIPLE_CHOICES(0x60, 300),
    MOVED_PERMANENTLY(0x61, 301),
    FOUND(0x62, 302),
    SEE_OTHER(0x63, 303),
    NOT_MODIFIED(0x64, 304),
    USE_PROXY(0x65, 305),
    TEMPORARY_REDIRECT(0x67, 307),
    BAD_REQUEST(0x80, 400),
    UNAUTHORIZED(0x81, 401),
    PAYMENT_REQUIRED(0x82, 402),
    FORBIDDEN(0x83, 403),
    NOT_FOUND(0x84, 404),
    METHOD_NOT_ALLOWED(0x85, 405),
    NOT_ACCEPTABLE(0x86, 406),
    REQUEST_TIMEOUT(0x88, 408),
    CONFLICT(0x89, 409),
    PRECONDITION_FAILED(0x8C, 412),
    ENTITY_TOO_LARGE(0x8D, 413),
    UNSUPPORTED_FORMAT(0x8F, 415),
    I_AM_A_TEAPOT(0x92, 418),
    METHOD_FAILURE(0x94, 420),
    INTERNAL_ERROR(0xA0, 500),
    NOT_IMPLEMENTED(0xA1, 501),
    BAD_GATEWAY(0xA2, 502),
    UNAVAILABLE(0xA3, 503),
    GATEWAY_TIMEOUT(0xA4, 504),
    VERSION_NOT_SUPPORTED(0xA5, 505),
    COMMUNICATION_ERROR(0xE0, 700),
    CONNECTION_REFUSED(0xE1, 701),
    CONNECTION_UNAVAILABLE(0xE2, 702),
    CONNECTION_TIMEOUT(0xE3, 703),
    BAD_PROTOCOL_VERSION(0xE4, 704);

    private static final Map<Integer, Status> BY_HTTP = new HashMap<>();
    private static final Status[] BY_CODE = new Status[256];

    static {
        for (Status status : values()) {
            BY_HTTP.put(status.http, status);
            BY_CODE[status.code] = status;
        }
    }

    private final int code;
    private final int http;

    Status(int code, int http) {
        this.code = code;
        this.http = http;
    }

    /** The unsigned byte in a response's header. */
    public int code() {
        return code;
    }

    /** The HTTP status that this one stands for. */
    public int http() {
        return http;
    }

    /** True below 400. */
    public boolean isSuccess() {
        return http < 400;
    }

    /** The status of an unsigned code byte. */
    public static Optional<Status> ofCode(int code) {
        return Optional.ofNullable(BY_CODE[code & 0xFF]);
    }

    /** The status for an HTTP status; {@link #INTERNAL_ERROR} for one that the device protocol has no code for. */
    public static Status ofHttp(int http) {
        return BY_HTTP.getOrDefault(http, INTERNAL_ERROR);
    }
}
