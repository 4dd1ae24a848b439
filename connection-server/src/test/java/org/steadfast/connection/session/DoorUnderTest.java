package org.steadfast.connection.session;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.steadfast.connection.FakeFoundation;
import org.steadfast.connection.routing.Router;
import org.steadfast.coordination.chassis.NodeHttpServer;
import org.steadfast.coordination.chassis.NodeIdentity;
import org.steadfast.coordination.chassis.NodeMetrics;
import org.steadfast.coordination.chassis.Readiness;
import org.steadfast.protocol.link.LinkFrame;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.MessageCodec;
import org.steadfast.protocol.wire.Status;

/** A connection server's door on a free port, and behind it a foundation node that is none. */
final class DoorUnderTest implements AutoCloseable {
    static final String KEY = "3f2a8b1c";

    final FakeFoundation foundation;
    final NodeMetrics metrics = new NodeMetrics("connection server", "cxserver1");
    final Router router;
    final DeviceDoor door;
    final WebSocketClient client = new WebSocketClient();
    private final NodeHttpServer http;
    private final List<Device> devices = new ArrayList<>();
    private final AtomicLong epochs = new AtomicLong(100);
    /** Frames that are not answered by themselves. */
    private volatile Predicate<LinkFrame> held = frame -> false;

    /** A connection server as small as it gets. */
    static ConnectionServerSettings settings(int mostOutstanding, Duration deadline, Duration idle, Duration login) {
        return settings(mostOutstanding, 64 << 20, 2 << 20, deadline, idle, login);
    }

    /** Lets in so many devices per second. */
    static ConnectionServerSettings settings(int perSecond) {
        return settings(
                perSecond,
                64,
                64 << 20,
                2 << 20,
                Duration.ofSeconds(20),
                Duration.ofSeconds(30),
                Duration.ofSeconds(20));
    }

    static ConnectionServerSettings settings(
            int mostOutstanding, long most, long mostPerDevice, Duration deadline, Duration idle, Duration login) {
        return settings(100_000, mostOutstanding, most, mostPerDevice, deadline, idle, login);
    }

    private static ConnectionServerSettings settings(
            int perSecond,
            int mostOutstanding,
            long most,
            long mostPerDevice,
            Duration deadline,
            Duration idle,
            Duration login) {
        return new ConnectionServerSettings(
                "127.0.0.1",
                0,
                8,
                perSecond,
                mostOutstanding,
                most,
                mostPerDevice,
                48 << 20,
                4 << 20,
                4,
                Duration.ofSeconds(2),
                deadline,
                Duration.ofSeconds(6),
                idle,
                login,
                3,
                Duration.ofMillis(500),
                List.of());
    }

    DoorUnderTest() throws Exception {
        this(settings(64, Duration.ofSeconds(20), Duration.ofSeconds(30), Duration.ofSeconds(20)));
    }

    DoorUnderTest(ConnectionServerSettings settings) throws Exception {
        this(settings, 64 << 20);
    }

    /** @param mostBytesOnLink bytes of requests that the link may have unanswered */
    DoorUnderTest(ConnectionServerSettings settings, long mostBytesOnLink) throws Exception {
        foundation = new FakeFoundation("foundation1", mostBytesOnLink);
        router = new Router(settings.requestDeadline(), metrics.registry(), links -> {});
        door = new DeviceDoor("cxserver1", settings, router, metrics.registry());
        http = new NodeHttpServer(
                new NodeIdentity("connection server", "cxserver1"), new Readiness(), metrics, settings.listening());
        http.start(List.of(door.handler(http.server())));
        foundation.onFrame(frame -> {
            if (!held.test(frame)) {
                answer(frame);
            }
        });
        router.add(foundation.link());
        client.start();
    }

    int port() {
        return http.port();
    }

    void hold(Predicate<LinkFrame> frames) {
        held = frames;
    }

    /** Answers as a foundation node does. */
    void answer(LinkFrame frame) {
        reply(answerTo(frame));
    }

    void reply(LinkFrame answer) {
        foundation.link().received(answer);
    }

    LinkFrame answerTo(LinkFrame frame) {
        long correlation = frame.correlation();
        if (frame instanceof LinkFrame.Authenticate authenticate) {
            return authenticate.claims().claim("appKey").filter(KEY::equals).isPresent()
                    ? new LinkFrame.Authenticated(correlation, Status.SUCCESS, "demo")
                    : new LinkFrame.Authenticated(correlation, Status.UNAUTHORIZED, "no such application key");
        }
        if (frame instanceof LinkFrame.Bind bind) {
            long epoch = epochs.incrementAndGet();
            List<LinkFrame.Binding> bindings = bind.names().stream()
                    .distinct()
                    .filter(name -> !name.startsWith("Unknown"))
                    .map(name -> new LinkFrame.Binding(name, name.replace("*", "ThingOf-"), epoch))
                    .toList();
            return bindings.isEmpty()
                    ? new LinkFrame.Bound(correlation, Status.NOT_FOUND, "no thing is named so", List.of())
                    : new LinkFrame.Bound(correlation, Status.SUCCESS, "", bindings);
        }
        if (frame instanceof LinkFrame.Rebind) {
            return new LinkFrame.Rebound(correlation, Status.SUCCESS);
        }
        return frame instanceof LinkFrame.Unbind
                ? new LinkFrame.Unbound(correlation, Status.SUCCESS)
                : new LinkFrame.Reply(correlation, Status.SUCCESS, MessageCodec.encodeBody(Body.Response.empty()));
    }

    /** Asks a device, as a foundation node does. */
    CompletableFuture<LinkFrame.Called> call(LinkFrame.Call call) {
        return door.call(call);
    }

    void superseded(LinkFrame.Superseded superseded) {
        door.superseded(superseded);
    }

    void definitionChanged(LinkFrame.DefinitionChanged changed) {
        door.definitionChanged(changed);
    }

    /** What devices asked for; not what the server itself asks for on the occasion of a BIND. */
    List<LinkFrame.Request> requests() {
        return foundation.received(LinkFrame.Request.class).stream()
                .filter(request -> !isAboutSubscriptions(request))
                .toList();
    }

    private static boolean isAboutSubscriptions(LinkFrame.Request request) {
        try {
            return MessageCodec.decodeTarget(request.message()).name().endsWith("Subscriptions");
        } catch (CodecException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A device that has connected and not logged in. */
    Device connect() throws Exception {
        return connect(null);
    }

    Device connect(String maxFrameSize) throws Exception {
        Device device = new Device(client, port(), maxFrameSize);
        devices.add(device);
        return device;
    }

    /** A device that is done with, where there are many. */
    void forget(Device device) {
        devices.remove(device);
    }

    Device login() throws Exception {
        Device device = connect();
        device.login(KEY);
        return device;
    }

    Device bound(String... names) throws Exception {
        Device device = login();
        device.bind(names);
        for (int i = 0; i < names.length; i++) {
            var unused = device.next();
        }
        return device;
    }

    /** As when the last foundation node goes. */
    void loseFoundation() {
        router.remove(foundation.link());
    }

    double gauge(String name) {
        return metrics.registry().get(name).gauge().value();
    }

    double counter(String name) {
        return metrics.registry().get(name).counter().count();
    }

    void awaitConnections(int count) {
        await().atMost(Duration.ofSeconds(5)).until(() -> gauge("steadfast.devices.connections") == count);
    }

    @Override
    public void close() throws Exception {
        devices.forEach(Device::close);
        door.close();
        router.close();
        client.stop();
        http.stop();
        metrics.close();
    }
}
