package org.steadfast.foundation.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.steadfast.foundation.RunningNode;
import org.steadfast.protocol.json.Json;

/** The OpenAPI document as a client of a whole node gets it, judged by two checkers that did not come from us. */
@ExtendWith(RunningNode.Extension.class)
class OpenApiTest {
    private static final int MOST_BYTES = 2_000_000;

    private static RunningNode node;
    private static String text;
    private static JsonNode document;

    @BeforeAll
    static void read(RunningNode running) throws Exception {
        node = running;
        HttpResponse<String> answer = node.get("openapi.json");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json;charset=UTF-8");
        text = answer.body();
        document = Json.read(text);
    }

    @Test
    void isForThoseWhoAreLoggedIn() throws Exception {
        assertThat(node.send(node.anonymous("openapi.json")).statusCode()).isEqualTo(401);
        assertThat(node.post("openapi.json", "{}").statusCode()).isEqualTo(405);
        assertThat(text.length()).isLessThan(MOST_BYTES);
    }

    @Test
    void conformsToTheSchemaOfOpenApi() throws Exception {
        SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
        try (InputStream openApi = OpenApiTest.class.getResourceAsStream("openapi-3.1-schema.json")) {
            assertThat(registry.getSchema(openApi).validate(text, InputFormat.JSON))
                    .isEmpty();
        }
        // That schema leaves the schemas in the document to others.
        Schema schemas = registry.getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));
        List<JsonNode> all = document.findValues("schema");
        document.at("/components/schemas").forEach(all::add);
        assertThat(all).hasSizeGreaterThan(100);
        for (JsonNode schema : all) {
            assertThat(schemas.validate(schema)).as(schema.toString()).isEmpty();
        }
    }

    @Test
    void isReadByAParserWithoutAComplaint() {
        ParseOptions options = new ParseOptions();
        options.setResolve(true);
        SwaggerParseResult result = new OpenAPIV3Parser().readContents(text, List.of(), options);

        assertThat(result.getMessages()).isEmpty();
        OpenAPI read = result.getOpenAPI();
        assertThat(read.getPaths()).hasSize(document.path("paths").size());
        assertThat(read.getPaths()
                        .get("/Things/{thing}/Properties/{property}")
                        .getPut()
                        .getParameters())
                .extracting(parameter -> parameter.getName() + " in " + parameter.getIn())
                .containsExactly("thing in path", "property in path", "value in query");
        assertThat(read.getComponents().getSecuritySchemes())
                .containsOnlyKeys("appKeyHeader", "appKeyQuery", "basic", "session");
    }

    @Test
    void saysOfEachOperationWhatClientsNeed() {
        Map<String, String> ids = new HashMap<>();
        operations().forEach((address, operation) -> {
            assertThat(operation.path("summary").asText()).as(address).isNotBlank();
            assertThat(ids.put(operation.path("operationId").asText(), address))
                    .as(address)
                    .isNull();
            assertThat(operation.at("/responses/200/description").asText())
                    .as(address)
                    .isNotBlank();
            for (JsonNode written : operation.path("parameters")) {
                JsonNode parameter = written.has("$ref")
                        ? document.at(written.path("$ref").asText().substring(1))
                        : written;
                assertThat(parameter.path("description").asText()).as(address).isNotBlank();
            }
            boolean open = operation.has("security");
            assertThat(open)
                    .as(address)
                    .isEqualTo(List.of("get /health", "get /ready", "get /Metrics", "post /Login")
                            .contains(address));
            if (!open) {
                assertThat(operation.path("responses").has("401")
                                || operation.path("responses").has("4XX"))
                        .as(address)
                        .isTrue();
            }
        });
    }

    @Test
    void tellsOfTheServicesOfThePlatformAsTheirMetadataDoes() throws Exception {
        JsonNode creation = document.at("/paths/~1Resources~1EntityServices~1Services~1CreateThing/post");
        assertThat(creation.at("/requestBody/content/application~1json/schema")).isEqualTo(Json.read("""
                        {"type": "object",
                         "properties": {
                           "name": {"$ref": "#/components/schemas/STRING"},
                           "description": {"$ref": "#/components/schemas/STRING"},
                           "tags": {"$ref": "#/components/schemas/TAGS"},
                           "projectName": {"$ref": "#/components/schemas/PROJECTNAME"},
                           "thingTemplateName": {"$ref": "#/components/schemas/THINGTEMPLATENAME"}},
                         "required": ["name", "thingTemplateName"]}"""));
        JsonNode services = Json.read(
                        node.get("ThingTemplates/GenericThing/Metadata").body())
                .path("serviceDefinitions");
        assertThat(services.size()).isGreaterThan(20);
        for (JsonNode service : services) {
            String address =
                    "/ThingTemplates/{entity}/Services/" + service.path("name").asText();
            JsonNode operation = document.path("paths").path(address).path("post");
            List<String> told = new ArrayList<>();
            operation
                    .at("/requestBody/content/application~1json/schema/properties")
                    .fieldNames()
                    .forEachRemaining(told::add);
            List<String> known = new ArrayList<>();
            service.at("/Inputs/fieldDefinitions").fieldNames().forEachRemaining(known::add);
            assertThat(told).as(address).isEqualTo(known);
            boolean givesNothing = service.at("/Outputs/baseType").asText().equals("NOTHING");
            assertThat(operation.at("/responses/200").has("content"))
                    .as(address)
                    .isEqualTo(!givesNothing);
        }
    }

    /** What is in the document by hand, because the routes do not answer it. */
    @Test
    void tellsTheTruthOfWhatTheRoutesDoNotAnswer() throws Exception {
        for (String address : List.of("health", "ready", "Metrics")) {
            HttpResponse<String> answer = node.send(node.anonymous(address));
            assertThat(answer.statusCode()).isEqualTo(200);
            JsonNode content = document.at("/paths/~1" + address + "/get/responses/200/content");
            assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
                    .startsWith(content.fieldNames().next());
            if (!address.equals("Metrics")) {
                Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                        .getSchema(content.at("/application~1json/schema"));
                assertThat(schema.validate(Json.read(answer.body()))).isEmpty();
            }
        }
    }

    private static Map<String, JsonNode> operations() {
        Map<String, JsonNode> operations = new HashMap<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(operation ->
                                operations.put(operation.getKey() + " " + path.getKey(), operation.getValue())));
        return operations;
    }
}
