package org.steadfast.foundation.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.steadfast.foundation.RunningNode;
import org.steadfast.protocol.json.Json;

/** What things, templates, shapes and subsystems tell of themselves. */
@ExtendWith(RunningNode.Extension.class)
class DefinitionsTest {
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final String n = "def" + NUMBERS.incrementAndGet() + "x";
    private final String thing = "Things/" + n;

    private RunningNode node;

    /** A thing whose services and events come from itself, its template and a shape of that. */
    @BeforeEach
    void create(RunningNode running) throws Exception {
        node = running;
        String result = "'resultType':{'name':'result','baseType':'NUMBER'}";
        ok(put(
                "ThingShapes",
                "{'name':'" + n + "S','eventDefinitions':{'Heard':{'name':'Heard'}},"
                        + "'serviceDefinitions':{'ofShape':{'name':'ofShape'," + result + "}}}"));
        ok(put(
                "ThingTemplates",
                "{'name':'" + n + "T','implementedShapes':['" + n + "S'],'thingShape':{"
                        + "'propertyDefinitions':{'p':{'baseType':'NUMBER','aspects':{'units':'bar'}}},"
                        + "'serviceDefinitions':{'ofTemplate':{'name':'ofTemplate'}}}}"));
        ok(put(
                "Things",
                "{'name':'" + n + "','thingTemplate':'" + n + "T','thingShape':{'serviceDefinitions':{"
                        + "'own':{'name':'own','category':'mine'}},'subscriptions':{'s':{'eventName':'Heard',"
                        + "'serviceImplementation':{'configurationTables':{'Script':{'rows':[{'code':'1'}]}}}}}}}"));
    }

    @ParameterizedTest
    @CsvSource({
        "own, ,",
        "ofTemplate, ThingTemplate, T",
        "ofShape, ThingShape, S",
        "GetPropertyValues, ThingTemplate, Generic"
    })
    void servicesTellWhereTheyComeFrom(String service, String type, String name) throws Exception {
        JsonNode row = rows(post(thing, "GetServiceDefinition", "{'name':'" + service + "'}"))
                .get(0);
        assertThat(row.path("name").asText()).isEqualTo(service);
        assertThat(row.has("sourceType")).isEqualTo(type != null);
        if (type != null) {
            assertThat(row.path("sourceType").asText()).isEqualTo(type);
            assertThat(row.path("sourceName").asText()).isEqualTo(name.equals("Generic") ? "GenericThing" : n + name);
        }
        assertThat(rows(post(thing, "GetServiceDefinitions", "")).findValuesAsText("name"))
                .contains(service);
        assertThat(node.get(thing + "/ServiceDefinitions/" + service).body()).contains("Inputs", service);
    }

