package org.steadfast.foundation.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.steadfast.foundation.alert.Alerts;
import org.steadfast.foundation.model.AlertDefinition;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Passwords;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.property.Properties;
import org.steadfast.foundation.property.PropertyException;
import org.steadfast.persistence.store.AlertRecord;
import org.steadfast.persistence.store.AlertState;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** Alerts of things: what they are, where they stand, what has become of them. */
final class AlertServices {
    private static final int LISTED_BY_DEFAULT = 500;
    private static final int MOST_LISTED = 10_000;

    private final Model model;
    private final Alerts alerts;
    private final PropertyRights rights;
    private final Clock clock;

    AlertServices(Model model, Alerts alerts, PropertyRights rights, Clock clock) {
        this.model = model;
        this.alerts = alerts;
        this.rights = rights;
        this.clock = clock;
    }

    List<BuiltInService> services() {
        return List.of(
                BuiltInService.defining(
                        "AddOrUpdateAlert(property:STRING*, alertType:STRING*, alertName:STRING*, description:STRING,"
                                + " enabled:BOOLEAN, priority:INTEGER, attributes:INFOTABLE, persistent:BOOLEAN) ->"
                                + " result:NOTHING",
                        this::addOrUpdate),
                BuiltInService.defining(
                        "RemoveAlert(property:STRING*, alertName:STRING*, persistent:BOOLEAN) -> result:NOTHING",
                        this::remove),
                BuiltInService.defining(
                        "EnableAlertsForProperty(property:STRING*, alertName:STRING, persistent:BOOLEAN) ->"
                                + " result:NOTHING",
                        request -> enable(request, true)),
                BuiltInService.defining(
                        "DisableAlertsForProperty(property:STRING*, alertName:STRING, persistent:BOOLEAN) ->"
                                + " result:NOTHING",
                        request -> enable(request, false)),
                BuiltInService.defining(
                        "EnableAllAlerts(persistent:BOOLEAN) -> result:NOTHING", request -> enable(request, true)),
                BuiltInService.defining(
                        "DisableAllAlerts(persistent:BOOLEAN) -> result:NOTHING", request -> enable(request, false)),
                BuiltInService.reading(
                        "GetAlertDefinition(property:STRING*, alertName:STRING*) -> AlertDefinitions:INFOTABLE",
                        request -> definitions(request, Optional.of(required(request)))),
                BuiltInService.reading(
                        "GetAlertDefinitions(property:STRING) -> AlertDefinitions:INFOTABLE",
                        request -> definitions(request, Optional.empty())),
                BuiltInService.reading(
                        "HasAlert(property:STRING*, alertName:STRING*) -> result:BOOLEAN",
                        request -> done(new Value.Bool(find(request).isPresent()))),
                BuiltInService.reading(
                        "GetAlertStatus(property:STRING*, alertName:STRING*) -> result:STRING", this::status),
                BuiltInService.reading("GetAlertStatuses() -> result:INFOTABLE", request -> statuses(request, "")),
                BuiltInService.reading(
                        "GetAlertStatusesForProperty(property:STRING*) -> result:INFOTABLE",
                        request -> statuses(request, request.text("property"))),
                BuiltInService.reading(
                        "GetAlertSummary(onlyAcknowledged:BOOLEAN, onlyUnacknowledged:BOOLEAN, maxItems:NUMBER) ->"
                                + " Status:INFOTABLE",
                        request -> summary(request, "")),
                BuiltInService.reading(
                        "GetAlertSummaryForProperty(property:STRING*, onlyAcknowledged:BOOLEAN,"
                                + " onlyUnacknowledged:BOOLEAN, maxItems:NUMBER) -> AlertSummary:INFOTABLE",
                        request -> summary(request, request.text("property"))),
                BuiltInService.changing(
                        "AcknowledgeAlert(property:STRING*, message:STRING) -> result:NOTHING",
                        request -> acknowledge(request, request.text("property"))),
                BuiltInService.changing(
                        "AcknowledgeAllAlerts(message:STRING) -> result:NOTHING", request -> acknowledge(request, "")),
                BuiltInService.reading(
                        "QueryAlertHistory(startDate:DATETIME, endDate:DATETIME, oldestFirst:BOOLEAN, query:QUERY,"
                                + " maxItems:NUMBER) -> result:INFOTABLE",
                        this::history));
    }

    private Thing thing(ServiceRequest request) throws ModelException {
        return model.things().require(request.entity());
    }

    private static CompletionStage<ServiceResult> done(Value value) {
        return CompletableFuture.completedFuture(ServiceResult.of(value));
    }

    private Optional<AlertDefinition> find(ServiceRequest request) throws Exception {
        return Optional.ofNullable(thing(request)
                .shape()
                .members()
                .alertsOf(request.text("property"))
                .get(request.text("alertName")));
    }

