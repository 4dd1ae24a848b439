package org.steadfast.foundation.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.steadfast.protocol.json.Json;

/** Renders endpoints as an OpenAPI 3.1 document. Used by one thread. */
final class OpenApiDocument {
    private static final String DESCRIPTION =
            "The REST API of a Steadfast cluster; every foundation node answers it. Errors are "
                    + "plain text, one line, that names the cause and the fix. Parameters of services may also stand in the query; those in "
                    + "the body stand before them. Values are taken in more forms than they are written in: numbers and truth values as "
                    + "text, dates as ISO 8601, JSON as its text. A service whose result is absent is answered with an empty body. In a "
                    + "session, all but GET needs the header X-XSRF-TOKEN, whose value does not matter.";

    /** What statuses mean; those of a class stand for any of it. */
    private static final Map<String, String> FAILURES = Map.ofEntries(
            Map.entry("400", "The body, the address or a value is not what is needed"),
            Map.entry("401", "No credentials, or wrong ones"),
            Map.entry("403", "Not allowed"),
            Map.entry("404", "There is no such entity, property or service, or something that it needs is missing"),
            Map.entry("406", "A file cannot be read, or what is in it is refused: one line for each cause"),
            Map.entry("408", "The body has not come within the deadline of requests"),
            Map.entry("409", "It exists already"),
            Map.entry("412", "The header If-Match names another version than there is"),
            Map.entry("413", "The body is too long, or a file has more in it than is allowed"),
            Map.entry("415", "The body has another media type than is taken"),
            Map.entry("416", "The file has no such bytes as the header Range names"),
            Map.entry("500", "It was begun and failed"),
            Map.entry("501", "The reference has it, this platform has not"),
            Map.entry(
                    "429", "Too many requests, or too many streams; Retry-After says in how many seconds to try again"),
            Map.entry("502", "The device's answer cannot be read"),
            Map.entry("503", "It cannot be done now; Retry-After says in how many seconds to try again"),
            Map.entry("504", "The device did not answer in time"),
            Map.entry("507", "There is no room for the file"),
            Map.entry("4XX", "Refused, for a reason that the body tells"),
            Map.entry("5XX", "Not done or not known to be done, for a reason that the body tells"));

    private final ObjectNode document = JsonNodeFactory.instance.objectNode();
    /** Parameters that stand among the components, as those who have them were written. */
    private final Map<String, Operation.Parameter> wholeQueries = new TreeMap<>();

    private OpenApiDocument() {}

    /**
     * The document as JSON text.
     *
     * @param endpoints each method of each address once
     */
    static String of(List<Endpoint> endpoints) {
        OpenApiDocument rendering = new OpenApiDocument();
        rendering.writeHead();
        rendering.writeSecurity();
        rendering.writePaths(endpoints);
        rendering.writeComponents();
        return Json.write(rendering.document);
    }

    private void writeHead() {
        document.put("openapi", "3.1.0");
        ObjectNode info = document.putObject("info");
        info.put("title", "Steadfast REST API").put("version", "1").put("description", DESCRIPTION);
        info.putObject("license").put("name", "Apache-2.0").put("identifier", "Apache-2.0");
        document.put("jsonSchemaDialect", "https://json-schema.org/draft/2020-12/schema");
        document.putArray("servers").addObject().put("url", "/Thingworx");
    }

    private void writeSecurity() {
        writeScheme("appKeyHeader", "apiKey", "An application key")
                .put("in", "header")
                .put("name", "appKey");
        writeScheme(
                        "appKeyQuery",
                        "apiKey",
                        "An application key, as old devices send it: addresses are logged in many places")
                .put("in", "query")
                .put("name", "appKey");
        writeScheme("basic", "http", "User and password").put("scheme", "basic");
        writeScheme(
                        "session",
                        "apiKey",
                        "A session, begun by POST /Login, or by x-thingworx-session: true (header or query) with other credentials")
                .put("in", "cookie")
                .put("name", "JSESSIONID");
    }

    private ObjectNode writeScheme(String name, String type, String meaning) {
        document.withArrayProperty("security").addObject().putArray(name);
        return document.withObjectProperty("components")
                .withObjectProperty("securitySchemes")
                .putObject(name)
                .put("type", type)
                .put("description", meaning);
    }

