package org.steadfast.coordination.chassis;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Answers {@code /Thingworx/health}, {@code /Thingworx/ready} and {@code /Thingworx/Metrics} on every node. */
final class StatusHandler extends Handler.Abstract.NonBlocking {
    private final NodeIdentity identity;
    private final Readiness readiness;
    private final NodeMetrics metrics;

    StatusHandler(NodeIdentity identity, Readiness readiness, NodeMetrics metrics) {
        this.identity = identity;
        this.readiness = readiness;
        this.metrics = metrics;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        switch (Request.getPathInContext(request)) {
            case "/Thingworx/health" ->
                answer(response, callback, 200, "application/json", state("running", readiness.unmet()));
            case "/Thingworx/ready" -> {
                Map<String, String> unmet = readiness.unmet();
                boolean ready = unmet.isEmpty();
                answer(
                        response,
                        callback,
                        ready ? 200 : 503,
                        "application/json",
                        state(ready ? "ready" : "not ready", unmet));
            }
            case "/Thingworx/Metrics" ->
                answer(response, callback, 200, "text/plain;version=0.0.4;charset=UTF-8", metrics.scrape());
            default -> {
                return false;
            }
        }
        return true;
    }

    private String state(String state, Map<String, String> unmet) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("role", identity.role());
        body.put("node", identity.platformId());
        body.put("state", state);
        ObjectNode reasons = body.putObject("waitingFor");
        unmet.forEach(reasons::put);
        return body.toString();
    }

    private static void answer(Response response, Callback callback, int status, String type, String body) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        Content.Sink.write(response, true, body, callback);
    }
}
