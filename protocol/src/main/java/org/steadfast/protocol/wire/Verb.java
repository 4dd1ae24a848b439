package org.steadfast.protocol.wire;

import java.util.Optional;

/** What a request of the device protocol wants (device protocol, section 3). */
public enum Verb {
    GET(0x01),
    PUT(0x02),
    POST(0x03),
    DELETE(0x04),
    BIND(0x0A),
    UNBIND(0x0B),
    AUTH(0x14),
    CLEAR_AUTH(0x15),
    KEEP_ALIVE(0x1F);

    private static final Verb[] BY_CODE = new Verb[0x40];

    static {
        for (Verb verb : values()) {
            BY_CODE[verb.code] = verb;
        }
    }

    private final int code;

    Verb(int code) {
        this.code = code;
    }

    /** The byte in a request's header. */
    public int code() {
        return code;
    }

    /** True for the four verbs that address a characteristic of an entity. */
    public boolean addressesEntity() {
        return code <= DELETE.code;
    }

    /** The verb of a code byte. */
    public static Optional<Verb> ofCode(int code) {
        return code >= 0 && code < BY_CODE.length ? Optional.ofNullable(BY_CODE[code]) : Optional.empty();
    }
}
