package org.steadfast.foundation.model;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.steadfast.protocol.json.ValueJson;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.Value;

/** Alerts as the REST API shows them and takes them: by property, then by name. Stateless. */
final class AlertsJson {
    static final String ALERTS = "alertConfigurations";
    private static final String DEFINITIONS = "alertDefinitions";

    private AlertsJson() {}

    static void write(JsonGenerator json, Map<String, Map<String, AlertDefinition>> alerts) throws IOException {
        json.writeObjectFieldStart(ALERTS);
        for (Map.Entry<String, Map<String, AlertDefinition>> property : alerts.entrySet()) {
            json.writeObjectFieldStart(property.getKey());
            json.writeStringField("name", property.getKey());
            json.writeObjectFieldStart(DEFINITIONS);
            for (AlertDefinition alert : property.getValue().values()) {
                json.writeObjectFieldStart(alert.name());
                json.writeStringField("name", alert.name());
                json.writeStringField("alertType", alert.type().title());
                json.writeStringField("description", alert.description());
                json.writeBooleanField("enabled", alert.enabled());
                json.writeNumberField("priority", alert.priority());
                json.writeObjectFieldStart("attributes");
                for (Map.Entry<String, Value> attribute : alert.attributes().entrySet()) {
                    json.writeFieldName(attribute.getKey());
                    ValueJson.write(json, attribute.getValue());
                }
                json.writeEndObject();
                json.writeEndObject();
            }
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    static Map<String, Map<String, AlertDefinition>> read(JsonNode configurations) throws ModelException {
        Map<String, Map<String, AlertDefinition>> alerts = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> property : Texts.named(configurations, ALERTS)) {
            String of = Names.check(ALERTS + "." + property.getKey(), property.getKey());
            Map<String, AlertDefinition> each = new LinkedHashMap<>();
            JsonNode definitions = property.getValue().path(DEFINITIONS);
            if (definitions.isMissingNode()) {
                continue;
            }
            for (Map.Entry<String, JsonNode> alert : Texts.named(definitions, ALERTS + "." + of + "." + DEFINITIONS)) {
                each.put(alert.getKey(), read(of, alert.getKey(), alert.getValue()));
            }
            alerts.put(of, each);
        }
        return alerts;
    }

    private static AlertDefinition read(String property, String name, JsonNode node) throws ModelException {
        String field = ALERTS + "." + property + "." + DEFINITIONS + "." + name;
        String title = Texts.text(node, "alertType", "");
        Map<String, Value> attributes = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> attribute : node.path("attributes").properties()) {
            attributes.put(attribute.getKey(), value(attribute.getValue()));
        }
        return AlertDefinition.checked(
                field,
                property,
                Names.check(field, name),
                title,
                Texts.text(node, "description", ""),
                Texts.flag(node, "enabled", true),
                node.path("priority").asInt(1),
                attributes);
    }

    private static Value value(JsonNode node) {
        if (node.isNumber()) {
            return Value.number(node.doubleValue());
        }
        if (node.isBoolean()) {
            return new Value.Bool(node.booleanValue());
        }
        if (node.isTextual()) {
            return Value.string(node.textValue());
        }
        return node.isNull() || node.isMissingNode() ? Value.NOTHING : new Value.Json(BaseType.JSON, node);
    }
}
