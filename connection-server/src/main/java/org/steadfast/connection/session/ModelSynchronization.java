package org.steadfast.connection.session;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.connection.routing.NoAnswerException;
import org.steadfast.connection.routing.Router;
import org.steadfast.protocol.link.LinkFrame;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.Header;
import org.steadfast.protocol.wire.Message;
import org.steadfast.protocol.wire.MessageCodec;
import org.steadfast.protocol.wire.Target;
import org.steadfast.protocol.wire.Verb;

/**
 * Tells a device what is wanted of its things after it has bound them, or they were changed (device protocol, section 14): {@code SynchronizeModelState}
 * brings the subscriptions down and the device's values up in one request. Devices that do not know it get
 * {@code NotifyPropertyUpdate}, upon which they ask for their subscriptions themselves; without one of the two they push nothing.
 * One thing after the other; a device that does not know the request is asked once in the life of its connection. Nobody waits for
 * the outcome. Safe for use by several threads.
 */
final class ModelSynchronization {
    private static final Logger log = LoggerFactory.getLogger(ModelSynchronization.class);
    private static final String SYNCHRONIZE = "SynchronizeModelState";
    private static final String NOTIFY = "NotifyPropertyUpdate";
    /** Devices answer from memory. One that has not heard of it by then is told in the older way. */
    private static final int TIMEOUT_MILLIS = 5_000;

    private final Login login;
    private final Router router;
    private final DeviceCalls calls;
    private final ThingRequests requests;
    private final Clock clock;

    // All are changed by whoever brings an answer; guarded by this.
    /** The first of them is under way. */
    private final Deque<LinkFrame.Binding> waiting = new ArrayDeque<>();
    /** Those behind the first: what is told anyway need not wait twice. */
    private final Set<LinkFrame.Binding> queued = new HashSet<>();
    /** Whether the device has shown that it does not know the newer request. */
    private boolean older;

    ModelSynchronization(Login login, Router router, DeviceCalls calls, ThingRequests requests, Clock clock) {
        this.login = login;
        this.router = router;
        this.calls = calls;
        this.requests = requests;
        this.clock = clock;
    }

    /** The device has been told that these are bound, or knows since earlier; or what they are was changed. */
    void begin(Collection<LinkFrame.Binding> bound) {
        if (bound.isEmpty()) {
            return;
        }
        Optional<LinkFrame.Binding> first;
        synchronized (this) {
            if (!older) {
                boolean idle = waiting.isEmpty();
                bound.stream().filter(queued::add).forEach(waiting::add);
                first = idle ? Optional.of(waiting.element()) : Optional.empty();
                first.ifPresent(queued::remove);
            } else {
                first = Optional.empty();
                bound.forEach(this::notifyOf);
            }
        }
        first.ifPresent(this::synchronize);
    }

    private void synchronize(LinkFrame.Binding binding) {
        CompletableFuture<Optional<Infotable>> properties = subscriptions(binding, "GetPropertySubscriptions");
        CompletableFuture<Optional<Infotable>> events = subscriptions(binding, "GetEventSubscriptions");
        var unused = properties
                .thenCombine(events, (propertyInfo, eventInfo) -> request(binding, propertyInfo, eventInfo))
                .thenCompose(request -> calls.ask(binding, Verb.POST, request, TIMEOUT_MILLIS))
                .handle((answer, failure) -> {
                    if (failure == null && answer.status().isSuccess()) {
                        take(binding, answer);
                        goOn();
                    } else if (failure == null) {
                        endAsOlder();
                    } else {
                        // Which says nothing about the device.
                        log.debug("What is wanted of {} is not known", binding.name(), failure);
                        notifyOf(binding);
                        goOn();
                    }
                    return null;
                });
    }

    private void goOn() {
        Optional<LinkFrame.Binding> next;
        synchronized (this) {
            waiting.remove();
            next = Optional.ofNullable(waiting.peek());
            next.ifPresent(queued::remove);
        }
        next.ifPresent(this::synchronize);
    }

