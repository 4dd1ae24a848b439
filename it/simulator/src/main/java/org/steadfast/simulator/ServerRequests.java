package org.steadfast.simulator;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.Characteristic;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.EntityType;
import org.steadfast.protocol.wire.Message;
import org.steadfast.protocol.wire.Status;
import org.steadfast.protocol.wire.Target;
import org.steadfast.protocol.wire.Verb;

/** What a device answers to its server's requests (device protocol, section 9). Never blocks. */
final class ServerRequests {
    static final String NOTIFY_PROPERTY_UPDATE = "NotifyPropertyUpdate";

    private static final Logger LOG = LoggerFactory.getLogger(ServerRequests.class);
    private static final String ALL = "*";

    private final DeviceProperties properties;
    private final DeviceServices services;

    ServerRequests(DeviceProperties properties, DeviceServices services) {
        this.properties = properties;
        this.services = services;
    }

    /** The answer, now or later. The future does not fail. */
    CompletableFuture<ServiceAnswer> answer(Message message) throws CodecException {
        Verb verb = message.header().verb();
        if (!(message.body() instanceof Body.Request request)) {
            return refused(Status.METHOD_NOT_ALLOWED, "A device takes no " + verb);
        }
        Target target = request.target();
        if (target.entityType() != EntityType.THINGS || !properties.has(target.entityName())) {
            return refused(Status.NOT_FOUND, "Thing [" + target.entityName() + "] Does Not Exist");
        }
        if (target.characteristic() == Characteristic.PROPERTIES && verb == Verb.GET) {
            return read(target);
        }
        if (target.characteristic() == Characteristic.PROPERTIES && verb == Verb.PUT) {
            return write(target, request.parameters());
        }
        if (target.characteristic() == Characteristic.SERVICES && verb == Verb.POST) {
            return call(target, request.parameters());
        }
        return refused(Status.METHOD_NOT_ALLOWED, verb + " is not allowed on " + target.characteristic());
    }

    private CompletableFuture<ServiceAnswer> read(Target target) {
        String thing = target.entityName();
        if (target.name().equals(ALL) || target.name().isEmpty()) {
            return CompletableFuture.completedFuture(
                    ServiceAnswer.of(PropertyTables.properties(properties.all(thing))));
        }
        Optional<Value> value = properties.get(thing, target.name());
        if (value.isEmpty()) {
            return refused(
                    Status.NOT_FOUND, "Property [" + target.name() + "] Does Not Exist On Thing [" + thing + "]");
        }
        return CompletableFuture.completedFuture(ServiceAnswer.of(PropertyTables.property(target.name(), value.get())));
    }

    private CompletableFuture<ServiceAnswer> write(Target target, Optional<Infotable> parameters) {
        if (parameters.isEmpty() || parameters.get().rows().isEmpty()) {
            return refused(Status.BAD_REQUEST, "PUT needs one row of values");
        }
        Infotable table = parameters.get();
        List<FieldDefinition> fields = table.fields();
        for (int i = 0; i < fields.size(); i++) {
            properties.put(target.entityName(), fields.get(i).name(), table.cell(0, i));
        }
        return CompletableFuture.completedFuture(ServiceAnswer.done());
    }

    private CompletableFuture<ServiceAnswer> call(Target target, Optional<Infotable> parameters) {
        if (target.name().equals(NOTIFY_PROPERTY_UPDATE)) {
            return CompletableFuture.completedFuture(ServiceAnswer.done());
        }
        Optional<CompletableFuture<ServiceAnswer>> answer;
        try {
            answer = services.call(target, parameters);
        } catch (RuntimeException e) {
            answer = Optional.of(CompletableFuture.failedFuture(e));
        }
        if (answer.isEmpty()) {
            return refused(
                    Status.NOT_FOUND,
                    "Service [" + target.name() + "] Does Not Exist On Thing [" + target.entityName() + "]");
        }
        return answer.get().exceptionally(failure -> {
            Throwable cause = Causes.of(failure);
            LOG.warn("Service {} of {} failed", target.name(), target.entityName(), cause);
            return ServiceAnswer.failed(Status.INTERNAL_ERROR, String.valueOf(cause.getMessage()));
        });
    }

    private static CompletableFuture<ServiceAnswer> refused(Status status, String reason) {
        return CompletableFuture.completedFuture(ServiceAnswer.failed(status, reason));
    }
}