    private AlertDefinition required(ServiceRequest request) throws Exception {
        return find(request)
                .orElseThrow(() -> new ServiceException(
                        ServiceException.Kind.NOT_FOUND,
                        "Alert [" + request.parameters().path("alertName").asText() + "] Does Not Exist On Property ["
                                + request.parameters().path("property").asText() + "] of Thing [" + request.entity()
                                + "]"));
    }

    private CompletionStage<ServiceResult> addOrUpdate(ServiceRequest request) throws Exception {
        Thing thing = thing(request);
        String property = request.text("property");
        String name = request.text("alertName");
        try {
            Properties.require(thing, property);
        } catch (PropertyException e) {
            throw new ServiceException(ServiceException.Kind.NOT_FOUND, e.getMessage(), e);
        }
        AlertDefinition alert = AlertDefinition.checked(
                name,
                property,
                name,
                request.text("alertType"),
                request.text("description", ""),
                request.flag("enabled", true),
                request.count("priority", 1, Integer.MAX_VALUE),
                attributes(request));
        return change(request, present -> with(present, alert));
    }

    /** One row whose columns are attributes, or one with name and value in each row. */
    private static Map<String, Value> attributes(ServiceRequest request) {
        Map<String, Value> attributes = new LinkedHashMap<>();
        for (JsonNode row : request.parameters().path("attributes").path("rows")) {
            if (row.has("name") && row.has("value") && row.size() == 2) {
                attributes.put(row.path("name").asText(), attribute(row.path("value")));
            } else {
                row.properties().forEach(cell -> attributes.put(cell.getKey(), attribute(cell.getValue())));
            }
        }
        return attributes;
    }

    private static Value attribute(JsonNode node) {
        if (node.isNumber()) {
            return Value.number(node.doubleValue());
        }
        return node.isBoolean() ? new Value.Bool(node.booleanValue()) : Value.string(node.asText());
    }

    private CompletionStage<ServiceResult> remove(ServiceRequest request) throws Exception {
        AlertDefinition alert = required(request);
        Thing thing = thing(request);
        EntityRef ref = new EntityRef(EntityType.THING, request.entity());
        if (!model.require(ref).members().alertsOf(alert.property()).containsKey(alert.name())) {
            throw new ServiceException(
                    ServiceException.Kind.INVALID,
                    "Alert [" + alert.name() + "] of property [" + alert.property()
                            + "] is inherited: it can be disabled, and removed where it is defined");
        }
        CompletionStage<ServiceResult> changed = change(request, present -> {
            Map<String, AlertDefinition> left = new LinkedHashMap<>(present.getOrDefault(alert.property(), Map.of()));
            left.remove(alert.name());
            Map<String, Map<String, AlertDefinition>> all = new LinkedHashMap<>(present);
            all.put(alert.property(), left);
            return all;
        });
        alerts.forget(thing, alert.property(), alert.name());
        return changed;
    }

    /** Those of a property, one of them, or all; inherited ones become the thing's own. */
    private CompletionStage<ServiceResult> enable(ServiceRequest request, boolean enabled) throws Exception {
        String property = request.text("property", "");
        String name = request.text("alertName", "");
        if (!name.isEmpty()) {
            required(request);
        }
        List<AlertDefinition> meant = new ArrayList<>();
        thing(request)
                .shape()
                .members()
                .alerts()
                .values()
                .forEach(each -> each.values().stream()
                        .filter(alert -> property.isEmpty() || alert.property().equals(property))
                        .filter(alert -> name.isEmpty() || alert.name().equals(name))
                        .forEach(meant::add));
        return change(request, present -> {
            Map<String, Map<String, AlertDefinition>> all = present;
            for (AlertDefinition alert : meant) {
                all = with(all, alert.enabled(enabled));
            }
            return all;
        });
    }

    private static Map<String, Map<String, AlertDefinition>> with(
            Map<String, Map<String, AlertDefinition>> present, AlertDefinition alert) {
        Map<String, Map<String, AlertDefinition>> all = new LinkedHashMap<>(present);
        Map<String, AlertDefinition> ofProperty = new LinkedHashMap<>(all.getOrDefault(alert.property(), Map.of()));
        ofProperty.put(alert.name(), alert);
        all.put(alert.property(), ofProperty);
        return all;
    }

    private CompletionStage<ServiceResult> change(
            ServiceRequest request, UnaryOperator<Map<String, Map<String, AlertDefinition>>> edit)
            throws ModelException {
        return ServiceResult.of(model.update(
                new EntityRef(EntityType.THING, request.entity()),
                Optional.empty(),
                entity -> entity.change()
                        .members(entity.members()
                                .withAlerts(edit.apply(entity.members().alerts())))
                        .build()));
    }