    /** The device does not know the newer request, or is gone. */
    private synchronized void endAsOlder() {
        older = true;
        waiting.forEach(this::notifyOf);
        waiting.clear();
        queued.clear();
    }

    private CompletableFuture<Optional<Infotable>> subscriptions(LinkFrame.Binding binding, String service) {
        Infotable options = Infotable.single(
                new FieldDefinition("options", BaseType.JSON),
                new Value.Json(
                        BaseType.JSON, JsonNodeFactory.instance.objectNode().put("hasDeadband", true)));
        Body.Request body = new Body.Request(Target.service(binding.name(), service), Optional.of(options));
        return ask(binding, LinkFrame.Stamp.NONE, body).thenCompose(reply -> {
            try {
                return CompletableFuture.completedFuture(
                        MessageCodec.decodeResponseBody(reply.body()).content());
            } catch (CodecException e) {
                return CompletableFuture.failedFuture(e);
            }
        });
    }

    /** Asks the owner of the thing. Fails where the answer is no success. */
    private CompletableFuture<LinkFrame.Reply> ask(
            LinkFrame.Binding binding, LinkFrame.Stamp stamp, Body.Request body) {
        byte[] message = MessageCodec.encode(new Message(Header.request(Verb.POST, 0, 0, 0), body));
        long now = clock.millis();
        return router.ask(
                        binding.thing(),
                        true,
                        correlation -> new LinkFrame.Request(correlation, login.principal(), stamp, now, message))
                .thenCompose(answer -> answer instanceof LinkFrame.Reply reply
                                && reply.status().isSuccess()
                        ? CompletableFuture.completedFuture(reply)
                        : CompletableFuture.failedFuture(new NoAnswerException(
                                body.target().name() + " of " + binding.thing() + " was refused")));
    }

    private static Body.Request request(
            LinkFrame.Binding binding, Optional<Infotable> propertyInfo, Optional<Infotable> eventInfo) {
        Infotable parameters = new Infotable(
                List.of(
                        table("propertyInfo", "EdgeThingPropertyNotificationV2"),
                        table("eventInfo", "EdgeThingEventNotification")),
                List.of(List.of(cell(propertyInfo), cell(eventInfo))));
        return new Body.Request(Target.service(binding.name(), SYNCHRONIZE), Optional.of(parameters));
    }

    private static FieldDefinition table(String name, String dataShape) {
        return new FieldDefinition(name, "", BaseType.INFOTABLE, Map.of("dataShape", Value.string(dataShape)));
    }

    private static Value cell(Optional<Infotable> table) {
        return table.<Value>map(Value.Table::new).orElse(Value.NOTHING);
    }

    /** Writes the values that the device answered with, in their place among what it pushes. */
    private void take(LinkFrame.Binding binding, DeviceCalls.Answer answer) {
        Optional<Infotable> values;
        try {
            values = MessageCodec.decodeResponseBody(answer.body()).content();
        } catch (CodecException e) {
            log.warn(
                    "ANSWER_UNREADABLE: {} answered {} with bytes that are no response: {}",
                    binding.name(),
                    SYNCHRONIZE,
                    e.getMessage());
            notifyOf(binding);
            return;
        }
        if (values.isEmpty() || values.get().rows().isEmpty()) {
            return;
        }
        Infotable parameters =
                Infotable.single(new FieldDefinition("values", BaseType.INFOTABLE), new Value.Table(values.get()));
        Body.Request push =
                new Body.Request(Target.service(binding.name(), ThingRequests.PUSH), Optional.of(parameters));
        var unused = ask(binding, requests.nextStamp(binding), push).whenComplete((reply, failure) -> {
            if (failure != null) {
                log.info("The values that {} has at present were not taken: {}", binding.name(), failure.getMessage());
                // So that it does not believe they were.
                notifyOf(binding);
            }
        });
    }

    private void notifyOf(LinkFrame.Binding binding) {
        calls.tell(binding, new Body.Request(Target.service(binding.name(), NOTIFY), Optional.empty()));
    }
}
