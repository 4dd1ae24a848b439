package org.steadfast.foundation.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.steadfast.foundation.model.Entity;
import org.steadfast.foundation.model.EntityJson;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.property.PropertyUpdate;
import org.steadfast.persistence.store.MembershipStore.Party;
import org.steadfast.persistence.store.PermissionStore.Permission;
import org.steadfast.protocol.json.Json;
import org.steadfast.protocol.type.Value;

/** Entities that were written as XML and read again, and documents of the reference. */
class EntityXmlTest {
    private static final ExchangeSettings SETTINGS = new ExchangeSettings(8, 1000, Duration.ofSeconds(10));

    private static final String MEMBERS = """
            {"description": "tells <all> & \\"more\\"", "tags": "V:t;W:u", "homeMashup": "M", "valueStream": "VS",
             "propertyDefinitions": {
               "p": {"baseType": "NUMBER", "ordinal": 2, "description": "a\\nb", "aspects": {"isPersistent": true,
                 "isLogged": false, "defaultValue": 5.5, "units": "5", "minimumValue": 0, "dataChangeType": "VALUE"}},
               "q": {"baseType": "STRING", "ordinal": 1, "aspects": {"defaultValue": "true"}},
               "j": {"baseType": "JSON", "ordinal": 3, "aspects": {"defaultValue": {"a": [1, "x"]}}},
               "r": {"baseType": "INTEGER", "ordinal": 4, "aspects": {"remote": true, "remotePropertyName": "far",
                 "cacheTime": -1, "timeout": 500, "pushType": "ALWAYS", "pushThreshold": 0.5, "isReadOnly": true}}},
             "serviceDefinitions": {"s": {"description": "d", "category": "c", "parameterDefinitions":
               {"b": {"baseType": "STRING", "ordinal": 1}, "a": {"baseType": "INFOTABLE", "ordinal": 2,
                "aspects": {"dataShape": "EntityList"}}},
               "resultType": {"baseType": "INFOTABLE", "aspects": {"dataShape": "EntityList"}}},
               "far": {}},
             "serviceImplementations": {"s": {"handlerName": "Script", "configurationTables": {"Script": {"rows": [
                 {"code": "// a ]]> b\\nresult = '<x>' && 1;\\r\\n\\t\\u20ac \\ud83d\\ude00 "}]}}},
               "sql": {"handlerName": "SQLQuery", "settings": {"configurationTables": {"Query": {"rows":
                 [{"sql": "select 1 < 2", "maxItems": 5}]}}}},
               "far": {"handlerName": "Remote", "settings": {"sourceName": "there", "timeout": 5, "enableQueue": true}}},
             "eventDefinitions": {"e": {"description": "", "dataShape": "TimerEvent", "aspects": {"remote": true}}},
             "subscriptions": {"u": {"eventName": "DataChange", "sourceProperty": "p", "source": "Other",
               "runAsUser": "Administrator",
               "enabled": false, "serviceImplementation": {"configurationTables": {"Script": {"rows":
               [{"code": "  "}]}}}},
                 "v": {"eventName": "DataChange", "serviceImplementation": {"handlerName": "Webhook", "settings": {
                   "url": "https://a.example/b?c=<d>", "attempts": 2}}}},
             "alertConfigurations": {"p": {"alertDefinitions": {"hot": {"alertType": "Above", "priority": 3,
               "attributes": {"limit": 90, "hysteresis": 2.5, "limitIncluded": true}}}}},
             "configurationTables": {"T": {"name": "T", "dataShapeName": "EntityList", "isMultiRow": true, "rows": [
               {"name": "n", "n": 5, "b": true, "j": {"a": 1}, "t": "1"}]}}}""";

    @ParameterizedTest
    @EnumSource(EntityType.class)
    void everyKindComesBackAsItWas(EntityType type) throws Exception {
        comesBack(type, type.hasMembers() ? MEMBERS : """
                {"description": "d", "tags": "V:t", "mashupContent": "{\\"UI\\": \\"<x>\\"}\\nline", "content": "%s",
                 "baseDataShape": "EntityList", "fieldDefinitions": {"z": {"baseType": "NUMBER", "ordinal": 1},
                 "a": {"baseType": "STRING", "ordinal": 2, "aspects": {"isPrimaryKey": true}}},
                 "mine": {"a": [1, null, true]}, "count": 5, "flag": true}""".formatted("x".repeat(5000)));
    }

