package org.steadfast.connection.session;

import java.time.Duration;
import org.eclipse.jetty.http.pathmap.PathSpec;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.common.JettyWebSocketFrameHandlerFactory;
import org.eclipse.jetty.websocket.core.Configuration.ConfigurationCustomizer;
import org.eclipse.jetty.websocket.core.WebSocketComponents;
import org.eclipse.jetty.websocket.core.server.WebSocketCreator;
import org.eclipse.jetty.websocket.core.server.WebSocketMappings;
import org.eclipse.jetty.websocket.core.server.WebSocketServerComponents;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Upgrades the requests of devices to WebSockets. Jetty's own handler has each WebSocket keep the request and the answer that it began with, and with
 * them the connection's parser and headers: a third of what an idle device costs. Nobody asks for them later, so those of this one keep neither; what
 * {@code Session} would tell from them ({@code isSecure}, {@code getProtocolVersion}) it cannot tell.
 */
final class DeviceUpgrades extends Handler.Abstract {
    private static final Logger log = LoggerFactory.getLogger(DeviceUpgrades.class);
    /** What one read from a device's socket brings; also what each device may bring beyond the bounds. */
    private static final int INPUT_BUFFER_BYTES = 8 << 10;
    /** A text message is refused at its first piece; this is how long a piece may be. */
    private static final int TEXT_BYTES = 1 << 10;

    private static final int LONGEST_FRAME = 1 << 20;

    private final WebSocketMappings mappings;
    private final ConfigurationCustomizer limits = new ConfigurationCustomizer();

    /**
     * Those of a server.
     *
     * @param path at which devices connect
     * @param sessions makes the session of a device, or answers the request and gives null
     */
    DeviceUpgrades(Server server, String path, WebSocketCreator sessions) {
        // Sessions look themselves how long nothing has come.
        limits.setIdleTimeout(Duration.ZERO);
        // Frames come in pieces as they are read, so that what is not complete is seen and counted by the session and
        // not held by Jetty. What goes out is shorter than the limit and stays whole.
        limits.setAutoFragment(true);
        limits.setMaxFrameSize(LONGEST_FRAME);
        limits.setInputBufferSize(INPUT_BUFFER_BYTES);
        limits.setMaxTextMessageSize(TEXT_BYTES);
        ServerWebSocketContainer container = ServerWebSocketContainer.ensure(server);
        WebSocketComponents components = WebSocketServerComponents.ensureWebSocketComponents(server);
        JettyWebSocketFrameHandlerFactory frames = new JettyWebSocketFrameHandlerFactory(container, components);
        mappings = new WebSocketMappings(components);
        mappings.addMapping(
                PathSpec.from(path),
                sessions,
                (session, request, response) -> frames.newJettyFrameHandler(session),
                limits);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        try {
            return mappings.upgrade(request, response, callback, limits);
        } catch (Throwable e) {
            // Also what should never be: the turn of a device that waited has nobody else who would answer.
            log.error("SESSION_FAILED: the request of a device could not be upgraded", e);
            Response.writeError(request, response, callback, e);
            return true;
        }
    }
}
