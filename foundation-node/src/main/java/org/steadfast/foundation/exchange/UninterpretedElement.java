package org.steadfast.foundation.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Elements that the platform keeps and does not look into, as JSON. Stateless. */
final class UninterpretedElement {
    private UninterpretedElement() {}

    static ObjectNode toJson(XmlElement element) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("element", element.name());
        if (!element.attributes().isEmpty()) {
            ObjectNode attributes = json.putObject("attributes");
            element.attributes().forEach(attributes::put);
        }
        if (!element.text().isEmpty()) {
            json.put("text", element.text());
        }
        if (!element.children().isEmpty()) {
            ArrayNode content = json.putArray("content");
            element.children().forEach(child -> content.add(toJson(child)));
        }
        return json;
    }

    /** The element again; of JSON that is no such element, something else: whoever writes it compares. */
    static XmlElement fromJson(JsonNode json) {
        Map<String, String> attributes = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> attribute : json.path("attributes").properties()) {
            if (Xml.isName(attribute.getKey())) {
                attributes.put(attribute.getKey(), attribute.getValue().asText());
            }
        }
        List<XmlElement> content = new ArrayList<>();
        json.path("content").forEach(child -> content.add(fromJson(child)));
        String name = json.path("element").asText();
        return new XmlElement(
                Xml.isName(name) ? name : "Element",
                attributes,
                content,
                json.path("text").asText());
    }
}
