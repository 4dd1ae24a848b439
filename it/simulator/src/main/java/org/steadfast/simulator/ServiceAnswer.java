package org.steadfast.simulator;

import java.util.Objects;
import java.util.Optional;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.Status;

/** How a device answers a request of the server. */
public record ServiceAnswer(Status status, Body.Response body) {

    public ServiceAnswer {
        Objects.requireNonNull(status, "status is null");
        Objects.requireNonNull(body, "body is null");
    }

    /** Success without a result. */
    public static ServiceAnswer done() {
        return new ServiceAnswer(Status.SUCCESS, Body.Response.empty());
    }

    /** Success with a table. */
    public static ServiceAnswer of(Infotable result) {
        return new ServiceAnswer(Status.SUCCESS, Body.Response.of(result));
    }

    /** Success with one value, in the field {@code result}. */
    public static ServiceAnswer of(Value result) {
        return of(Infotable.result(result));
    }

    /** Failure with a reason. */
    public static ServiceAnswer failed(Status status, String reason) {
        return new ServiceAnswer(status, new Body.Response(Optional.of(reason), Optional.empty()));
    }
}
