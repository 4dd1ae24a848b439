package org.steadfast.foundation.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.steadfast.foundation.RunningNode;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.protocol.json.Json;

/** Entities of all kinds, what they inherit, and what the platform does for them, through the REST API of a running node. */
@ExtendWith(RunningNode.Extension.class)
class EntitiesTest {
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private static RunningNode node;

    /** Names of one test are no other's. */
    private final String n = "e" + NUMBERS.incrementAndGet() + "x";

    @BeforeAll
    static void use(RunningNode running) {
        node = running;
    }

    @ParameterizedTest
    @EnumSource(EntityType.class)
    void everyKindIsMadeReadListedChangedAndDeleted(EntityType type) throws Exception {
        String address = type.collection() + "/" + n;
        ok(put(type.collection(), "{'name':'" + n + "','description':'first','mine':{'a':[1]}}"));
        failed(put(type.collection(), "{'name':'" + n + "'}"), 409, "already exists");

        HttpResponse<String> read = node.get(address);
        JsonNode entity = Json.read(read.body());
        assertThat(entity.path("entityType").asText()).isEqualTo(type.collection());
        assertThat(entity.path("name").asText()).isEqualTo(n);
        assertThat(entity.path("description").asText()).isEqualTo("first");
        assertThat(entity.at("/mine/a/0").asInt()).isEqualTo(1);
        assertThat(entity.path("isSystemObject").asBoolean(true)).isFalse();
        assertThat(read.headers().firstValue("ETag")).isPresent();
        assertThat(rows(node.get(type.collection() + "?nameMask=" + n)))
                .singleElement()
                .satisfies(row -> assertThat(row.fieldNames())
                        .toIterable()
                        .contains("name", "description", "homeMashup", "avatar", "isSystemObject", "tags"));

        ok(put(address, read.body().replace("first", "second")));
        assertThat(Json.read(node.get(address).body()).path("description").asText())
                .isEqualTo("second");
        assertThat(rows(node.post(address + "/Services/GetDescription", ""))
                        .at("/0/result")
                        .asText())
                .isEqualTo("second");

        ok(node.delete(address));
        failed(node.get(address), 404, "Entity Not Found : [" + n + "]");
        failed(node.delete(address), 404, "Entity Not Found");
        failed(put(address, "{}"), 404, "Entity Not Found");
    }

