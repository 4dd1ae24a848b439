package org.steadfast.foundation.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.action.Action;
import org.steadfast.foundation.action.PropertyAction;
import org.steadfast.foundation.action.ServiceAction;
import org.steadfast.foundation.action.StreamAction;
import org.steadfast.foundation.action.WebhookAction;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.SubscriptionDefinition;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.property.PropertyUpdate;
import org.steadfast.foundation.property.SentValues;
import org.steadfast.foundation.security.AuthorizedProperties;
import org.steadfast.foundation.security.Principal;
import org.steadfast.foundation.service.ServiceException;
import org.steadfast.foundation.service.ServiceFailure;
import org.steadfast.foundation.service.ServiceRequest;
import org.steadfast.foundation.service.Services;
import org.steadfast.foundation.webhook.WebhookException;
import org.steadfast.foundation.webhook.Webhooks;
import org.steadfast.protocol.json.InfotableJson;
import org.steadfast.protocol.json.Json;

/** Does what subscriptions name instead of a script, with the rights of the subscription. Safe for use by several threads. */
public final class Actions {
    private static final int DELIVERY_DIGITS = 32;

    private final Model model;
    private final Services services;
    private final AuthorizedProperties properties;
    private final SentValues sent;
    private final Webhooks webhooks;
    private final Clock clock;

    public Actions(Model model, Services services, AuthorizedProperties properties, Webhooks webhooks, Clock clock) {
        this.model = model;
        this.services = services;
        this.properties = properties;
        this.sent = new SentValues(model);
        this.webhooks = webhooks;
        this.clock = clock;
    }

    /**
     * Does it; webhooks are called by the thread of whoever asks.
     *
     * @param longest how long it may take
     * @return completes when it is done; fails with what it failed with
     */
    CompletionStage<?> run(
            Thing me, SubscriptionDefinition subscription, Event event, Principal principal, Duration longest)
            throws ServiceException, InterruptedException {
        try {
            Action action = subscription.action();
            if (action instanceof PropertyAction set) {
                return set(me, set, principal);
            }
            if (action instanceof StreamAction stream) {
                return add(stream, event, principal);
            }
            if (action instanceof ServiceAction service) {
                return invoke(me, service, principal);
            }
            call(me, subscription, (WebhookAction) action, event, longest);
            return CompletableFuture.completedFuture(null);
        } catch (InterruptedException | ServiceException e) {
            throw e;
        } catch (Exception e) {
            throw failure(e);
        }
    }

    private CompletionStage<?> set(Thing me, PropertyAction action, Principal principal) throws Exception {
        Thing thing = action.thing().isEmpty() ? me : model.things().require(action.thing());
        List<PropertyUpdate> updates = new ArrayList<>();
        for (Map.Entry<String, JsonNode> value : action.values().properties()) {
            updates.add(sent.update(thing, value.getKey(), value.getValue(), clock.millis()));
        }
        return properties.write(principal, thing, updates);
    }

    private CompletionStage<?> add(StreamAction action, Event event, Principal principal) throws Exception {
        ObjectNode parameters = JsonNodeFactory.instance.objectNode();
        parameters.putObject("values").putArray("rows").add(action.values());
        parameters.put("timestamp", event.time()).put("source", event.source());
        return services.invoke(
                EntityType.THING.collection(),
                new ServiceRequest(principal, action.stream(), "AddStreamEntry", parameters));
    }

    private CompletionStage<?> invoke(Thing me, ServiceAction action, Principal principal) throws Exception {
        String entity = action.entity().isEmpty() ? me.name() : action.entity();
        return services.invoke(
                action.collection(), new ServiceRequest(principal, entity, action.service(), action.parameters()));
    }

    private void call(
            Thing me, SubscriptionDefinition subscription, WebhookAction action, Event event, Duration longest)
            throws WebhookException, InterruptedException {
        JsonNode body = action.body().orElseGet(() -> told(me, subscription, event));
        webhooks.call(
                action, delivery(me, subscription, event), Json.write(body).getBytes(StandardCharsets.UTF_8), longest);
    }

    /** What a receiver hears of an event where the subscription does not say it otherwise. */
    private static ObjectNode told(Thing me, SubscriptionDefinition subscription, Event event) {
        ObjectNode told = JsonNodeFactory.instance.objectNode();
        told.put("thing", me.name())
                .put("subscription", subscription.name())
                .put("source", event.source())
                .put("event", event.name())
                .put("property", event.property())
                .put("time", event.time());
        told.set("data", InfotableJson.toJson(event.data()).path("rows").path(0));
        return told;
    }

    /** The same again where the same event is told once more. */
    private static String delivery(Thing me, SubscriptionDefinition subscription, Event event) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((me.id() + " " + subscription.name() + " ").getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest(event.encode())).substring(0, DELIVERY_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** As whoever runs subscriptions tells what may be tried again from what has failed. */
    static ServiceException failure(Throwable thrown) {
        Throwable cause = ServiceFailure.unwrap(thrown);
        if (cause instanceof ServiceException known) {
            return known;
        }
        if (cause instanceof WebhookException || ServiceFailure.isOfPlatform(cause)) {
            return new ServiceException(ServiceFailure.kind(cause), cause.getMessage(), cause);
        }
        return new ServiceException(ServiceException.Kind.FAILED, cause.toString(), cause);
    }
}
