package org.steadfast.simulator;

import java.util.Objects;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.Message;
import org.steadfast.protocol.wire.Status;

/** The server answered, and not with {@link Status#SUCCESS}: a device takes no other status as success. */
public final class RequestRefusedException extends DeviceException {
    private static final long serialVersionUID = 1L;

    private final Status status;
    private final String answer;

    private RequestRefusedException(Status status, String what, String answer) {
        super(what + " was answered " + answer);
        this.status = Objects.requireNonNull(status, "status is null");
        this.answer = answer;
    }

    /** What the server answered. */
    public Status status() {
        return status;
    }

    /** The answer's code and reason, without the request. */
    public String answer() {
        return answer;
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
        throw new RequestRefusedException(status, what, "0x%02X %s%s".formatted(code, status, reason));
    }
}
