package org.steadfast.foundation.device;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.steadfast.coordination.chassis.Correlation;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.security.Principal;
import org.steadfast.foundation.service.ServiceRequest;
import org.steadfast.foundation.service.ServiceResult;
import org.steadfast.foundation.service.Services;
import org.steadfast.protocol.json.InfotableJson;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.Status;

/**
 * Services of the platform that devices call: on their things, and on what has services besides, as clients of the REST API do.
 * They may wait for the database, so threads of their own do them, and not in the order of the device's updates. Safe for use by
 * several threads.
 */
final class PlatformServices implements AutoCloseable {
    private static final int THREADS = 8;
    private static final int MOST_WAITING = 1_000;
    /** Devices say themselves how long they wait, and connection servers see to it. */
    private static final Duration PATIENCE = Duration.ofHours(1);

    private final Services services;
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            THREADS,
            THREADS,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_WAITING),
            task -> new Thread(task, "device-services"));

    PlatformServices(Services services) {
        this.services = services;
    }

    /** Whether the platform does a service of a thing, and not its device. */
    boolean does(Thing thing, String service) {
        return services.doesHere(thing, service);
    }

    /** Whether anything has services under this name. */
    boolean knows(String collection, String entity) {
        return services.knows(collection, entity);
    }

    /** @return the answer; fails with what the service failed with */
    CompletableFuture<DeviceReply> invoke(
            Principal principal, String collection, String entity, String service, Optional<Infotable> parameters) {
        ServiceRequest request = new ServiceRequest(principal, entity, service, toJson(parameters), PATIENCE);
        CompletableFuture<DeviceReply> reply = new CompletableFuture<>();
        String correlation = Correlation.current();
        try {
            threads.execute(() -> {
                try (Correlation.Scope scope = Correlation.of(correlation)) {
                    CompletionStage<ServiceResult> result = services.invoke(collection, request);
                    var unused = result.whenComplete((done, failure) -> {
                        if (failure == null) {
                            reply.complete(toReply(done.value()));
                        } else {
                            reply.completeExceptionally(failure);
                        }
                    });
                } catch (Exception e) {
                    reply.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            return DeviceRequests.failed(Status.UNAVAILABLE, "too many services are waiting; nothing was done");
        }
        return reply;
    }

    private static DeviceReply toReply(Value value) {
        if (value.isNothing()) {
            return DeviceReply.success();
        }
        return DeviceReply.of(value instanceof Value.Table table ? table.infotable() : Infotable.result(value));
    }

    /** One row, as clients of the REST API send it. */
    private static ObjectNode toJson(Optional<Infotable> parameters) {
        if (parameters.isEmpty() || parameters.get().rows().isEmpty()) {
            return JsonNodeFactory.instance.objectNode();
        }
        return InfotableJson.toJson(parameters.get()).path("rows").path(0) instanceof ObjectNode row
                ? row
                : JsonNodeFactory.instance.objectNode();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
