package org.steadfast.foundation.link;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.StatusCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.coordination.link.LinkWriter;
import org.steadfast.foundation.device.DeviceReply;
import org.steadfast.foundation.device.DeviceRequests;
import org.steadfast.foundation.security.Principal;
import org.steadfast.protocol.link.LinkCodec;
import org.steadfast.protocol.link.LinkFrame;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.MessageCodec;
import org.steadfast.protocol.wire.Status;

/**
 * The end of one link at a foundation node. Requests are taken in the order in which they arrive, so one thing's updates reach
 * ingestion in order; what asks the database goes to other threads, so that it does not hold the updates up.
 * Public because Jetty calls listeners by method handles.
 */
public final class LinkEndpoint extends Session.Listener.AbstractAutoDemanding {
    private static final Logger log = LoggerFactory.getLogger(LinkEndpoint.class);

    private static final int LONGEST_BODY = 12 << 20;

    private final String connectionServer;
    private final DeviceRequests requests;
    private final DeviceBindings bindings;
    private final DeviceAuthentication authentication;
    private final Executor databaseWork;
    private final OpenLinks openLinks;
    /** Set once, when the link opens, before anything is received. */
    private LinkWriter writer;

    LinkEndpoint(
            String connectionServer,
            DeviceRequests requests,
            DeviceBindings bindings,
            DeviceAuthentication authentication,
            Executor databaseWork,
            OpenLinks openLinks) {
        this.connectionServer = connectionServer;
        this.requests = requests;
        this.bindings = bindings;
        this.authentication = authentication;
        this.databaseWork = databaseWork;
        this.openLinks = openLinks;
    }

    @Override
    public void onWebSocketOpen(Session session) {
        writer = new LinkWriter(session);
        openLinks.add(session);
        log.info("Link from connection server {} opened", connectionServer);
        super.onWebSocketOpen(session);
    }

    @Override
    public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        try {
            for (LinkFrame frame : LinkCodec.readAll(bytes)) {
                take(frame);
            }
            callback.succeed();
        } catch (CodecException | IllegalArgumentException e) {
            log.warn("Link from {}: {}; closing it", connectionServer, e.getMessage());
            callback.succeed();
            getSession().close(StatusCode.PROTOCOL, "malformed frame", Callback.NOOP);
        }
    }

    private void take(LinkFrame frame) throws CodecException {
        if (frame instanceof LinkFrame.Request request) {
            var unused = requests.answer(
                            Principal.ofToken(request.user()), request.stamp(), request.receivedAt(), request.message())
                    .thenAccept(reply -> reply(request.correlation(), reply));
        } else if (frame instanceof LinkFrame.Authenticate authenticate) {
            elsewhere(
                    () -> writer.send(authentication.answer(authenticate)),
                    new LinkFrame.Authenticated(frame.correlation(), Status.UNAVAILABLE, "too many logins at once"));
        } else if (frame instanceof LinkFrame.Bind bind) {
            elsewhere(
                    () -> {
                        var unused = bindings.bind(bind).thenAccept(writer::send);
                    },
                    new LinkFrame.Bound(
                            frame.correlation(), Status.UNAVAILABLE, "too many bindings at once", List.of()));
        } else if (frame instanceof LinkFrame.Unbind unbind) {
            elsewhere(
                    () -> {
                        var unused = bindings.unbind(unbind).thenAccept(writer::send);
                    },
                    new LinkFrame.Unbound(frame.correlation(), Status.UNAVAILABLE));
        } else {
            throw new CodecException(
                    "a foundation node does not take " + frame.getClass().getSimpleName());
        }
    }

    /** One answer that is too long for a link must not end the link for everybody. */
    private void reply(long correlation, DeviceReply reply) {
        byte[] body = MessageCodec.encodeBody(reply.body());
        Status status = reply.status();
        if (body.length > LONGEST_BODY) {
            body = MessageCodec.encodeBody(Body.Response.of(
                    "the answer has " + body.length + " bytes, at most " + LONGEST_BODY + " can be sent to a device"));
            status = Status.ENTITY_TOO_LARGE;
        }
        writer.send(new LinkFrame.Reply(correlation, status, body));
    }

    private void elsewhere(Runnable work, LinkFrame ifOverloaded) {
        try {
            databaseWork.execute(work);
        } catch (RejectedExecutionException e) {
            log.debug("Too much at once from {}", connectionServer, e);
            writer.send(ifOverloaded);
        }
    }

    @Override
    public void onWebSocketClose(int statusCode, String reason, Callback callback) {
        openLinks.remove(getSession());
        log.info("Link from connection server {} closed: {} {}", connectionServer, statusCode, reason);
        callback.succeed();
    }

    @Override
    public void onWebSocketError(Throwable cause) {
        log.info("Link from connection server {} failed: {}", connectionServer, cause.toString());
    }
}
