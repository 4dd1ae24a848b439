package org.steadfast.foundation.device;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.cache.CacheException;
import org.apache.ignite.IgniteException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.coordination.chassis.Correlation;
import org.steadfast.foundation.event.EventDoor;
import org.steadfast.foundation.ingestion.IngestionException;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.model.Things;
import org.steadfast.foundation.property.Properties;
import org.steadfast.foundation.property.PropertyException;
import org.steadfast.foundation.property.PropertyUpdate;
import org.steadfast.foundation.remote.RemoteException;
import org.steadfast.foundation.security.Authority;
import org.steadfast.foundation.security.Principal;
import org.steadfast.foundation.security.Right;
import org.steadfast.foundation.security.Rights;
import org.steadfast.foundation.service.ServiceException;
import org.steadfast.foundation.service.Services;
import org.steadfast.foundation.sharedstate.StateUnavailableException;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;
import org.steadfast.protocol.json.ValueJson;
import org.steadfast.protocol.link.LinkFrame.Stamp;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.Characteristic;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.EntityType;
import org.steadfast.protocol.wire.Header;
import org.steadfast.protocol.wire.Message;
import org.steadfast.protocol.wire.MessageCodec;
import org.steadfast.protocol.wire.Status;
import org.steadfast.protocol.wire.Target;
import org.steadfast.protocol.wire.Verb;

/**
 * Answers what devices ask for (device protocol, section 8). Requests for one thing are begun in the order in which they come.
 * Never waits for the database. Safe for use by several threads.
 */