    private void writePaths(List<Endpoint> endpoints) {
        ObjectNode paths = document.putObject("paths");
        TreeSet<String> tags = new TreeSet<>();
        endpoints.stream()
                .sorted(Comparator.comparing(Endpoint::template).thenComparing(Endpoint::method))
                .forEach(endpoint -> {
                    tags.add(endpoint.operation().tag());
                    paths.withObjectProperty("/" + endpoint.template())
                            .set(endpoint.method().toLowerCase(Locale.ROOT), operation(endpoint));
                });
        tags.forEach(tag -> document.withArrayProperty("tags").addObject().put("name", tag));
    }

    private void writeComponents() {
        ObjectNode components = document.withObjectProperty("components");
        ObjectNode schemas = components.putObject("schemas");
        Schemas.components().forEach((name, schema) -> schemas.set(name, schema.json()));
        wholeQueries.forEach((name, parameter) ->
                writeParameter(components.withObjectProperty("parameters").putObject(name), parameter));
        ObjectNode responses = components.putObject("responses");
        new TreeMap<>(FAILURES).forEach((status, meaning) -> {
            ObjectNode response = responses.putObject("Failure" + status);
            response.put("description", meaning);
            switch (status) {
                case "401" -> writeHeader(response, "WWW-Authenticate", "Basic");
                case "429", "503" -> writeHeader(response, "Retry-After", "Seconds");
                default -> {
                    // None.
                }
            }
            writeContent(response, "text/plain", Schema.string());
        });
    }

    private ObjectNode operation(Endpoint endpoint) {
        Operation operation = endpoint.operation();
        ObjectNode written = JsonNodeFactory.instance.objectNode();
        written.put("operationId", id(endpoint));
        written.putArray("tags").add(operation.tag());
        written.put("summary", operation.summary());
        if (operation.open()) {
            written.putArray("security");
        }
        for (Operation.Parameter parameter : operation.parameters()) {
            ObjectNode one = written.withArrayProperty("parameters").addObject();
            if (parameter.place() == Operation.Place.WHOLE_QUERY) {
                // Too many services have it to tell it for each.
                one.put("$ref", "#/components/parameters/" + parameter.name());
                wholeQueries.put(parameter.name(), parameter);
            } else {
                writeParameter(one, parameter);
            }
        }
        operation.body().ifPresent(body -> {
            ObjectNode request = written.putObject("requestBody");
            if (!body.optional()) {
                request.put("required", true);
            }
            writeContent(request, body.mediaType(), body.schema());
        });
        ObjectNode responses = written.putObject("responses");
        operation.answers().forEach((status, answer) -> {
            ObjectNode response = responses.putObject(status.toString());
            response.put("description", answer.meaning());
            answer.headers().forEach((name, meaning) -> writeHeader(response, name, meaning));
            answer.content().forEach((type, schema) -> writeContent(response, type, schema));
        });
        for (String status : failures(operation)) {
            responses.putObject(status).put("$ref", "#/components/responses/Failure" + status);
        }
        return written;
    }

    /** Unique, as methods and addresses are. */
    private static String id(Endpoint endpoint) {
        return endpoint.method().toLowerCase(Locale.ROOT) + "_"
                + endpoint.template().replaceAll("[{}]", "").replaceAll("\\W+", "_");
    }

    /** Those that the operation names, and those that follow from what it takes. */
    private static TreeSet<String> failures(Operation operation) {
        TreeSet<String> failures = new TreeSet<>(operation.failures());
        if (failures.contains("4XX")) {
            return failures;
        }
        if (!operation.open()) {
            failures.addAll(List.of("400", "401", "403", "429", "500", "503"));
        }
        if (!operation.names().isEmpty()) {
            failures.add("404");
        }
        if (operation.body().isPresent()) {
            failures.addAll(List.of("400", "408", "413", "415"));
        }
        return failures;
    }

    private static void writeParameter(ObjectNode written, Operation.Parameter parameter) {
        written.put("name", parameter.name());
        written.put(
                "in",
                switch (parameter.place()) {
                    case PATH -> "path";
                    case QUERY, WHOLE_QUERY -> "query";
                    case HEADER -> "header";
                });
        if (parameter.required()) {
            written.put("required", true);
        }
        written.put("description", parameter.meaning());
        if (parameter.place() == Operation.Place.WHOLE_QUERY) {
            written.put("style", "form").put("explode", true);
        }
        written.set("schema", parameter.schema().json());
    }

    private static void writeContent(ObjectNode owner, String mediaType, Schema schema) {
        owner.withObjectProperty("content").putObject(mediaType).set("schema", schema.json());
    }

    private static void writeHeader(ObjectNode response, String name, String meaning) {
        response.withObjectProperty("headers")
                .putObject(name)
                .put("description", meaning)
                .set("schema", Schema.string().json());
    }
}
