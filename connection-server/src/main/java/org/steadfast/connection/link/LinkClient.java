package org.steadfast.connection.link;

import java.time.Duration;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.steadfast.coordination.link.LinkWriter;

/** The WebSocket client that links are opened with. */
public final class LinkClient {
    private static final int LONGEST_MESSAGE = (16 << 20) + LinkWriter.MESSAGE_BYTES;

    private LinkClient() {}

    /**
     * Makes one, not started.
     *
     * @param tls for foundation nodes that speak TLS
     */
    public static WebSocketClient of(SslContextFactory.Client tls) {
        ClientConnector connector = new ClientConnector();
        connector.setSslContextFactory(tls);
        WebSocketClient client = new WebSocketClient(new HttpClient(new HttpClientTransportOverHTTP(connector)));
        client.setMaxBinaryMessageSize(LONGEST_MESSAGE);
        client.setMaxFrameSize(LONGEST_MESSAGE);
        client.setAutoFragment(false);
        client.setIdleTimeout(Duration.ofMinutes(2));
        return client;
    }
}
