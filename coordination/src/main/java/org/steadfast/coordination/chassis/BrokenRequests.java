package org.steadfast.coordination.chassis;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/**
 * Answers requests that do not reach a handler. A connection that ends in the middle of a request, as those of a node do that
 * stops, is no mistake of the server's: 503, and the client may send the request again elsewhere.
 */
final class BrokenRequests extends ErrorHandler {
    private static final int UNAVAILABLE = 503;

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (request.getAttribute(ERROR_EXCEPTION) instanceof EofException) {
            response.setStatus(UNAVAILABLE);
            response.getHeaders().put(HttpHeader.RETRY_AFTER, "1");
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain;charset=UTF-8");
            Content.Sink.write(response, true, "The connection ended before the request was complete\n", callback);
            return true;
        }
        return super.handle(request, response, callback);
    }
}