public final class DeviceRequests implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DeviceRequests.class);
    private static final String ALL = "*";
    private static final String JSON_CONTENT = "_content_";
    /** How long a request may wait for its thing to be looked up: less than devices and connection servers wait for the answer. */
    private static final Duration LOOK_UP_DEADLINE = Duration.ofSeconds(5);
    /** Share of the heap that requests may take that wait for their things: part of what links may hold. */
    private static final long HEAP_SHARE = 32;

    private final ThingLookUps lookUps;
    private final Properties properties;
    private final PlatformServices platform;
    private final DeviceEvents events;
    private final DeviceServices services;
    private final Authority authority;

    /** @param services what the platform does for devices besides */
    public DeviceRequests(
            Things things, Properties properties, Services services, EventDoor events, Authority authority) {
        this.authority = authority;
        this.lookUps = new ThingLookUps(
                new ThingLookUps.Finder() {
                    @Override
                    public Optional<Thing> inMemory(String name) {
                        return things.inMemory(name);
                    }

                    @Override
                    public Thing require(String name) throws ModelException {
                        return things.require(name);
                    }
                },
                LOOK_UP_DEADLINE,
                Runtime.getRuntime().maxMemory() / HEAP_SHARE);
        this.properties = properties;
        this.platform = new PlatformServices(services);
        this.events = new DeviceEvents(events);
        this.services = new DeviceServices(properties, platform, this.events);
    }

    /**
     * Answers a request. Never fails: whatever goes wrong becomes a status with a reason.
     *
     * @param connectionServer whose device it is
     * @param stamp order among the device's updates
     * @param receivedAt epoch milliseconds, the time of values that bring none
     * @param message a whole message of the device protocol
     */
    public CompletableFuture<DeviceReply> answer(
            String connectionServer, Principal principal, Stamp stamp, long receivedAt, byte[] message) {
        Message decoded;
        try {
            decoded = MessageCodec.decode(message);
        } catch (CodecException e) {
            return CompletableFuture.completedFuture(DeviceReply.error(Status.BAD_REQUEST, e.getMessage()));
        }
        CompletableFuture<DeviceReply> reply;
        try {
            reply = dispatch(connectionServer, principal, stamp, receivedAt, message.length, decoded);
        } catch (CodecException e) {
            return CompletableFuture.completedFuture(DeviceReply.error(Status.BAD_REQUEST, e.getMessage()));
        } catch (RuntimeException e) {
            return CompletableFuture.completedFuture(translate(e, connectionServer, decoded.header()));
        }
        // Its header alone: the message is large, and done with.
        Header header = decoded.header();
        return reply.exceptionally(failure -> translate(failure, connectionServer, header));
    }

    /** Names a message in logs: that of a session as its connection server numbers them, and of the device's own number. */
    private static String name(String connectionServer, Header message) {
        return connectionServer + "/" + message.sessionId() + "/" + message.requestId();
    }

    private static DeviceReply translate(Throwable failure, String connectionServer, Header message) {
        try (Correlation.Scope scope = Correlation.of(name(connectionServer, message))) {
            return translate(failure);
        }
    }

    /** How many requests wait for their things to be looked up. */
    public int waitingForLookUps() {
        return lookUps.waiting();
    }

    private CompletableFuture<DeviceReply> dispatch(
            String connectionServer, Principal principal, Stamp stamp, long receivedAt, int bytes, Message message)
            throws CodecException {
        if (!(message.body() instanceof Body.Request request)) {
            throw new CodecException("only requests to entities are answered here");
        }
        Target target = request.target();
        Verb verb = message.header().verb();
        // Only what scripts may say something about: values come by the thousand.
        String correlation =
                target.characteristic() == Characteristic.SERVICES ? name(connectionServer, message.header()) : "";
        if (target.entityType() != EntityType.THINGS) {
            try (Correlation.Scope scope = Correlation.of(correlation)) {
                return elsewhere(principal, target, verb, request);
            }
        }
        return lookUps.with(target.entityName(), bytes, new RightsInMemory(authority, principal), thing -> {
            try (Correlation.Scope scope = Correlation.of(correlation)) {
                return answer(principal, stamp, receivedAt, thing, verb, request);
            } catch (PropertyException | ModelException e) {
                return CompletableFuture.failedFuture(e);
            }
        });
    }

    /** Reads, while a message waits for its thing, what tells whether its sender may do what it wants. */
    private record RightsInMemory(Authority authority, Principal principal) implements ThingLookUps.Preparation {
        @Override
        public boolean isDone(Thing thing) {
            return authority.isInMemory(principal, thing);
        }

        @Override
        public void make(Thing thing) throws ModelException {
            var unused = authority.of(principal, thing);
        }
    }

    /** What is asked of anything but things: services alone. */
    private CompletableFuture<DeviceReply> elsewhere(
            Principal principal, Target target, Verb verb, Body.Request request) {
        String collection = target.entityType().collection();
        if (target.characteristic() != Characteristic.SERVICES || verb != Verb.POST) {
            return failed(
                    Status.METHOD_NOT_ALLOWED, "of " + collection + " devices may invoke services alone, by POST");
        }
        if (!platform.knows(collection, target.entityName())) {
            return failed(Status.NOT_FOUND, "Entity Not Found : [" + target.entityName() + "]");
        }
        return platform.invoke(principal, collection, target.entityName(), target.name(), request.parameters());
    }

    private CompletableFuture<DeviceReply> answer(
            Principal principal, Stamp stamp, long receivedAt, Thing thing, Verb verb, Body.Request request)
            throws PropertyException, ModelException {
        Rights rights = authority.of(principal, thing).requireVisible();
        Target target = request.target();
        if (target.characteristic() == Characteristic.EVENTS) {
            return verb == Verb.POST
                    ? events.fire(principal, thing, target.name(), request.parameters(), receivedAt)
                    : failed(Status.METHOD_NOT_ALLOWED, "events are fired by POST");
        }
        if (target.characteristic() == Characteristic.SERVICES) {
            return verb == Verb.POST
                    ? services.invoke(principal, rights, thing, target.name(), request.parameters(), stamp, receivedAt)
                    : failed(Status.METHOD_NOT_ALLOWED, "services are invoked by POST");
        }
        return switch (verb) {
            case GET -> read(rights, thing, target.name()).thenApply(DeviceReply::of);
            case PUT ->
                principal.readOnly()
                        ? failed(Status.FORBIDDEN, "the application key may only read")
                        : write(rights, thing, target.name(), request.parameters(), stamp, receivedAt);
            default -> failed(Status.METHOD_NOT_ALLOWED, "properties are read by GET and written by PUT");
        };
    }

    private CompletableFuture<Infotable> read(Rights rights, Thing thing, String property)
            throws PropertyException, ModelException {
        if (property.isEmpty() || property.equals(ALL)) {
            return properties.read(thing, DeviceServices.readable(rights, thing));
        }
        rights.require(Right.PROPERTY_READ, property);
        return properties.read(thing, property);
    }

    private CompletableFuture<DeviceReply> write(
            Rights rights, Thing thing, String property, Optional<Infotable> parameters, Stamp stamp, long receivedAt)
            throws PropertyException, ModelException {
        List<PropertyUpdate> updates = new ArrayList<>();
        Infotable table = parameters
                .filter(sent -> !sent.rows().isEmpty())
                .orElseThrow(() -> new PropertyException(
                        PropertyException.Kind.INVALID, "the new value of " + property + " is missing"));
        for (FieldDefinition field : table.fields()) {
            Value value = table.first(field.name());
            if (field.name().equals(JSON_CONTENT)) {
                updates.add(update(property, decodeContent(thing, property, value), receivedAt));
            } else {
                updates.add(update(property.equals(ALL) ? field.name() : property, value, receivedAt));
            }
        }
        DeviceServices.requireWritable(rights, updates);
        return properties.write(thing, updates, stamp).thenApply(done -> DeviceReply.success());
    }

    private static Value decodeContent(Thing thing, String property, Value content) throws PropertyException {
        FieldDefinition definition = Properties.require(thing, property);
        try {
            String text = content instanceof Value.Text sent ? sent.text() : "";
            return content instanceof Value.Json document
                    ? ValueJson.read(document.node(), definition.baseType())
                    : ValueJson.read(Json.read(text), definition.baseType());
        } catch (InvalidValueException e) {
            throw new PropertyException(
                    PropertyException.Kind.INVALID, "property " + property + ": " + e.getMessage(), e);
        }
    }

    private static PropertyUpdate update(String property, Value value, long time) {
        return new PropertyUpdate(property, value, time, PropertyUpdate.GOOD);
    }

    /** Ends the look-ups; what waits for one stays unanswered, as after the end of its link. */
    @Override
    public void close() {
        lookUps.close();
        platform.close();
    }

    static CompletableFuture<DeviceReply> failed(Status status, String reason) {
        return CompletableFuture.completedFuture(DeviceReply.error(status, reason));
    }

    private static DeviceReply translate(Throwable thrown) {
        Throwable failure = thrown;
        while (failure instanceof CompletionException && failure.getCause() != null) {
            failure = failure.getCause();
        }
        if (failure instanceof ModelException e) {
            return switch (e.kind()) {
                case NOT_FOUND -> DeviceReply.error(Status.NOT_FOUND, e.getMessage());
                case UNAVAILABLE -> DeviceReply.error(Status.UNAVAILABLE, e.getMessage());
                case NOT_ALLOWED -> DeviceReply.error(Status.FORBIDDEN, e.getMessage());
                case INVALID, ALREADY_EXISTS, CHANGED_MEANWHILE ->
                    DeviceReply.error(Status.BAD_REQUEST, e.getMessage());
            };
        }
        if (failure instanceof ServiceException e) {
            return switch (e.kind()) {
                case INVALID -> DeviceReply.error(Status.BAD_REQUEST, e.getMessage());
                case NOT_FOUND -> DeviceReply.error(Status.NOT_FOUND, e.getMessage());
                case NOT_ALLOWED -> DeviceReply.error(Status.FORBIDDEN, e.getMessage());
                case NOT_IMPLEMENTED -> DeviceReply.error(Status.NOT_IMPLEMENTED, e.getMessage());
                case FAILED -> DeviceReply.error(Status.INTERNAL_ERROR, e.getMessage());
                case UNAVAILABLE, NO_ROOM -> DeviceReply.error(Status.UNAVAILABLE, e.getMessage());
            };
        }
        if (failure instanceof RemoteException e) {
            return DeviceReply.error(Status.ofHttp(e.httpStatus()), e.getMessage());
        }
        if (failure instanceof PropertyException e) {
            return switch (e.kind()) {
                case NOT_FOUND -> DeviceReply.error(Status.NOT_FOUND, e.getMessage());
                case NOT_ALLOWED -> DeviceReply.error(Status.FORBIDDEN, e.getMessage());
                case INVALID -> DeviceReply.error(Status.BAD_REQUEST, e.getMessage());
            };
        }
        if (failure instanceof IngestionException e) {
            return DeviceReply.error(Status.UNAVAILABLE, e.getMessage());
        }
        if (failure instanceof StateUnavailableException) {
            return DeviceReply.error(Status.UNAVAILABLE, failure.getMessage());
        }
        if (failure instanceof CacheException || failure instanceof IgniteException) {
            log.warn("STATE_UNAVAILABLE: shared state cannot answer", failure);
            return DeviceReply.error(Status.UNAVAILABLE, "shared state cannot answer now");
        }
        log.error("REQUEST_FAILED: a device's request failed", failure);
        return DeviceReply.error(Status.INTERNAL_ERROR, "the request failed for a reason that the node's log tells");
    }
}
