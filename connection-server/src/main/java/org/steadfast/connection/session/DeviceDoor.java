package org.steadfast.connection.session;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeRequest;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.connection.budget.ByteBudget;
import org.steadfast.connection.routing.FoundationCalls;
import org.steadfast.connection.routing.Router;
import org.steadfast.protocol.link.LinkFrame;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.MessageCodec;
import org.steadfast.protocol.wire.Status;

/** Where devices connect: upgrades their requests and makes their sessions. */
public final class DeviceDoor implements FoundationCalls, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DeviceDoor.class);
    /** Path of device WebSockets. */
    public static final String PATH = "/Thingworx/WS";

    private static final String FRAME_LIMIT_HEADER = "Max-Frame-Size";
    private static final int DEFAULT_FRAME_LIMIT = 8192;
    private static final int GREATEST_FRAME_LIMIT = 65_535;
    private static final int LEAST_FRAME_LIMIT = 512;

    private static final long SWEEP_MILLIS = 1_000;
    /** So long a binding may be missing that foundation nodes have lost without the end of a link. */
    private static final long REPORT_SECONDS = 60;

    private static final Duration CLOSING = Duration.ofSeconds(2);

    private final ConnectionServerSettings settings;
    private final DeviceSessions sessions;
    private final Router router;
    private final SessionMetrics metrics;
    private final Closings closings = new Closings(log::info);
    private final DeviceSession.Parts parts;
    /** Set once, when the handler is made. */
    private volatile Optional<PacedDoor> paced = Optional.empty();

    private final ScheduledThreadPoolExecutor loginTimeouts =
            new ScheduledThreadPoolExecutor(1, task -> new Thread(task, "login-timeouts"));
    private final ScheduledThreadPoolExecutor sweeper =
            new ScheduledThreadPoolExecutor(1, task -> new Thread(task, "session-sweeper"));
    /** Session ids begin anywhere, so that those of a restarted server are not mistaken for earlier ones; never zero. */
    private final AtomicInteger ids =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(1, 1 << 30));

    /** @param server what this connection server is called, in this life of it */
    public DeviceDoor(String server, ConnectionServerSettings settings, Router router, MeterRegistry registry) {
        this.settings = settings;
        this.router = router;
        this.metrics = new SessionMetrics(registry);
        this.sessions = new DeviceSessions(server, metrics, router, sweeper);
        ByteBudget inFlight = new ByteBudget(settings.mostBytesInFlight());
        registry.gauge("steadfast.devices.bytes.in.flight", inFlight, ByteBudget::used);
        this.parts =
                new DeviceSession.Parts(sessions, router, metrics, closings, inFlight, Clock.systemUTC(), settings);
        // Else each would hold on to its session until its time comes, though the device has long gone.
        loginTimeouts.setRemoveOnCancelPolicy(true);
        var reporting = sweeper.scheduleWithFixedDelay(
                () -> sessions.report().begin(), REPORT_SECONDS, REPORT_SECONDS, TimeUnit.SECONDS);
        var unused = sweeper.scheduleWithFixedDelay(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void sweep() {
        long now = System.nanoTime();
        sessions.sweep(now);
        closings.sweep(now);
    }

    /** How many sessions may yet be closed because nobody logs in. */
    int pendingLogins() {
        return loginTimeouts.getQueue().size();
    }

    /** The handler that upgrades the requests of devices. */
    public Handler handler(Server server) {
        PacedDoor handler = new PacedDoor(
                new DeviceUpgrades(server, PATH, this::open), settings.mostNewConnectionsPerSecond(), this, metrics);
        paced = Optional.of(handler);
        return handler;
    }

    @Override
    public CompletableFuture<LinkFrame.Called> call(LinkFrame.Call call) {
        Optional<DeviceSession> session = sessions.find(call.session());
        return session.isPresent()
                ? session.get().call(call)
                : CompletableFuture.completedFuture(new LinkFrame.Called(
                        call.correlation(),
                        Status.CONNECTION_UNAVAILABLE,
                        MessageCodec.encodeBody(Body.Response.of(call.thing() + " is not connected any more"))));
    }

    @Override
    public void superseded(LinkFrame.Superseded superseded) {
        sessions.find(superseded.session())
                .ifPresent(session -> session.superseded(superseded.thing(), superseded.epoch()));
    }

    @Override
    public void definitionChanged(LinkFrame.DefinitionChanged changed) {
        sessions.find(changed.session())
                .ifPresent(session -> session.definitionChanged(changed.thing(), changed.epoch()));
    }

    @Override
    public void linkOpened() {
        sessions.report().begin();
    }

    private Object open(ServerUpgradeRequest request, ServerUpgradeResponse response, Callback callback) {
        if (isClosed()) {
            metrics.refusedConnections.increment();
            refuse(
                    request,
                    response,
                    callback,
                    sessions.isClosing() ? "the server is stopping" : "no foundation node can be reached");
            return null;
        }
        // Without compression: one device SDK marks continuation frames of compressed messages wrongly.
        response.setExtensions(List.of());
        DeviceSession session = new DeviceSession(
                nextId(), parts, frameLimit(request.getHeaders().get(FRAME_LIMIT_HEADER)));
        try {
            session.setLoginTimeout(loginTimeouts.schedule(
                    () -> closeUnauthenticated(session),
                    settings.authenticationTimeout().toMillis(),
                    TimeUnit.MILLISECONDS));
        } catch (RejectedExecutionException e) {
            log.debug("Stopping; the session is closed with the others", e);
        }
        return session;
    }

    /** Whether nobody is let in at present. */
    boolean isClosed() {
        return sessions.isClosing() || !router.hasLinks();
    }

    /** Sends a device away that may come again, not all at the same moment. */
    void refuse(Request request, Response response, Callback callback, String why) {
        response.getHeaders()
                .put(HttpHeader.RETRY_AFTER, ThreadLocalRandom.current().nextInt(1, 6));
        Response.writeError(request, response, callback, HttpStatus.SERVICE_UNAVAILABLE_503, why);
    }

    private void closeUnauthenticated(DeviceSession session) {
        if (!session.isAuthenticated() && sessions.isOpen(session)) {
            session.closeUnauthenticated();
        }
    }

    private int nextId() {
        int id = ids.incrementAndGet();
        return id == 0 || id == -1 ? nextId() : id;
    }

    private static int frameLimit(String header) {
        if (header == null) {
            return DEFAULT_FRAME_LIMIT;
        }
        try {
            return Math.max(LEAST_FRAME_LIMIT, Math.min(GREATEST_FRAME_LIMIT, Integer.parseInt(header.strip())));
        } catch (NumberFormatException e) {
            log.debug("A device sent the header {} with no number in it", FRAME_LIMIT_HEADER, e);
            return DEFAULT_FRAME_LIMIT;
        }
    }

    /**
     * Tells the devices one after the other that this server goes away, so that they connect to another, and waits a moment for
     * their sessions to end: the ends of their bindings go over the links, which close next.
     */
    @Override
    public void close() throws InterruptedException {
        loginTimeouts.shutdownNow();
        sweeper.shutdownNow();
        sessions.closeAll(settings.drainTime());
        paced.ifPresent(PacedDoor::end);
        sessions.awaitEnds(CLOSING);
    }
}