    private CompletionStage<ServiceResult> definitions(ServiceRequest request, Optional<AlertDefinition> one)
            throws Exception {
        String property = request.text("property", "");
        Infotable.Builder rows = new Infotable.Builder(
                new FieldDefinition("name", BaseType.STRING),
                new FieldDefinition("property", BaseType.STRING),
                new FieldDefinition("alertType", BaseType.STRING),
                new FieldDefinition("description", BaseType.STRING),
                new FieldDefinition("enabled", BaseType.BOOLEAN),
                new FieldDefinition("priority", BaseType.INTEGER),
                new FieldDefinition("attributes", BaseType.JSON));
        for (Map<String, AlertDefinition> each :
                thing(request).shape().members().alerts().values()) {
            for (AlertDefinition alert : each.values()) {
                if (one.isPresent()
                        ? one.get().equals(alert)
                        : property.isEmpty() || alert.property().equals(property)) {
                    rows.row(
                            Value.string(alert.name()),
                            Value.string(alert.property()),
                            Value.string(alert.type().title()),
                            Value.string(alert.description()),
                            new Value.Bool(alert.enabled()),
                            new Value.Int(alert.priority()),
                            new Value.Json(BaseType.JSON, json(alert)));
                }
            }
        }
        return done(new Value.Table(rows.build()));
    }

    private static ObjectNode json(AlertDefinition alert) {
        ObjectNode attributes = JsonNodeFactory.instance.objectNode();
        alert.attributes().forEach((name, value) -> {
            if (value instanceof Value.Number number) {
                attributes.put(name, number.number());
            } else if (value instanceof Value.Bool bool) {
                attributes.put(name, bool.truth());
            } else if (value instanceof Value.Text text) {
                attributes.put(name, text.text());
            }
        });
        return attributes;
    }

    private CompletionStage<ServiceResult> status(ServiceRequest request) throws Exception {
        AlertDefinition alert = required(request);
        Thing thing = thing(request);
        rights.requireReadable(request, thing, alert.property());
        boolean active = alerts.states(thing).stream()
                .anyMatch(state -> state.active()
                        && state.key().property().equals(alert.property())
                        && state.key().alert().equals(alert.name()));
        return done(Value.string(active ? "Active" : "Inactive"));
    }

    /** The properties with alerts, or the one that is meant, where they may be read. */
    private Set<String> readable(ServiceRequest request, Thing thing, String property) throws ModelException {
        if (!property.isEmpty()) {
            rights.requireReadable(request, thing, property);
            return Set.of(property);
        }
        return Set.copyOf(
                rights.readable(request, thing, thing.shape().members().alerts().keySet()));
    }

    private CompletionStage<ServiceResult> statuses(ServiceRequest request, String property) throws Exception {
        Thing thing = thing(request);
        Set<String> readable = readable(request, thing, property);
        Infotable.Builder rows = new Infotable.Builder(
                new FieldDefinition("property", BaseType.STRING),
                new FieldDefinition("alertName", BaseType.STRING),
                new FieldDefinition("isActive", BaseType.BOOLEAN),
                new FieldDefinition("timestamp", BaseType.DATETIME),
                new FieldDefinition("acknowledged", BaseType.BOOLEAN));
        Map<String, AlertState> states = new LinkedHashMap<>();
        alerts.states(thing)
                .forEach(state ->
                        states.put(state.key().property() + "\0" + state.key().alert(), state));
        for (Map<String, AlertDefinition> each :
                thing.shape().members().alerts().values()) {
            for (AlertDefinition alert : each.values()) {
                if (readable.contains(alert.property())) {
                    AlertState state = states.get(alert.property() + "\0" + alert.name());
                    rows.row(
                            Value.string(alert.property()),
                            Value.string(alert.name()),
                            new Value.Bool(state != null && state.active()),
                            state == null ? Value.NOTHING : new Value.Datetime(state.since()),
                            new Value.Bool(state != null && state.acknowledged()));
                }
            }
        }
        return done(new Value.Table(rows.build()));
    }

