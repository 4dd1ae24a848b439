package org.steadfast.connection;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.connection.link.LinkClient;
import org.steadfast.connection.link.LinkIdentity;
import org.steadfast.connection.link.LinkLimits;
import org.steadfast.connection.link.LinkPool;
import org.steadfast.connection.routing.Router;
import org.steadfast.connection.session.DeviceDoor;
import org.steadfast.coordination.chassis.Lifecycle;
import org.steadfast.coordination.chassis.NodeHttpServer;
import org.steadfast.coordination.chassis.NodeIdentity;
import org.steadfast.coordination.chassis.NodeMetrics;
import org.steadfast.coordination.chassis.Readiness;
import org.steadfast.coordination.membership.CoordinatorClient;
import org.steadfast.coordination.membership.Member;
import org.steadfast.coordination.membership.Membership;
import org.steadfast.coordination.membership.Role;
import org.steadfast.coordination.tls.NodeTls;

/** A connection server. {@link #start} is its whole start-up, top to bottom; it stops in the reverse order. */
public final class ConnectionServer {
    private static final Logger log = LoggerFactory.getLogger(ConnectionServer.class);

    private ConnectionServer() {}

    /**
     * Starts the server; it is ready when it has a link to a foundation node.
     *
     * @param lifecycle gets a way to stop each thing as soon as it is started
     */
    public static void start(ConnectionSettings settings, Lifecycle lifecycle) throws Exception {
        long begin = System.nanoTime();
        String platformId = settings.cluster().platformId();
        NodeIdentity identity = new NodeIdentity(Role.CONNECTION_SERVER.title(), platformId);
        log.info("Starting {} {}", identity.role(), platformId);
        NodeMetrics metrics = new NodeMetrics(identity.role(), platformId);
        lifecycle.onStop("metrics", metrics::close);
        Readiness readiness = new Readiness();
        Readiness.Condition started = readiness.condition("start", "the server is starting");

        NodeTls tls = NodeTls.open(settings.tls(), settings.coordinatorTls(), metrics.registry());
        lifecycle.onStop("TLS", tls::close);
        NodeHttpServer http = new NodeHttpServer(
                identity, readiness, metrics, settings.server().listening().with(tls.server()));
        lifecycle.onStop("HTTP server", http::stop);
        http.open();

        CoordinatorClient coordinator = CoordinatorClient.connect(settings.cluster(), tls.withCoordinators());
        lifecycle.onStop("coordinator session", coordinator::close);
        LinkReadiness links = new LinkReadiness(readiness);
        Router router = new Router(settings.server().requestDeadline(), metrics.registry(), links::changed);
        lifecycle.onStop("router", router::close);
        // Bindings of an earlier life of this server must not look like those of this one.
        String server =
                platformId + "/" + Long.toHexString(ThreadLocalRandom.current().nextLong());
        DeviceDoor door = new DeviceDoor(server, settings.server(), router, metrics.registry());
        WebSocketClient client = LinkClient.of(tls.client());
        client.start();
        lifecycle.onStop("link client", client::stop);
        LinkPool pool = new LinkPool(
                client,
                new LinkIdentity(server, settings.cluster().linkKey()),
                router,
                door,
                new LinkLimits(
                        settings.server().mostBytesInFlightPerLink(),
                        settings.server().linkTimeout()));
        lifecycle.onStop("links", pool::close);

        http.start(List.of(door.handler(http.server())));
        lifecycle.onStop("device sessions", door::close);

        Membership membership = Membership.open(
                coordinator,
                Role.CONNECTION_SERVER,
                new Member(
                        platformId,
                        settings.server().host(),
                        http.port(),
                        settings.tls().enabled()));
        lifecycle.onStop("membership", membership::close);
        Membership.Watch watch = membership.watch(Role.FOUNDATION_NODE, pool::members);
        lifecycle.onStop("watch of foundation nodes", watch::close);
        membership.goOnline();
        started.met();
        lifecycle.onStop("traffic", () -> {
            started.unmet("the server is stopping");
            membership.goOffline();
        });
        log.info("Listening after {} ms", (System.nanoTime() - begin) / 1_000_000);
    }
}
