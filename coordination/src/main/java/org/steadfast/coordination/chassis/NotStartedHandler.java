package org.steadfast.coordination.chassis;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Refuses requests to a node that is still starting: it may take a while, and whoever asks should try another node. */
final class NotStartedHandler extends Handler.Abstract.NonBlocking {
    private static final int UNAVAILABLE = 503;

    private final Readiness readiness;

    NotStartedHandler(Readiness readiness) {
        this.readiness = readiness;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        response.setStatus(UNAVAILABLE);
        response.getHeaders().put(HttpHeader.RETRY_AFTER, "1");
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain;charset=UTF-8");
        Content.Sink.write(response, true, "This node is starting: " + readiness.unmet() + "\n", callback);
        return true;
    }
}
