package org.steadfast.simulator;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.Message;
import org.steadfast.protocol.wire.Target;
import org.steadfast.protocol.wire.Verb;

/**
 * One simulated device on one WebSocket. It authenticates, binds its names and answers the server as one of the device SDKs does
 * ({@link DeviceBehaviour}); it does not reconnect. Safe for use by several threads; no method waits. Futures complete on reading
 * threads and the timer, so what hangs on them must not block; they fail with a {@link DeviceException}.
 */
public final class Device implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Device.class);

    private final DeviceSettings settings;
    private final DeviceConnection connection;
    private final DeviceRequests requests;
    private final DeviceProperties properties;
    private final ServerRequests serverRequests;
    private final CompletableFuture<DeviceDisconnectedException> closed = new CompletableFuture<>();
    private final DeviceSubscriptions subscriptions;
    private final BlockingReader blockingReader = new BlockingReader(this::answerWhenKnown);

    private Device(DeviceNetwork network, DeviceSettings settings) {
        this.settings = settings;
        this.properties = new DeviceProperties(settings.names());
        this.serverRequests = new ServerRequests(properties, settings.services());
        this.connection = new DeviceConnection(network, settings, new Events());
        this.requests = new DeviceRequests(network, settings, connection);
        this.subscriptions = new DeviceSubscriptions(network, settings, requests);
    }

    /**
     * Connects, authenticates and binds all names.
     *
     * @return the device once it is bound, and knows its subscriptions where it behaves as the Java SDK does; fails with a {@link RequestRefusedException} where AUTH or BIND were answered so, with
     *     another {@link DeviceException} where they were not answered. Nothing stays open then
     */
    public static CompletableFuture<Device> connect(DeviceNetwork network, DeviceSettings settings) {
        Device device = new Device(network, settings);
        DeviceLogin login = new DeviceLogin(settings, device.requests::send);
        return device.connection
                .open(settings.connectTimeout())
                .thenCompose(open -> login.authenticate())
                .thenCompose(session -> {
                    device.requests.session(session);
                    return login.bind(Verb.BIND);
                })
                .thenCompose(bound -> settings.behaviour() == DeviceBehaviour.JAVA_SDK
                        ? device.subscriptions.known()
                        : CompletableFuture.completedFuture(null))
                .thenApply(ready -> device)
                .whenComplete((bound, failure) -> {
                    if (failure != null) {
                        device.connection.close();
                    }
                });
    }

    /** The names that the device bound. */
    public List<String> names() {
        return settings.names();
    }

    /** Where the device is connected to. */
    public ServerAddress server() {
        return settings.server();
    }

    /**
     * Sends a request.
     *
     * @return the answer, whatever its status; fails with a {@link RequestTimeoutException} after the settings' request timeout,
     *     with a {@link DeviceDisconnectedException} when the connection goes first, with an {@link IllegalStateException} where
     *     1024 requests wait already
     */
    public CompletableFuture<Message> request(Verb verb, Target target, Optional<Infotable> parameters) {
        return requests.send(verb, new Body.Request(target, parameters));
    }

    /** {@link #pushProperties(String, List)} for the device's first name. */
    public CompletableFuture<Void> pushProperties(List<PropertyUpdate> updates) {
        return pushProperties(names().get(0), updates);
    }

    /** Pushes new values of a thing in one message; done once the server acknowledged it. */
    public CompletableFuture<Void> pushProperties(String thing, List<PropertyUpdate> updates) {
        updates.forEach(update -> properties.put(thing, update.name(), update.value()));
        return requests.succeed(
                        Verb.POST,
                        Target.service(thing, "UpdateSubscribedPropertyValues"),
                        Optional.of(PropertyTables.updates(updates)))
                .thenApply(answer -> null);
    }

    /** Reads a property from the server; {@link Value#NOTHING} where it has no value. */
    public CompletableFuture<Value> readProperty(String thing, String property) {
        return requests.succeed(Verb.GET, Target.property(thing, property), Optional.empty())
                .thenApply(answer -> {
                    Infotable content = answer.content().orElseGet(() -> new Infotable(List.of(), List.of()));
                    if (content.indexOf(property) < 0) {
                        throw new IllegalStateException("the answer has no field " + property + ": " + content);
                    }
                    return content.first(property);
                });
    }

    /** Writes a property at the server. */
    public CompletableFuture<Void> writeProperty(String thing, String property, Value value) {
        return requests.succeed(
                        Verb.PUT,
                        Target.property(thing, property),
                        Optional.of(PropertyTables.property(property, value)))
                .thenApply(answer -> null);
    }

    /** Unbinds all names and closes; the connection is closed even where unbinding fails. */
    public CompletableFuture<Void> unbindAndClose() {
        return new DeviceLogin(settings, requests::send).bind(Verb.UNBIND).whenComplete((unbound, failure) -> close());
    }

    /** Closes without unbinding; outstanding requests fail. */
    @Override
    public void close() {
        connection.close();
    }

    /** Cuts the connection without a close frame, as when the power goes; outstanding requests fail. */
    public void cut() {
        connection.cut();
    }

    /** Pings out of turn; where no pong comes in time, the connection ends. */
    public void probe() {
        connection.probe();
    }

    /** Completes with the reason once the connection is gone and all outstanding requests have failed. */
    public CompletableFuture<DeviceDisconnectedException> closed() {
        return closed.copy();
    }

    /** True while the connection stands. */
    public boolean isOpen() {
        return !closed.isDone();
    }

    /** The values that the device itself has for a thing: what it pushed and what the server wrote to it. */
    public Map<String, Value> properties(String thing) {
        return properties.all(thing);
    }

    /** What the server wants to be told of a thing; empty until it answered. */
    public List<PropertySubscription> subscriptions(String thing) {
        return subscriptions.of(thing);
    }

    /** As the C SDK does: at once, or when a service of the device is done. */
    private void answerAtOnce(Message request) {
        CompletableFuture<Void> unused = begin(request).thenAccept(answer -> {
            answer(request, answer);
            if (isNotification(request)) {
                CompletableFuture<Void> asked = subscriptions.fetchProperties(thingOf(request));
            }
        });
    }

    /** As the Java SDK does; done when the next request may be read. */
    private CompletableFuture<Void> answerWhenKnown(Message request) {
        if (isNotification(request)) {
            return subscriptions.fetchAll(thingOf(request)).thenAccept(known -> answer(request, ServiceAnswer.done()));
        }
        CompletableFuture<Void> unused = begin(request).thenAccept(answer -> answer(request, answer));
        return CompletableFuture.completedFuture(null);
    }

    private CompletableFuture<ServiceAnswer> begin(Message request) {
        try {
            return serverRequests.answer(request);
        } catch (CodecException e) {
            throw new IllegalStateException("decoded a request without a verb", e);
        }
    }

    private static boolean isNotification(Message request) {
        return request.body() instanceof Body.Request asked
                && asked.target().isService(ServerRequests.NOTIFY_PROPERTY_UPDATE);
    }

    private static String thingOf(Message notification) {
        return ((Body.Request) notification.body()).target().entityName();
    }

    private void answer(Message request, ServiceAnswer answer) {
        try {
            connection.send(new Message(request.header().answer(answer.status()), answer.body()));
        } catch (DeviceDisconnectedException | CodecException | RuntimeException e) {
            LOG.warn("Cannot answer request {}: {}", request.header().requestId(), e.getMessage());
        }
    }

    /** What the connection tells: on the reading thread, except that the end may come from anywhere. */
    private final class Events implements DeviceConnection.Events {
        @Override
        public void received(Message message) {
            if (message.header().isResponse()) {
                requests.answered(message);
            } else {
                switch (settings.behaviour()) {
                    case C_SDK -> answerAtOnce(message);
                    case JAVA_SDK -> blockingReader.take(message);
                }
            }
        }

        @Override
        public void ended(DeviceDisconnectedException reason) {
            LOG.debug("{}: {}", settings.names().get(0), reason.getMessage());
            requests.end(reason);
            subscriptions.end(reason);
            closed.complete(reason);
        }
    }
}
