package org.steadfast.it.harness;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Says to load balancers that it takes traffic, or that it does not, to each what it is told to; it does nothing else. */
final class StandInNode implements AutoCloseable {
    private final HttpServer server;
    /** Addresses of who is told that it does not. */
    private final Set<String> refused = ConcurrentHashMap.newKeySet();

    private StandInNode(HttpServer server) {
        this.server = server;
    }

    static StandInNode start(String host) throws IOException {
        StandInNode node = new StandInNode(HttpServer.create(new InetSocketAddress(host, 0), 0));
        node.server.createContext("/", node::answer);
        node.server.start();
        return node;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String asking = exchange.getRemoteAddress().getAddress().getHostAddress();
            exchange.sendResponseHeaders(refused.contains(asking) ? 503 : 200, -1);
        }
    }

    String address() {
        return server.getAddress().getHostString() + ":" + server.getAddress().getPort();
    }

    void refuse(String address) {
        refused.add(address);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