    /** The alerts that are raised. */
    private CompletionStage<ServiceResult> summary(ServiceRequest request, String property) throws Exception {
        Thing thing = thing(request);
        Set<String> readable = readable(request, thing, property);
        boolean acknowledged = request.flag("onlyAcknowledged", false);
        boolean unacknowledged = request.flag("onlyUnacknowledged", false);
        int most = request.count("maxItems", LISTED_BY_DEFAULT, MOST_LISTED);
        Infotable.Builder rows = new Infotable.Builder(
                new FieldDefinition("source", BaseType.THINGNAME),
                new FieldDefinition("property", BaseType.STRING),
                new FieldDefinition("alertName", BaseType.STRING),
                new FieldDefinition("alertType", BaseType.STRING),
                new FieldDefinition("description", BaseType.STRING),
                new FieldDefinition("priority", BaseType.INTEGER),
                new FieldDefinition("timestamp", BaseType.DATETIME),
                new FieldDefinition("value", BaseType.STRING),
                new FieldDefinition("ack", BaseType.BOOLEAN),
                new FieldDefinition("ackBy", BaseType.STRING),
                new FieldDefinition("ackTimestamp", BaseType.DATETIME),
                new FieldDefinition("message", BaseType.STRING));
        int count = 0;
        for (AlertState state : alerts.states(thing)) {
            Optional<AlertDefinition> alert = Alerts.definition(thing, state.key());
            if (alert.isEmpty()
                    || !state.active()
                    || !readable.contains(state.key().property())
                    || acknowledged && !state.acknowledged()
                    || unacknowledged && state.acknowledged()
                    || count++ >= most) {
                continue;
            }
            rows.row(
                    new Value.Text(BaseType.THINGNAME, thing.name()),
                    Value.string(state.key().property()),
                    Value.string(state.key().alert()),
                    Value.string(alert.get().type().title()),
                    Value.string(alert.get().description()),
                    new Value.Int(alert.get().priority()),
                    new Value.Datetime(state.since()),
                    text(thing, state.value()),
                    new Value.Bool(state.acknowledged()),
                    Value.string(state.acknowledgedBy()),
                    state.acknowledged() ? new Value.Datetime(state.acknowledgedAt()) : Value.NOTHING,
                    Value.string(state.message()));
        }
        return done(new Value.Table(rows.build()));
    }

    private static Value text(Thing thing, byte[] value) throws PropertyException {
        return Properties.coerce(
                thing, new FieldDefinition("value", BaseType.STRING), Passwords.hidden(Alerts.value(value)));
    }

    private CompletionStage<ServiceResult> acknowledge(ServiceRequest request, String property) throws Exception {
        alerts.acknowledge(
                thing(request),
                property,
                request.text("message", ""),
                request.principal().user(),
                clock.millis());
        return CompletableFuture.completedFuture(ServiceResult.NOTHING);
    }

    private CompletionStage<ServiceResult> history(ServiceRequest request) throws Exception {
        Thing thing = thing(request);
        long from = request.time("startDate", 0);
        long to = request.time("endDate", Long.MAX_VALUE);
        int most = request.count("maxItems", LISTED_BY_DEFAULT, MOST_LISTED);
        Infotable.Builder rows = new Infotable.Builder(
                new FieldDefinition("timestamp", BaseType.DATETIME),
                new FieldDefinition("source", BaseType.THINGNAME),
                new FieldDefinition("property", BaseType.STRING),
                new FieldDefinition("alertName", BaseType.STRING),
                new FieldDefinition("event", BaseType.STRING),
                new FieldDefinition("value", BaseType.STRING),
                new FieldDefinition("user", BaseType.STRING),
                new FieldDefinition("message", BaseType.STRING));
        for (AlertRecord each : readable(request, thing, from, to, most)) {
            rows.row(
                    new Value.Datetime(each.at()),
                    new Value.Text(BaseType.THINGNAME, thing.name()),
                    Value.string(each.key().property()),
                    Value.string(each.key().alert()),
                    Value.string(
                            switch (each.what()) {
                                case RAISED -> "Alert";
                                case RESET -> "AlertReset";
                                case ACKNOWLEDGED -> "AlertAck";
                            }),
                    text(thing, each.value()),
                    Value.string(each.actor()),
                    Value.string(each.message()));
        }
        return done(new Value.Table(rows.build()));
    }

    /** Records of alerts that are no more are there too, so their own properties are asked about. */
    private List<AlertRecord> readable(ServiceRequest request, Thing thing, long from, long to, int most)
            throws Exception {
        boolean oldestFirst = request.flag("oldestFirst", false);
        List<AlertRecord> records = alerts.history(thing, from, to, oldestFirst, most);
        Set<String> readable = readableOf(request, thing, records);
        if (records.size() == most && records.stream().anyMatch(record -> !isOf(readable, record))) {
            // Those that are left out do not count.
            records = alerts.history(thing, from, to, oldestFirst, MOST_LISTED);
        }
        Set<String> ofAll = readableOf(request, thing, records);
        return records.stream()
                .filter(record -> isOf(ofAll, record))
                .limit(most)
                .toList();
    }

    private Set<String> readableOf(ServiceRequest request, Thing thing, List<AlertRecord> records)
            throws ModelException {
        Set<String> properties =
                records.stream().map(record -> record.key().property()).collect(Collectors.toSet());
        return Set.copyOf(rights.readable(request, thing, properties));
    }

    private static boolean isOf(Set<String> properties, AlertRecord record) {
        return properties.contains(record.key().property());
    }
}
