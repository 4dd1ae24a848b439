package org.steadfast.simulator;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.Body;

/** The server's side of the device protocol, as far as the simulator needs it, with faults on demand. */
final class FakeServer implements AutoCloseable {
    static final AppKey KEY = new AppKey("right-key");

    /** A pushed message: the value of its first property, and how many it has. */
    record Push(String thing, long value, int values) {}

    enum Reaction {
        /** Takes the values and acknowledges. */
        ACKNOWLEDGE,
        /** Answers 503. */
        UNAVAILABLE,
        /** Answers 500. */
        ERROR,
        /** Takes the values and says nothing. */
        SILENT,
        /** Cuts the connection. */
        DROP
    }

    /** All pushes in the order in which they came, whatever became of them. */
    final List<Push> pushes = new CopyOnWriteArrayList<>();
    /** Those that were acknowledged, in order. */
    final List<Push> acknowledged = new CopyOnWriteArrayList<>();

    final List<FakeSession> sessions = new CopyOnWriteArrayList<>();
    final List<String> unbound = new CopyOnWriteArrayList<>();
    final List<String> pings = new CopyOnWriteArrayList<>();
    final Map<PropertyKey, Value> values = new ConcurrentHashMap<>();
    final AtomicInteger largestFrame = new AtomicInteger();
    final AtomicInteger chunks = new AtomicInteger();
    final AtomicInteger binds = new AtomicInteger();
    final AtomicBoolean answersPings = new AtomicBoolean(true);
    /** Property subscriptions are answered when this is done. */
    volatile CompletableFuture<Void> subscriptionsMayGo = CompletableFuture.completedFuture(null);
    /** The answer to GetEventSubscriptions. */
    volatile Body.Response eventSubscriptions = Body.Response.of(new Infotable(List.of(), List.of()));
    /** What becomes of a push; called in order of arrival on each connection. */
    volatile Function<Push, Reaction> reaction = push -> Reaction.ACKNOWLEDGE;

    private final Server server;
    private final ServerAddress address;

    FakeServer() {
        this(0);
    }

    FakeServer(int port) {
        server = new Server(new QueuedThreadPool(12));
        ServerConnector connector = new ServerConnector(server, 1, 1);
        connector.setHost("localhost");
        connector.setPort(port);
        server.addConnector(connector);
        server.setHandler(WebSocketUpgradeHandler.from(
                server,
                container -> container.addMapping("/Thingworx/WS", (request, response, callback) -> {
                    FakeSession session = new FakeSession(this, request.getHeaders());
                    sessions.add(session);
                    return session;
                })));
        try {
            server.start();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        address = new ServerAddress("localhost", connector.getLocalPort());
    }

    ServerAddress address() {
        return address;
    }

    /** The session that bound a thing last. */
    FakeSession sessionOf(String thing) {
        return sessions.stream()
                .filter(session -> session.bound.contains(thing))
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    /** Values that came for a thing, in order, whatever became of them. */
    List<Long> valuesOf(String thing) {
        return pushes.stream()
                .filter(push -> push.thing().equals(thing))
                .map(Push::value)
                .toList();
    }

    /** Cuts all connections and listens no more. */
    @Override
    public void close() {
        sessions.forEach(FakeSession::cut);
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** An address of this machine where nobody listens. */
    static ServerAddress nobody() throws java.io.IOException {
        try (java.net.ServerSocket socket = new java.net.ServerSocket()) {
            socket.bind(new InetSocketAddress("localhost", 0));
            return new ServerAddress("localhost", socket.getLocalPort());
        }
    }
}
