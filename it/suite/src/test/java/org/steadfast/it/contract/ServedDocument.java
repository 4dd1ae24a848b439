package org.steadfast.it.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The OpenAPI document that a cluster serves: what it says of a request and its answer is held against both. Used by one thread. */
public final class ServedDocument {
    /** What any address takes in its query: credentials, and what stands for headers and is ignored. */
    private static final Set<String> ANYWHERE = Set.of("appKey", "Accept", "Content-Type");

    private final JsonNode document;
    private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private final Map<JsonNode, Schema> schemas = new HashMap<>();

    public ServedDocument(JsonNode document) {
        this.document = document;
    }

    /** What is wrong with an answer; empty where it is as the document says. */
    public List<String> problems(Call call, Heard heard) {
        String[] parts = call.address().split("\\?", 2);
        Optional<JsonNode> operation = find(call.method(), parts[0]);
        if (operation.isEmpty()) {
            return List.of("the document knows no such operation");
        }
        List<String> problems = new ArrayList<>();
        if (parts.length == 2) {
            checkQuery(operation.get(), parts[1], problems);
        }
        JsonNode response = response(operation.get(), heard.status());
        if (response.isMissingNode()) {
            problems.add("the document does not tell of the status " + heard.status());
            return problems;
        }
        checkContent(response.path("content"), heard, problems);
        return problems;
    }

    /** The most concrete of the addresses that match, as OpenAPI says. */
    private Optional<JsonNode> find(String method, String path) {
        String[] segments = path.replaceFirst("/$", "").split("/", -1);
        return document.path("paths").properties().stream()
                .filter(entry -> matches(entry.getKey().substring(1).split("/", -1), segments)
                        && entry.getValue().has(method.toLowerCase(Locale.ROOT)))
                .min(Comparator.comparingLong(entry ->
                        entry.getKey().chars().filter(letter -> letter == '{').count()))
                .map(entry -> entry.getValue().path(method.toLowerCase(Locale.ROOT)));
    }

    private static boolean matches(String[] template, String[] segments) {
        if (template.length != segments.length) {
            return false;
        }
        for (int i = 0; i < segments.length; i++) {
            String segment = URLDecoder.decode(segments[i], StandardCharsets.UTF_8);
            // Clients write all but the collection in any case.
            if (!template[i].startsWith("{")
                    && !(i == 0 ? template[i].equals(segment) : template[i].equalsIgnoreCase(segment))) {
                return false;
            }
        }
        return true;
    }

    private void checkQuery(JsonNode operation, String query, List<String> problems) {
        for (String pair : query.split("&", -1)) {
            String name = pair.replaceAll("=.*", "");
            boolean told = ANYWHERE.contains(name);
            for (JsonNode written : operation.path("parameters")) {
                JsonNode parameter = resolved(written);
                told |= parameter.path("in").asText().equals("query")
                        && (parameter.path("name").asText().equals(name) || parameter.has("explode"));
            }
            if (!told) {
                problems.add("the document does not tell of the query's " + name);
            }
        }
    }

    private JsonNode response(JsonNode operation, int status) {
        JsonNode responses = operation.path("responses");
        JsonNode exact = responses.path(Integer.toString(status));
        JsonNode found = exact.isMissingNode() ? responses.path(status / 100 + "XX") : exact;
        return resolved(found);
    }

    private JsonNode resolved(JsonNode written) {
        return written.has("$ref") ? document.at(written.path("$ref").asText().substring(1)) : written;
    }

    private void checkContent(JsonNode content, Heard heard, List<String> problems) {
        if (heard.bytes().length == 0) {
            if (heard.header("content-type").isPresent()) {
                problems.add("an empty body has a content type");
            }
            return;
        }
        String type = heard.header("content-type").orElse("").replaceAll(";.*", "");
        JsonNode told = content.path(type);
        if (told.isMissingNode()) {
            problems.add("the document does not tell of the content type [" + type + "], only of " + content);
        } else if (type.equals("application/json")) {
            Schema schema = schemas.computeIfAbsent(told.path("schema"), this::schema);
            schema.validate(heard.json()).forEach(error -> problems.add(error.toString()));
        }
    }

    /** As a document of its own, with all that it may refer to. */
    private Schema schema(JsonNode written) {
        ObjectNode whole = JsonNodeFactory.instance.objectNode();
        whole.putArray("allOf").add(written);
        whole.set("components", document.path("components"));
        return registry.getSchema(whole);
    }
}
