package org.steadfast.simulator;

import java.util.Objects;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.Message;
import org.steadfast.protocol.wire.Status;

/** The server answered, and not with {@link Status#SUCCESS}: a device takes no other status as success. */
public final class RequestRefusedException extends DeviceException {
    private static final long serialVersionUID = 1L;

    private final Status status;

    RequestRefusedException(Status status, String message) {
        super(message);
        this.status = Objects.requireNonNull(status, "status is null");
    }

    /** What the server answered. */
    public Status status() {
        return status;
    }

    /** True where the server does not know who the device is. */
    public boolean isUnauthenticated() {
        return status == Status.UNAUTHORIZED;
    }

    /** The body of an answer, if its status is {@link Status#SUCCESS}. */
    static Body.Response requireSuccess(Message answer, String what) throws RequestRefusedException {
        int code = answer.header().code();
        Body.Response body = (Body.Response) answer.body();
        if (code == Status.SUCCESS.code()) {
            return body;
        }
        Status status = Status.ofCode(code).orElse(Status.INTERNAL_ERROR);
        String reason = body.reason().map(text -> ": " + text).orElse("");
        throw new RequestRefusedException(status, "%s was answered 0x%02X %s%s".formatted(what, code, status, reason));
    }
}
