package org.steadfast.simulator;

import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.Message;
import org.steadfast.protocol.wire.Verb;

/** How a device makes itself known: AUTH, then BIND; UNBIND at the end (device protocol, section 7). */
final class DeviceLogin {
    private final DeviceSettings settings;
    private final BiFunction<Verb, Body, CompletableFuture<Message>> send;

    DeviceLogin(DeviceSettings settings, BiFunction<Verb, Body, CompletableFuture<Message>> send) {
        this.settings = settings;
        this.send = send;
    }

    /** The session that the server gave. */
    CompletableFuture<Integer> authenticate() {
        return successful(Verb.AUTH, new Body.Auth(settings.credentials().claims()))
                .thenCompose(answer -> {
                    int session = answer.header().sessionId();
                    // The C device SDK takes 0 for "none".
                    return session == 0
                            ? CompletableFuture.failedFuture(
                                    new DeviceDisconnectedException(settings.server() + " gave the session id 0"))
                            : CompletableFuture.completedFuture(session);
                });
    }

    /** Binds or unbinds all names, in as many messages as they need, one after the other. */
    CompletableFuture<Void> bind(Verb verb) {
        CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
        for (Body.Bind body : BindBodies.of(settings.gateway(), settings.names())) {
            done = done.thenCompose(before -> successful(verb, body)).thenApply(answer -> null);
        }
        return done;
    }

    private CompletableFuture<Message> successful(Verb verb, Body body) {
        return send.apply(verb, body).thenCompose(answer -> {
            try {
                Body.Response unused =
                        RequestRefusedException.requireSuccess(answer, verb + " at " + settings.server());
                return CompletableFuture.completedFuture(answer);
            } catch (RequestRefusedException e) {
                return CompletableFuture.failedFuture(e);
            }
        });
    }
}
