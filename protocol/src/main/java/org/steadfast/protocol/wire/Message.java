package org.steadfast.protocol.wire;

import java.util.Objects;

/** One whole message of the device protocol. */
public record Message(Header header, Body body) {
    public Message {
        Objects.requireNonNull(header, "header is null");
        Objects.requireNonNull(body, "body is null");
    }
}
