package org.steadfast.foundation.remote;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.steadfast.foundation.sharedstate.Bindings.Binding;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.Status;
import org.steadfast.protocol.wire.Verb;

/** The devices that this node reaches through connection servers. */
public interface Devices {
    /** What a device answered, or what was answered in its place. */
    record Answer(Status status, Body.Response body) {}

    /**
     * Asks a device.
     *
     * @param binding through which the thing is reached
     * @param timeout how long the device has time
     * @return the answer; does not fail
     */
    CompletableFuture<Answer> call(Binding binding, String thing, Verb verb, Body.Request request, Duration timeout);

    /** Whether the device is reached: it is bound, and its connection server lives. */
    boolean isReached(Binding binding);

    /** Whether the connection server of a binding has ended: it has come back in another life. */
    boolean isGone(Binding binding);
}
