package org.steadfast.foundation.device;

import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.Status;

/** What a device is answered: a status, and a response's body. */
public record DeviceReply(Status status, Body.Response body) {

    static DeviceReply success() {
        return new DeviceReply(Status.SUCCESS, Body.Response.empty());
    }

    static DeviceReply of(Infotable content) {
        return new DeviceReply(Status.SUCCESS, Body.Response.of(content));
    }

    static DeviceReply error(Status status, String reason) {
        return new DeviceReply(status, Body.Response.of(reason));
    }
}