    @Test
    void definitionsAreFiltered() throws Exception {
        assertThat(rows(post(thing, "GetServiceDefinitions", "{'category':'mine'}"))
                        .findValuesAsText("name"))
                .containsExactly("own");
        JsonNode events = rows(post(thing, "GetEventDefinitions", ""));
        assertThat(events.findValuesAsText("name")).containsExactly("Heard");
        assertThat(events.get(0).path("sourceName").asText()).isEqualTo(n + "S");
        assertThat(rows(post(thing, "GetPropertyDefinition", "{'name':'p'}"))
                        .get(0)
                        .path("baseType")
                        .asText())
                .isEqualTo("NUMBER");
        assertThat(rows(post(thing, "GetImplementedShapes", "")).findValuesAsText("name"))
                .containsExactly(n + "S");
        assertThat(rows(post(thing, "GetLocallyImplementedShapes", ""))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GetServiceDefinition", "GetPropertyDefinition", "GetEventDefinition"})
    void whatIsNotThereIs404AndWithoutANameIs400(String service) throws Exception {
        assertThat(post(thing, service, "{'name':'none'}").statusCode()).isEqualTo(404);
        assertThat(post(thing, service, "{'nam':'p'}").statusCode()).isEqualTo(400);
    }

    @Test
    void addressesOfWhatThereIs() throws Exception {
        assertThat(rows(node.get(thing + "/PropertyDefinitions/p"))).hasSize(1);
        assertThat(node.get(thing + "/PropertyDefinitions/none").statusCode()).isEqualTo(404);
        assertThat(rows(node.get(thing + "/Subscriptions"))
                        .get(0)
                        .path("eventName")
                        .asText())
                .isEqualTo("Heard");
        assertThat(rows(node.get("ThingTemplates/" + n + "T/ImplementingThings"))
                        .findValuesAsText("name"))
                .containsExactly(n);
        assertThat(rows(node.get("ThingShapes/" + n + "S/ImplementingThingsWithData"))
                        .findValuesAsText("name"))
                .containsExactly(n);
        JsonNode ofInstances =
                Json.read(node.get("ThingTemplates/" + n + "T/InstanceMetadata").body());
        assertThat(ofInstances.path("serviceDefinitions").has("SetPropertyValues"))
                .as("its things have it, not the template")
                .isTrue();
        assertThat(Json.read(post(thing, "GetMetadataAsJSON", "").body())
                        .path("propertyDefinitions")
                        .has("p"))
                .isTrue();
    }

    @Test
    void bindsAnInheritedPropertyToOneOfTheDevice() throws Exception {
        ok(post(
                thing,
                "SetRemotePropertyBinding",
                "{'propertyName':'p','sourcePropertyName':'pressure','cacheTime':500,'pushType':'ALWAYS'}"));
        JsonNode binding = rows(post(thing, "GetRemotePropertyBinding", "{'propertyName':'p'}"))
                .get(0);
        assertThat(binding.path("sourcePropertyName").asText()).isEqualTo("pressure");
        assertThat(binding.path("cacheTime").asInt()).isEqualTo(500);
        JsonNode aspects = Json.read(node.get(thing).body()).at("/effectiveShape/propertyDefinitions/p/aspects");
        assertThat(aspects.path("remote").asBoolean()).isTrue();
        assertThat(aspects.path("units").asText())
                .as("what was said before stands")
                .isEqualTo("bar");
        assertThat(rows(post("ThingTemplates/" + n + "T", "GetRemotePropertyBinding", "{'propertyName':'p'}")))
                .isEmpty();

        ok(post(thing, "RemoveRemotePropertyBinding", "{'propertyName':'p'}"));
        assertThat(rows(post(thing, "GetRemotePropertyBinding", "{'propertyName':'p'}")))
                .isEmpty();
        assertThat(post(thing, "SetRemotePropertyBinding", "{'propertyName':'none'}")
                        .statusCode())
                .isEqualTo(404);
        assertThat(asReader(thing + "/Services/SetRemotePropertyBinding").statusCode())
                .isEqualTo(403);
    }

    @Test
    void loggingAndUnitsOfProperties() throws Exception {
        assertThat(rows(post(thing, "GetLoggedProperties", ""))).isEmpty();
        ok(post(thing, "SetPropertyLogging", "{'propertyName':'p','enabled':'true'}"));
        assertThat(rows(post(thing, "GetNumericLoggedProperties", "")).findValuesAsText("name"))
                .containsExactly("p");
        assertThat(rows(post(thing, "GetLoggedProperties", "{'type':'STRING'}")))
                .isEmpty();
        assertThat(rows(post(thing, "GetPropertyLogging", "{'propertyName':'p'}"))
                        .at("/0/result")
                        .asBoolean())
                .isTrue();
        assertThat(rows(post(thing, "GetEffectivePropertyLogging", "{'propertyName':'p'}"))
                        .at("/0/result")
                        .asBoolean())
                .as("no value stream keeps it")
                .isFalse();
        ok(post(thing, "SetUnitsForNumericPropertyDefinition", "{'propertyName':'p','units':'psi'}"));
        assertThat(Json.read(node.get(thing).body())
                        .at("/effectiveShape/propertyDefinitions/p/aspects/units")
                        .asText())
                .isEqualTo("psi");
        assertThat(post(thing, "SetPropertyLogging", "{'propertyName':'p'}").statusCode())
                .isEqualTo(400);
        assertThat(post(thing, "SetPropertyLogging", "{'propertyName':'none','enabled':true}")
                        .statusCode())
                .isEqualTo(404);
        ok(post(thing, "SetTags", "{'tags':'V:one;V:two'}"));
        assertThat(rows(post(thing, "GetTagsAsInfoTable", "")).findValuesAsText("vocabularyTerm"))
                .containsExactly("one", "two");
    }

    @Test
    void subsystemsTellWhatIsMeasured() throws Exception {
        List<String> subsystems = rows(node.get("Subsystems")).findValuesAsText("name");
        assertThat(subsystems).contains("PlatformSubsystem", "EventProcessingSubsystem");
        for (String subsystem : subsystems) {
            assertThat(rows(post("Subsystems/" + subsystem, "IsRunning", ""))
                            .at("/0/result")
                            .asBoolean())
                    .as(subsystem)
                    .isTrue();
            ok(post("Subsystems/" + subsystem, "GetPerformanceMetrics", ""));
        }
        ok(put(thing + "/Properties/p", "{'p':1}"));
        JsonNode written = rows(post("Subsystems/ValueStreamProcessingSubsystem", "GetPerformanceMetrics", ""));
        assertThat(written.findValuesAsText("name")).anyMatch(name -> name.startsWith("steadfast.ingestion."));
        assertThat(written.get(0).path("value").isNumber()).isTrue();
        assertThat(post("Subsystems/NoSuchSubsystem", "IsRunning", "").statusCode())
                .isEqualTo(404);
    }

    private HttpResponse<String> asReader(String address) throws Exception {
        return node.send(node.anonymous(address)
                .header("appKey", RunningNode.READ_ONLY_KEY)
                .POST(BodyPublishers.noBody()));
    }

    private HttpResponse<String> put(String address, String body) throws Exception {
        return node.put(address, body.replace('\'', '"'));
    }

    private HttpResponse<String> post(String entity, String service, String body) throws Exception {
        return node.post(entity + "/Services/" + service, body.replace('\'', '"'));
    }

    private static JsonNode rows(HttpResponse<String> response) throws Exception {
        ok(response);
        return Json.read(response.body()).path("rows");
    }

    private static void ok(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }
}