    @Test
    void aThingHasWhatItsTemplateItsBaseAndTheirShapesHave() throws Exception {
        ok(put("DataShapes", "{'name':'" + n + "D','fieldDefinitions':{'f':{'baseType':'NUMBER'}}}"));
        ok(put(
                "ThingShapes",
                "{'name':'" + n + "S','propertyDefinitions':{'s':{'baseType':'STRING','aspects':"
                        + "{'defaultValue':'of the shape'}}},'eventDefinitions':{'e':{'dataShape':'" + n + "D'}}}"));
        ok(put("ThingShapes", "{'name':'" + n + "S2','propertyDefinitions':{'own':{'baseType':'STRING'}}}"));
        ok(put(
                "ThingTemplates",
                "{'name':'" + n + "B','baseThingTemplate':'RemoteThing','thingShape':"
                        + "{'propertyDefinitions':{'b':{'baseType':'NUMBER'},'over':{'baseType':'NUMBER'}}}}"));
        ok(put(
                "ThingTemplates",
                "{'name':'" + n + "T','baseThingTemplate':'" + n + "B','implementedShapes':['" + n
                        + "S'],'thingShape':{'propertyDefinitions':{'over':{'baseType':'STRING'}}}}"));
        ok(put("Things", "{'name':'" + n + "','thingTemplate':'" + n + "T','implementedShapes':['" + n + "S2']}"));

        JsonNode entity = Json.read(node.get("Things/" + n).body());
        assertThat(entity.at("/thingShape/propertyDefinitions").isEmpty()).isTrue();
        assertThat(entity.at("/effectiveShape/propertyDefinitions").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("b", "over", "s", "own");
        assertThat(entity.at("/effectiveShape/propertyDefinitions/over/baseType")
                        .asText())
                .isEqualTo("STRING");
        assertThat(entity.at("/effectiveShape/eventDefinitions/e/dataShape").asText())
                .isEqualTo(n + "D");
        ok(put("Things/" + n + "/Properties/*", "{'b':1,'over':'text','own':'mine'}"));
        JsonNode values = rows(node.get("Things/" + n + "/Properties")).get(0);
        assertThat(values.path("b").asDouble()).isEqualTo(1.0);
        assertThat(values.path("over").asText()).isEqualTo("text");
        assertThat(values.path("s").asText()).isEqualTo("of the shape");
        assertThat(values.has("isConnected")).as("its base is a remote thing").isTrue();
        for (String template : List.of(n + "T", n + "B", "RemoteThing", "GenericThing")) {
            assertThat(result("Things/" + n, "IsDerivedFromTemplate", "{'thingTemplateName':'" + template + "'}")
                            .asBoolean())
                    .as(template)
                    .isTrue();
        }
        assertThat(result("Things/" + n, "ImplementsShape", "{'thingShapeName':'" + n + "S'}")
                        .asBoolean())
                .isTrue();
        assertThat(result("Things/" + n, "IsDerivedFromTemplate", "{'thingTemplateName':'SDKGateway'}")
                        .asBoolean())
                .isFalse();
        for (String from :
                List.of("ThingTemplates/" + n + "B", "ThingTemplates/" + n + "T", "ThingShapes/" + n + "S")) {
            assertThat(names(node.post(from + "/Services/GetImplementingThings", "")))
                    .as(from)
                    .containsExactly(n);
        }
        assertThat(names(node.post("ThingTemplates/RemoteThing/Services/GetImplementingThings", "")))
                .contains(n);
    }

    @Test
    void aChangeOfATemplateIsAChangeOfItsThings() throws Exception {
        ok(put("ThingShapes", "{'name':'" + n + "S'}"));
        ok(put("ThingTemplates", "{'name':'" + n + "T','implementedShapes':['" + n + "S']}"));
        ok(put("Things", "{'name':'" + n + "','thingTemplate':'" + n + "T'}"));
        failed(put("Things/" + n + "/Properties/p", "5"), 404, "Property [p] Does Not Exist");

        ok(put("ThingTemplates/" + n + "T", "{'thingShape':{'propertyDefinitions':{'p':{'baseType':'NUMBER'}}}}"));
        ok(put("Things/" + n + "/Properties/p", "5"));
        ok(post("ThingShapes/" + n + "S", "AddPropertyDefinition", "{'name':'q','type':'STRING'}"));
        ok(put("Things/" + n + "/Properties/q", "'x'"));
        assertThat(rows(node.get("Things/" + n + "/Properties")).get(0)).isEqualTo(json("{'q':'x','p':5.0}"));

        ok(post("ThingTemplates/" + n + "T", "RemovePropertyDefinition", "{'name':'p'}"));
        ok(post("ThingShapes/" + n + "S", "RemovePropertyDefinition", "{'name':'q'}"));
        assertThat(rows(node.get("Things/" + n + "/Properties")).get(0)).isEqualTo(json("{}"));
    }

    @Test
    void whatATemplateLosesIsGoneFromItsThingsWhenItIsDefinedAgain() throws Exception {
        ok(put(
                "ThingTemplates",
                "{'name':'" + n + "B','thingShape':{'propertyDefinitions':{'p':{'baseType':'NUMBER'},"
                        + "'kept':{'baseType':'NUMBER'}}}}"));
        ok(put("ThingTemplates", "{'name':'" + n + "T','baseThingTemplate':'" + n + "B'}"));
        ok(put("Things", "{'name':'" + n + "','thingTemplate':'" + n + "T'}"));
        ok(put(
                "Things",
                "{'name':'" + n + "own','thingTemplate':'" + n + "T','propertyDefinitions':"
                        + "{'p':{'baseType':'NUMBER'}}}"));
        ok(put("Things/" + n + "/Properties/*", "{'p':5,'kept':6}"));
        ok(put("Things/" + n + "own/Properties/*", "{'p':7,'kept':8}"));
        long id = node.database().model().find("Things", n).orElseThrow().id();
        long own =
                node.database().model().find("Things", n + "own").orElseThrow().id();

        ok(post("ThingTemplates/" + n + "B", "RemovePropertyDefinition", "{'name':'p'}"));

        await().untilAsserted(() -> assertThat(stored(id)).containsExactly("kept"));
        ok(post("ThingTemplates/" + n + "B", "AddPropertyDefinition", "{'name':'p','type':'NUMBER'}"));
        assertThat(rows(node.get("Things/" + n + "/Properties")).get(0)).isEqualTo(json("{'kept':6.0,'p':0.0}"));
        assertThat(stored(own)).containsExactlyInAnyOrder("kept", "p");
        assertThat(rows(node.get("Things/" + n + "own/Properties/p")).at("/0/p").asDouble())
                .isEqualTo(7.0);
    }

    private static List<String> stored(long thingId) throws Exception {
        List<String> properties = new ArrayList<>();
        node.database().properties().scan(1, value -> {
            if (value.key().thingId() == thingId) {
                properties.add(value.key().property());
            }
        });
        return properties;
    }

    @Test
    void whatIsNeededStays() throws Exception {
        ok(put("Projects", "{'name':'" + n + "P'}"));
        ok(put("ThingTemplates", "{'name':'" + n + "T','projectName':'" + n + "P'}"));
        ok(put("Things", "{'name':'" + n + "','thingTemplate':'" + n + "T'}"));

        failed(node.delete("ThingTemplates/" + n + "T"), 403, "is needed by Things " + n);
        failed(node.delete("Projects/" + n + "P"), 403, "is needed by ThingTemplates " + n + "T");
        assertThat(rows(node.post("ThingTemplates/" + n + "T/Services/GetIncomingDependencies", "")))
                .isEqualTo(json("[{'name':'" + n + "','type':'Thing'}]"));
        assertThat(rows(node.post("ThingTemplates/" + n + "T/Services/GetOutgoingDependencies", "")))
                .isEqualTo(json(
                        "[{'name':'GenericThing','type':'ThingTemplate'},{'name':'" + n + "P','type':'Project'}]"));
        ok(node.delete("Things/" + n));
        ok(node.delete("ThingTemplates/" + n + "T"));
        ok(node.delete("Projects/" + n + "P"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            Things         | 'thingTemplate':'None'           | field thingTemplate: the thing template [None] does not exist
            ThingTemplates | 'baseThingTemplate':'None'       | field baseThingTemplate: the thing template [None] does not
            Things         | 'implementedShapes':['None']     | field implementedShapes: the thing shape [None] does not exist
            Things         | 'projectName':'None'             | field projectName: the project [None] does not exist
            DataShapes     | 'baseDataShape':'None'           | field dataShape: the data shape [None] does not exist
            Things         | 'propertyDefinitions':{'p':{'baseType':'INFOTABLE','aspects':{'dataShape':'None'}}} | data shape [None]
            """)
    void namesWhatIsMissing(String collection, String field, String message) throws Exception {
        failed(put(collection, "{'name':'" + n + "'," + field + "}"), 404, message);
        failed(node.get(collection + "/" + n), 404, "Entity Not Found");
    }

    @Test
    void aTemplateIsNoBaseOfItself() throws Exception {
        ok(put("ThingTemplates", "{'name':'" + n + "A'}"));
        ok(put("ThingTemplates", "{'name':'" + n + "B','baseThingTemplate':'" + n + "A'}"));

        failed(
                put("ThingTemplates/" + n + "A", "{'baseThingTemplate':'" + n + "B'}"),
                400,
                "field baseThingTemplate: [" + n + "A] is among its own bases");
        ok(put("Things", "{'name':'" + n + "','thingTemplate':'" + n + "B'}"));
    }

    @Test
    void whatCameWithThePlatformIsThereAndStays() throws Exception {
        JsonNode template = Json.read(node.get("ThingTemplates/RemoteThing").body());
        assertThat(template.path("isSystemObject").asBoolean()).isTrue();
        assertThat(names(node.get("ThingTemplates"))).contains("GenericThing", "RemoteThing", "SDKGateway");
        failed(put("ThingTemplates/RemoteThing", "{'description':'x'}"), 403, "came with the platform");
        failed(node.delete("ThingTemplates/RemoteThing"), 403, "came with the platform");
        failed(put("ThingTemplates", "{'name':'RemoteThing'}"), 409, "already exists");
    }

    /** What was kept and could not be read would take everything down that is made from it. */
    @Test
    void refusesWhatItCouldNotReadAgain() throws Exception {
        ok(put("ThingTemplates", "{'name':'" + n + "'}"));
        failed(
                post(
                        "ThingTemplates/" + n,
                        "AddServiceDefinition",
                        "{'name':'s','parameters':{'dataShape':"
                                + "{'fieldDefinitions':{'in/out':{'baseType':'STRING'}}},'rows':[]}}"),
                400,
                "field parameters");
        failed(
                post(
                        "ThingTemplates/" + n,
                        "AddPropertyDefinition",
                        "{'name':'p','type':'STRING','odd':"
                                + "{'baseType':'JSON','value':{'baseType':'X','value':1}}}"),
                400,
                "");
        ok(put("Things", "{'name':'" + n + "t','thingTemplate':'" + n + "'}"));
        ok(node.get("Things/" + n + "t"));
        ok(node.delete("Things/" + n + "t"));
        ok(node.delete("ThingTemplates/" + n));
    }

    @Test
    void aDataShapeIsNoBaseOfItself() throws Exception {
        ok(put("DataShapes", "{'name':'" + n + "A'}"));
        ok(put("DataShapes", "{'name':'" + n + "B','baseDataShape':'" + n + "A'}"));
        failed(put("DataShapes/" + n + "A", "{'baseDataShape':'" + n + "B'}"), 400, "is among its own bases");
        failed(put("DataShapes/" + n + "A", "{'baseDataShape':'" + n + "A'}"), 400, "is among its own bases");
    }

    @Test
    void takesFlagsAsTextsAndShowsWhatTheConnectionIs() throws Exception {
        ok(put("Things", "{'name':'" + n + "','thingTemplate':'RemoteThing'}"));
        ok(post("Things/" + n, "AddPropertyDefinition", "{'name':'p','type':'STRING','readOnly':'TRUE'}"));
        failed(put("Things/" + n + "/Properties/p", "'x'"), 403, "read-only");
        assertThat(rows(post("Things/" + n, "GetNamedProperties", "{'propertyNames':['isConnected','p']}")))
                .isEqualTo(json("[{'isConnected':false,'p':''}]"));
        failed(
                post("Things/" + n, "GetNamedProperties", "{'propertyNames':['isConnected','no']}"),
                404,
                "Property [no] Does Not Exist");
    }

    @Test
    void aTableMayBringItsFieldsItself() throws Exception {
        ok(put(
                "Things",
                "{'name':'" + n + "','configurationTables':{'T':{'isMultiRow':true,'dataShape':"
                        + "{'fieldDefinitions':{'k':{'baseType':'NUMBER','aspects':{'isPrimaryKey':true}},"
                        + "'v':{'baseType':'STRING'}}},'rows':[{'k':1,'v':'a'}]}}}"));
        ok(post("Things/" + n, "SetConfigurationTableRows", "{'tableName':'T','values':{'rows':[{'k':2,'v':'b'}]}}"));
        assertThat(rows(post("Things/" + n, "GetConfigurationTable", "{'tableName':'T'}")))
                .isEqualTo(json("[{'k':1.0,'v':'a'},{'k':2.0,'v':'b'}]"));
        assertThat(rows(post("Things/" + n, "GetConfigurationTableRow", "{'tableName':'T','key':'2'}")))
                .isEqualTo(json("[{'k':2.0,'v':'b'}]"));
    }

    @Test
    void aListHasNoMoreThanWasAskedFor() throws Exception {
        assertThat(names(node.get("ThingTemplates?maxItems=2"))).hasSize(2);
        assertThat(names(node.get("ThingShapes?maxItems=1"))).hasSize(1);
    }

    @Test
    void everyTemplateComesFromAnother() throws Exception {
        ok(put("ThingTemplates", "{'name':'" + n + "','baseThingTemplate':''}"));
        assertThat(Json.read(node.get("ThingTemplates/" + n).body())
                        .path("baseThingTemplate")
                        .asText())
                .isEqualTo("GenericThing");
    }

    /** Old devices send parameters in the address. */
    @Test
    void takesParametersOfServicesFromTheAddressToo() throws Exception {
        ok(put("Things", "{'name':'" + n + "'}"));
        ok(node.post("Things/" + n + "/Services/SetDescription?description=a%20b&method=post", ""));
        assertThat(result("Things/" + n, "GetDescription", "").asText()).isEqualTo("a b");
        ok(node.post("Things/" + n + "/Services/SetDescription?description=a", "{\"description\":\"body\"}"));
        assertThat(result("Things/" + n, "GetDescription", "").asText()).isEqualTo("body");
    }

    @Test
    void listsByProjectAndTag() throws Exception {
        ok(put("Projects", "{'name':'" + n + "P'}"));
        ok(put("Things", "{'name':'" + n + "1','projectName':'" + n + "P','tags':'V:" + n + "'}"));
        ok(put("Things", "{'name':'" + n + "2','projectName':'" + n + "P'}"));
        ok(put("Things", "{'name':'" + n + "3','tags':[{'vocabulary':'V','vocabularyTerm':'" + n + "'}]}"));

        assertThat(names(node.get("Things?projectName=" + n + "P"))).containsExactly(n + "1", n + "2");
        assertThat(names(node.get("Things?searchTags=V:" + n))).containsExactly(n + "1", n + "3");
        assertThat(names(node.get("Things?nameMask=" + n + "*&maxItems=1&offset=1")))
                .containsExactly(n + "2");
        assertThat(rows(node.get("Things?nameMask=" + n + "1")).at("/0/tags"))
                .isEqualTo(json("[{'vocabulary':'V','vocabularyTerm':'" + n + "'}]"));
        ok(post("Things/" + n + "2", "AddTags", "{'tags':'V:" + n + ";W:z'}"));
        ok(post("Things/" + n + "2", "RemoveTags", "{'tags':'W:z'}"));
        assertThat(names(node.get("Things?searchTags=V:" + n))).contains(n + "2");
        failed(post("Things/" + n + "2", "AddTags", "{'tags':'plain'}"), 400, "field tags");
        failed(node.get("Things?maxItems=0"), 400, "query maxItems");
    }

    @Test
    void entityServicesMakeListShowAndDelete() throws Exception {
        String services = "Resources/EntityServices";
        ok(post(services, "CreateThingTemplate", "{'name':'" + n + "T','baseThingTemplate':'RemoteThing'}"));
        ok(post(services, "CreateThing", "{'name':'" + n + "','thingTemplateName':'" + n + "T','description':'d'}"));
        failed(post(services, "CreateThing", "{'name':'" + n + "z'}"), 400, "field thingTemplateName");
        failed(post(services, "CreateThing", "{'name':'" + n + "z','thingTemplateName':'Nope'}"), 404, "Nope");

        assertThat(names(post(services, "GetEntityList", "{'type':'Thing','nameMask':'" + n + "*'}")))
                .containsExactly(n);
        assertThat(names(post(services, "GetEntityList", "{'nameMask':'" + n + "*'}")))
                .containsExactly(n, n + "T");
        failed(post(services, "GetEntityList", "{'type':'Gadget'}"), 400, "parameter type");
        HttpResponse<String> shown =
                post(services, "ReadEntityDefinitionAsJSON", "{'type':'Things','name':'" + n + "'}");
        assertThat(Json.read(shown.body()).path("description").asText()).isEqualTo("d");
        assertThat(Json.read(shown.body()).has("effectiveShape")).isTrue();
        ok(post(services, "DeleteThing", "{'name':'" + n + "'}"));
        ok(post(services, "DeleteThingTemplate", "{'name':'" + n + "T'}"));
        failed(post(services, "DeleteThing", "{'name':'" + n + "'}"), 404, "Entity Not Found");
        assertThat(result("Resources/CurrentSessionInfo", "GetCurrentUser", "").asText())
                .isEqualTo("Administrator");
    }

    @Test
    void definesServicesAndEventsAndTellsTheirSignatures() throws Exception {
        ok(put("DataShapes", "{'name':'" + n + "D','fieldDefinitions':{'f':{'baseType':'NUMBER'}}}"));
        ok(put("Things", "{'name':'" + n + "'}"));
        ok(
                post(
                        "Things/" + n,
                        "AddServiceDefinition",
                        "{'name':'Far','parameters':{'rows':["
                                + "{'name':'a','baseType':'NUMBER'}]},'resultType':{'rows':[{'name':'result','baseType':'STRING'}]}}"));
        failed(post("Things/" + n, "AddServiceDefinition", "{'name':'Far'}"), 409, "service Far already exists");
        ok(post("Things/" + n, "AddEventDefinition", "{'name':'Burst','dataShape':'" + n + "D'}"));
        failed(
                post("Things/" + n, "AddEventDefinition", "{'name':'Other','dataShape':'None'}"),
                404,
                "the data shape [None] does not exist");

        JsonNode metadata = Json.read(node.get("Things/" + n + "/Metadata").body());
        assertThat(metadata.at("/serviceDefinitions/Far/Inputs/fieldDefinitions/a/baseType")
                        .asText())
                .isEqualTo("NUMBER");
        assertThat(metadata.at("/serviceDefinitions/Far/Outputs/baseType").asText())
                .isEqualTo("STRING");
        assertThat(metadata.at("/serviceDefinitions/SetDescription/Inputs/fieldDefinitions")
                        .has("description"))
                .isTrue();
        assertThat(names(node.get("Things/" + n + "/ServiceDefinitions"))).contains("Far", "GetPropertyValues");
        assertThat(rows(node.get("Things/" + n + "/EventDefinitions")))
                .isEqualTo(json("[{'name':'Burst','description':'','dataShape':'" + n + "D'}]"));
        failed(
                post("Things/" + n, "Far", "{}"),
                500,
                "Unable to Invoke Service Far on " + n + " : No service handler defined for service Far on thing");
        failed(node.delete("DataShapes/" + n + "D"), 403, "is needed by Things " + n);
        ok(post("Things/" + n, "RemoveEventDefinition", "{'name':'Burst'}"));
        ok(post("Things/" + n, "RemoveServiceDefinition", "{'name':'Far'}"));
        failed(post("Things/" + n, "Far", "{}"), 404, "Service [Far] Does Not Exist On Thing [" + n + "]");
        failed(post("Things/" + n, "GetAllAnomalyAlertTrainingStatistics", "{}"), 501, "is not implemented");
    }

    @Test
    void aDataShapeHasTheFieldsOfItsBase() throws Exception {
        ok(put("DataShapes", "{'name':'" + n + "B','fieldDefinitions':{'k':{'baseType':'STRING'}}}"));
        ok(put("DataShapes", "{'name':'" + n + "D','baseDataShape':'" + n + "B'}"));
        ok(post("DataShapes/" + n + "D", "AddFieldDefinition", "{'name':'f','baseType':'NUMBER'}"));
        failed(post("DataShapes/" + n + "D", "AddFieldDefinition", "{'name':'f','baseType':'NUMBER'}"), 409, "field f");

        assertThat(names(node.get("DataShapes/" + n + "D/FieldDefinitions"))).containsExactly("k", "f");
        JsonNode empty =
                Json.read(post("DataShapes/" + n + "D", "CreateValues", "").body());
        assertThat(empty.at("/dataShape/fieldDefinitions").fieldNames())
                .toIterable()
                .containsExactly("k", "f");
        assertThat(empty.path("rows")).isEmpty();
        ok(post("DataShapes/" + n + "D", "RemoveFieldDefinition", "{'name':'f'}"));
        assertThat(names(node.get("DataShapes/" + n + "D/FieldDefinitions"))).containsExactly("k");
    }

    @Test
    void carriesTablesOfSettings() throws Exception {
        ok(put(
                "DataShapes",
                "{'name':'" + n + "D','fieldDefinitions':{'k':{'baseType':'STRING','aspects':"
                        + "{'isPrimaryKey':true}},'v':{'baseType':'NUMBER'}}}"));
        ok(put("Things", "{'name':'" + n + "'}"));
        String thing = "Things/" + n;
        ok(post(
                thing,
                "AddConfigurationTableDefinition",
                "{'name':'T','dataShapeName':'" + n + "D','isMultiRow':true}"));
        ok(post(thing, "AddConfigurationTableDefinition", "{'name':'One','dataShapeName':'" + n + "D'}"));
        failed(
                post(thing, "AddConfigurationTableDefinition", "{'name':'T','dataShapeName':'" + n + "D'}"),
                409,
                "already exists");
        failed(post(thing, "AddConfigurationTableDefinition", "{'name':'X','dataShapeName':'No'}"), 404, "[No]");

        ok(post(
                thing,
                "SetConfigurationTable",
                "{'tableName':'T','configurationTable':{'rows':[{'k':'a','v':1}," + "{'k':'b','v':2}]}}"));
        ok(post(thing, "SetConfigurationTableRows", "{'tableName':'T','values':{'rows':[{'k':'a'},{'k':'c','v':3}]}}"));
        String get = "{'tableName':'T'}";
        assertThat(rows(post(thing, "GetConfigurationTable", get)))
                .isEqualTo(json("[{'k':'b','v':2.0},{'k':'a'},{'k':'c','v':3.0}]"));
        assertThat(rows(post(thing, "GetConfigurationTableRow", "{'tableName':'T','key':'c'}")))
                .isEqualTo(json("[{'k':'c','v':3.0}]"));
        ok(post(thing, "DeleteConfigurationTableRows", "{'tableName':'T','values':{'rows':[{'k':'b'},{'k':'z'}]}}"));
        assertThat(rows(post(thing, "GetConfigurationTable", get))).isEqualTo(json("[{'k':'a'},{'k':'c','v':3.0}]"));
        failed(
                post(
                        thing,
                        "SetConfigurationTable",
                        "{'tableName':'One','configurationTable':{'rows':[{'k':'a'},{}]}}"),
                400,
                "has one row only");
        failed(
                post(thing, "SetConfigurationTable", "{'tableName':'T','configurationTable':{'rows':[{'v':'warm'}]}}"),
                400,
                "parameter configurationTable: row 0, field v");
        failed(post(thing, "GetConfigurationTable", "{'tableName':'No'}"), 404, "[No] does not exist");
        assertThat(rows(post(thing, "GetConfigurationTables", ""))).hasSize(2);
        failed(node.delete("DataShapes/" + n + "D"), 403, "is needed by Things " + n);
        ok(post(thing, "DeleteAllConfigurationTableRows", get));
        assertThat(rows(post(thing, "GetConfigurationTable", get))).isEmpty();
        ok(post(thing, "DeleteConfigurationTable", get));
        assertThat(rows(post(thing, "GetConfigurationTables", ""))).hasSize(1);
    }

    @Test
    void searchesByPartsOfNames() throws Exception {
        ok(put("Things", "{'name':'" + n + "Needle'}"));
        ok(put("Projects", "{'name':'" + n + "NeedleToo'}"));
        String search = "Resources/SearchFunctions";
        String expression = "{'searchExpression':'" + n + "needle','types':{'items':['Thing','Gadget']}}";

        assertThat(rows(post(search, "SpotlightSearch", expression)))
                .singleElement()
                .satisfies(row -> {
                    assertThat(row.path("id").asText()).isEqualTo(n + "Needle#Thing");
                    assertThat(row.path("parentName").asText()).isEqualTo("Things");
                    assertThat(row.path("isEditable").asBoolean()).isTrue();
                });
        assertThat(names(post(search, "SearchModelEntities", "{'searchExpression':'" + n + "n'}")))
                .containsExactly(n + "Needle", n + "NeedleToo");
        assertThat(names(post(search, "SpotlightSearch", "{'searchExpression':'" + n + "n','types':['Things']}")))
                .isEmpty();
        assertThat(names(post(search, "SpotlightSearchV2", "{'searchExpression':'nowhere" + n + "'}")))
                .isEmpty();
    }

    @Test
    void makesADataShapeFromAListOfFields() throws Exception {
        ok(post(
                "Resources/EntityServices",
                "CreateDataShape",
                "{'name':'" + n + "D','fields':{'rows':["
                        + "{'name':'k','baseType':'STRING'},{'name':'v','baseType':'NUMBER'}]}}"));
        assertThat(names(node.get("DataShapes/" + n + "D/FieldDefinitions"))).containsExactly("k", "v");
    }

    @Test
    void readsAndWritesSeveralProperties() throws Exception {
        ok(put(
                "Things",
                "{'name':'" + n + "','propertyDefinitions':{'a':{'baseType':'NUMBER'},'b':{'baseType':'STRING'},"
                        + "'fixed':{'baseType':'STRING','aspects':{'isReadOnly':true}}}}"));
        ok(post("Things/" + n, "SetPropertyValues", "{'values':{'rows':[{'a':'5','b':'x'}]}}"));
        assertThat(result("Things/" + n, "GetNumberPropertyValue", "{'propertyName':'a'}")
                        .asDouble())
                .isEqualTo(5.0);
        assertThat(result("Things/" + n, "GetStringPropertyValue", "{'propertyName':'a'}")
                        .asText())
                .startsWith("5");
        ok(post("Things/" + n, "UpdatePropertyValues", "{'values':{'rows':[{'name':'a','value':6,'time':1000}]}}"));
        assertThat(result("Things/" + n, "GetPropertyTime", "{'propertyName':'a'}")
                        .asLong())
                .isEqualTo(1000);
        assertThat(rows(post("Things/" + n, "GetNamedProperties", "{'propertyNames':['b','a']}")))
                .isEqualTo(json("[{'b':'x','a':6.0}]"));
        assertThat(rows(post("Things/" + n, "GetNamedPropertyValues", "{'propertyNames':{'rows':[{'item':'b'}]}}")))
                .isEqualTo(json("[{'b':'x'}]"));
        failed(post("Things/" + n, "SetPropertyValues", "{'values':{'rows':[{'a':1,'fixed':'x'}]}}"), 403, "fixed");
        failed(post("Things/" + n, "SetPropertyValues", "{'values':{'rows':[{'a':1,'c':2}]}}"), 404, "Property [c]");
        failed(post("Things/" + n, "UpdatePropertyValues", "{'values':{'rows':[{'value':6}]}}"), 400, "row 0");
        assertThat(result("Things/" + n, "GetNumberPropertyValue", "{'propertyName':'a'}")
                        .asDouble())
                .isEqualTo(6.0);
    }

    @Test
    void aKeyThatMayOnlyReadCallsOnlyWhatChangesNothing() throws Exception {
        ok(put("Things", "{'name':'" + n + "','description':'d'}"));

        assertThat(asReader("Things/" + n + "/Services/GetDescription").statusCode())
                .isEqualTo(200);
        for (String service : List.of("SetDescription", "EnableThing", "Unknown")) {
            HttpResponse<String> refused = asReader("Things/" + n + "/Services/" + service);
            assertThat(refused.statusCode()).as(service).isEqualTo(403);
            assertThat(refused.body()).contains("Not authorized for ServiceInvoke on " + service);
        }
        assertThat(asReader("Resources/EntityServices/Services/CreateThing").statusCode())
                .isEqualTo(403);
        assertThat(result("Things/" + n, "GetDescription", "").asText()).isEqualTo("d");
    }

    private static HttpResponse<String> asReader(String address) throws Exception {
        return node.send(node.anonymous(address)
                .header("appKey", RunningNode.READ_ONLY_KEY)
                .POST(BodyPublishers.noBody()));
    }

    private static HttpResponse<String> put(String address, String body) throws Exception {
        return node.put(address, body.replace('\'', '"'));
    }

    private static HttpResponse<String> post(String entity, String service, String body) throws Exception {
        return node.post(entity + "/Services/" + service, body.replace('\'', '"'));
    }

    private static JsonNode result(String entity, String service, String body) throws Exception {
        return rows(post(entity, service, body)).at("/0/result");
    }

    private static List<String> names(HttpResponse<String> response) throws Exception {
        List<String> names = new ArrayList<>();
        rows(response).forEach(row -> names.add(row.path("name").asText()));
        return names;
    }

    private static JsonNode rows(HttpResponse<String> response) throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return Json.read(response.body()).path("rows");
    }

    private static JsonNode json(String text) throws Exception {
        return Json.read(text.replace('\'', '"'));
    }

    private static void ok(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }

    private static void failed(HttpResponse<String> response, int status, String message) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.body()).contains(message);
    }
}