    /** Whatever JSON clients have put into entities: nothing of it is lost, whether XML has a place for it or not. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'description':'\u0001\uFFFE'}",
                "{'an odd key':'x', 'xml':'y', '1':'z', 'a:b':'c'}",
                "{'json':'x', 'ThingShape':'y', 'PropertyDefinitions':'z', 'ConfigurationChanges':'q'}",
                "{'uninterpreted':'a text'}",
                "{'uninterpreted':[{'element':'not a name'}, 5]}",
                "{'configurationTables':'a text'}",
                "{'configurationTables':{'T':{'rows':[{'a b':1, 'json':'x'}, 7], 'more':{'x':1}}}}",
                "{'enabledByAuthor':'true', 'ordinal':'5', 'tags':[{'vocabulary':'V','vocabularyTerm':'a;b'}]}",
                "{'propertyDefinitions':{'p':{'baseType':'STRING','aspects':{'a b':1,'limit':'5','flag':'true'}}}}",
                "{'propertyDefinitions':{'p':{'baseType':'STRING','description':'\u0002'}}}",
                "{'serviceImplementations':{'s':{'handlerName':'Remote','settings':{'name':'s','a b':1}}}}",
                "{'text':' ', 'breaks':'\\r\\n', 'empty':''}"
            })
    void whatXmlHasNoPlaceForComesBackToo(String json) throws Exception {
        for (EntityType type : List.of(EntityType.THING, EntityType.THING_SHAPE, EntityType.MASHUP)) {
            comesBack(type, json.replace('\'', '"'));
        }
    }

    private static void comesBack(EntityType type, String json) throws Exception {
        Entity entity = EntityJson.read(
                Json.mapper().readTree(json.replace("\u0001", "\\u0001").replace("\u0002", "\\u0002")),
                Entity.draft(type, "An & \"odd\" name"));

        String document = document(type, EntityToXml.element(entity, EntityToXml.Company.NONE));

        ImportedEntity read = read(document).entities().get(0);
        Entity back =
                EntityJson.read(read.definition(), Entity.draft(type, read.ref().name()));
        assertThat(Json.read(EntityJson.toStored(back))).as(document).isEqualTo(Json.read(EntityJson.toStored(entity)));
        assertThat(back.ref()).isEqualTo(entity.ref());
    }

    @Test
    void writesScriptsSoThatTheyCanBeReadAndCompared() throws Exception {
        Entity entity = EntityJson.read(Json.read(MEMBERS), Entity.draft(EntityType.THING, "T"));

        String document = document(EntityType.THING, EntityToXml.element(entity, EntityToXml.Company.NONE));

        assertThat(document)
                .contains("<RemotePropertyBinding name=\"r\" sourceName=\"far\"")
                .contains("<RemoteServiceBinding name=\"far\" ")
                .contains("aspect.isPersistent=\"true\"")
                .contains("<ResultType name=\"result\"")
                .contains("<AlertDefinitions name=\"p\">")
                .contains("<ConfigurationTable name=\"T\"")
                .as("JSON stands only where XML has no form")
                .doesNotContain("Definitions\":", "Implementations\":", "subscriptions\":", "Tables\":");
        assertThat(document.indexOf("PropertyDefinition name=\"q\""))
                .isLessThan(document.indexOf("PropertyDefinition name=\"p\""));
    }

    @Test
    void valuesComeBackWithTheirTimesAndQualities() throws Exception {
        Entity thing = Entity.draft(EntityType.THING, "T");
        long time = 1_700_000_000_123L;

        String document = document(
                EntityType.THING,
                EntityToXml.element(
                        thing,
                        new EntityToXml.Company(
                                List.of(
                                        new PropertyUpdate("n", Value.number(5.5), time, "GOOD"),
                                        new PropertyUpdate("an odd name", Value.string(" <x>\r"), time, "BAD"),
                                        new PropertyUpdate("when", new Value.Datetime(time), time, "GOOD")),
                                List.of(),
                                Fellowship.NONE)));

        assertThat(document).contains("<Timestamp>2023-11-14T22:13:20.123Z</Timestamp>");
        Map<String, ImportedValue> values = read(document).entities().get(0).values();
        assertThat(values.get("n").value().asText()).isEqualTo("5.5");
        assertThat(values.get("an odd name").value().asText()).isEqualTo(" <x>\r");
        assertThat(values.get("an odd name").quality()).isEqualTo("BAD");
        assertThat(values.get("when").value().asText()).isEqualTo("2023-11-14T22:13:20.123Z");
    }

    @Test
    void permissionsComeBackAndAreOrderedSoThatTheyCanBeCompared() throws Exception {
        Party group = new Party("Groups", "A & \"B\"");
        Party user = new Party("Users", "u");
        List<Permission> permissions = List.of(
                new Permission(true, "Visibility", "*", new Party("Organizations", "O"), true),
                new Permission(true, "Read", "*", group, false),
                new Permission(false, "PropertyRead", "p", user, false),
                new Permission(false, "PropertyRead", "p", group, true),
                new Permission(false, "ServiceInvoke", "*", user, true),
                new Permission(false, "Update", "*", user, true),
                new Permission(false, "Visibility", "*", Party.ofUnit("O", "U"), true));
        List<Permission> otherwise = new ArrayList<>(permissions);
        Collections.reverse(otherwise);
        Entity template = Entity.draft(EntityType.THING_TEMPLATE, "T");

        String document = document(
                EntityType.THING_TEMPLATE,
                EntityToXml.element(template, new EntityToXml.Company(List.of(), permissions, Fellowship.NONE)));

        assertThat(read(document).entities().get(0).permissions()).containsExactlyInAnyOrderElementsOf(permissions);
        assertThat(document)
                .contains(
                        "<InstanceVisibilityPermissions>",
                        "name=\"O:U\" type=\"OrganizationalUnit\"",
                        "<Permissions resourceName=\"p\">")
                .isEqualTo(document(
                        EntityType.THING_TEMPLATE,
                        EntityToXml.element(template, new EntityToXml.Company(List.of(), otherwise, Fellowship.NONE))));
    }

    /** Whoever may change an entity may put anything there; an administrator who exports and imports it must not permit that. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'uninterpreted':[{'element':'RunTimePermissions','content':[{'element':'Permissions','attributes':"
                        + "{'resourceName':'*'},'content':[{'element':'ServiceInvoke','content':[{'element':'Principal',"
                        + "'attributes':{'name':'me','type':'User','isPermitted':'true'}}]}]}]}]}",
                "{'RunTimePermissions':'x', 'DesignTimePermissions':{'Read':1}, 'Owner':{'name':'me'}}",
                "{'owner':'me'}",
                "{'owner':{'name':'me','type':'User','more':1}}",
                "{'owner':{'name':'me','type':'User'}}"
            })
    void whatAnAuthorWroteNeverBecomesAPermission(String json) throws Exception {
        comesBack(EntityType.THING, json.replace('\'', '"'));
        Entity entity = EntityJson.read(Json.read(json.replace('\'', '"')), Entity.draft(EntityType.THING, "T"));

        String document = document(EntityType.THING, EntityToXml.element(entity, EntityToXml.Company.NONE));

        assertThat(read(document).entities().get(0).permissions()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<RunTimePermissions><Permissions><ServiceInvoke/></Permissions></RunTimePermissions>",
                "<DesignTimePermissions><Read><Principal name='G' type='Group'/></Read></DesignTimePermissions>",
                "<DesignTimePermissions><Read><Principal name='G' type='Group' isPermitted='no'/></Read>"
                        + "</DesignTimePermissions>",
                "<DesignTimePermissions><Read><Principal name='O' type='Organization' isPermitted='true'/></Read>"
                        + "</DesignTimePermissions>",
                "<VisibilityPermissions><Visibility><Principal name='G' type='Group' isPermitted='true'/></Visibility>"
                        + "</VisibilityPermissions>"
            })
    void permissionsThatCouldMeanTwoThingsAreRefused(String permissions) {
        assertThatThrownBy(
                        () -> read("<Entities><Things><Thing name='T'>" + permissions + "</Thing></Things></Entities>"))
                .isInstanceOf(ExchangeException.class)
                .hasMessageContaining("Thing [T]: ")
                .hasMessageContaining("attribute");
    }

    @Test
    void readsWhatTheReferenceExports() throws Exception {
        EntityDocuments documents = read("""
                <?xml version="1.0" encoding="UTF-8"?>
                <!-- a comment -->
                <Entities build="b1" majorVersion="9" minorVersion="3" revision="1" schemaVersion="1100" universal="password">
                  <Authenticators><Authenticator name="somebody"/></Authenticators>
                  <Things>
                    <Thing name="Pump" thingTemplate="GenericThing" enabled="true" identifier="" tags="A:b;" lastModifiedDate="x"
                        projectName="P" published="false">
                      <avatar></avatar>
                      <Owner name="Administrator" type="User"></Owner>
                      <RunTimePermissions><Permissions resourceName="*"><ServiceInvoke>
                        <Principal isPermitted="true" name="G" type="Group"/></ServiceInvoke></Permissions></RunTimePermissions>
                      <VisibilityPermissions><Visibility/></VisibilityPermissions>
                      <ConfigurationTables>
                        <ConfigurationTable name="Settings" dataShapeName="" isMultiRow="false">
                          <DataShape><FieldDefinitions>
                            <FieldDefinition name="limit" baseType="NUMBER" ordinal="1" aspect.defaultValue="3"/>
                            <FieldDefinition name="doc" baseType="JSON" ordinal="2"/></FieldDefinitions></DataShape>
                          <Rows><Row><limit>4.5</limit><doc><json><![CDATA[{"a":1}]]></json></doc></Row></Rows>
                        </ConfigurationTable>
                      </ConfigurationTables>
                      <ThingShape>
                        <PropertyDefinitions>
                          <PropertyDefinition name="level" baseType="NUMBER" ordinal="1" aspect.isPersistent="true"
                              category="" isLocalOnly="false" isHidden="true"/>
                        </PropertyDefinitions>
                        <ServiceDefinitions>
                          <ServiceDefinition name="run" isAllowOverride="false" aspect.isAsync="false">
                            <ResultType name="result" baseType="STRING" ordinal="0"/>
                            <ParameterDefinitions><FieldDefinition name="x" baseType="NUMBER" ordinal="1"/></ParameterDefinitions>
                          </ServiceDefinition>
                        </ServiceDefinitions>
                        <EventDefinitions/>
                        <ServiceImplementations>
                          <ServiceImplementation name="run" handlerName="Script" description="">
                            <ConfigurationTables><ConfigurationTable name="Script" isMultiRow="false"><DataShape/>
                              <Rows><Row><code>
                                <![CDATA[result = x < 5 ? "a" : "b";]]>
                              </code></Row></Rows>
                            </ConfigurationTable></ConfigurationTables>
                          </ServiceImplementation>
                        </ServiceImplementations>
                        <Subscriptions/>
                      </ThingShape>
                      <ImplementedShapes><ImplementedShape name="S" type="ThingShape"/></ImplementedShapes>
                      <ThingProperties><level><Value>3.0</Value><Timestamp>2026-01-01T00:00:00.000Z</Timestamp>
                        <Quality>GOOD</Quality></level></ThingProperties>
                      <ConfigurationChanges><ConfigurationChange changeReason="" timestamp=""/></ConfigurationChanges>
                    </Thing>
                  </Things>
                </Entities>
                """);

        ImportedEntity pump = documents.entities().get(0);
        Entity thing = EntityJson.read(pump.definition(), Entity.draft(EntityType.THING, "Pump"));
        JsonNode json = Json.read(EntityJson.toStored(thing));
        assertThat(thing.parent()).isEqualTo("GenericThing");
        assertThat(thing.shapes()).containsExactly("S");
        assertThat(thing.tags()).containsExactly("A:b");
        assertThat(json.at("/propertyDefinitions/level/aspects/isPersistent").asBoolean())
                .isTrue();
        assertThat(json.at("/serviceDefinitions/run/resultType/baseType").asText())
                .isEqualTo("STRING");
        assertThat(thing.members().implementations().get("run").code()).isEqualTo("result = x < 5 ? \"a\" : \"b\";");
        assertThat(json.at("/configurationTables/Settings/rows/0/limit").asDouble())
                .isEqualTo(4.5);
        assertThat(json.at("/configurationTables/Settings/rows/0/doc/a").asInt())
                .isEqualTo(1);
        assertThat(json.at("/owner/name").asText()).isEqualTo("Administrator");
        assertThat(json.has("uninterpreted")).isFalse();
        assertThat(pump.permissions())
                .containsExactly(new Permission(false, "ServiceInvoke", "*", new Party("Groups", "G"), true));
        assertThat(pump.values().get("level").value().asText()).isEqualTo("3.0");
        assertThat(documents.notes().lines())
                .containsExactly(
                        "the collection Authenticators, which is not imported",
                        "the attribute isHidden of PropertyDefinition",
                        "the element ConfigurationChanges");
    }

    static String document(EntityType type, XmlElement element) throws Exception {
        StringWriter writer = new StringWriter();
        XmlOut xml = new XmlOut(writer);
        xml.begin();
        xml.open("Entities", Map.of());
        xml.open(type.collection(), Map.of());
        xml.element(element);
        xml.close(type.collection());
        xml.close("Entities");
        return writer.toString();
    }

    private static EntityDocuments read(String document) throws Exception {
        EntityDocuments documents = new EntityDocuments(SETTINGS);
        documents.readFile(new ByteArrayInputStream(document.getBytes(StandardCharsets.UTF_8)));
        return documents;
    }
}
