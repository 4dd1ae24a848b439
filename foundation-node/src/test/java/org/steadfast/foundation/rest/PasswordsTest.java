package org.steadfast.foundation.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.steadfast.foundation.RunningNode;
import org.steadfast.protocol.json.Json;

/** Values of base type PASSWORD: scripts have them, and whoever asks does not see them. */
@ExtendWith(RunningNode.Extension.class)
class PasswordsTest {
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final String SECRET = "open-sesame-4711";

    /** What a script compares with, so that the secret stands in no definition. */
    private static final String PROOF = "@open-sesame@ + @-4711@";

    private final String n = "secret" + NUMBERS.incrementAndGet() + "x";
    private final String services = "Things/" + n + "/Services/";
    private RunningNode node;

    @BeforeEach
    void create(RunningNode running) throws Exception {
        node = running;
        done(put(
                "DataShapes",
                "{'name':'" + n + "D','fieldDefinitions':{'host':{'baseType':'STRING','aspects':{'isPrimaryKey':true}},"
                        + "'password':{'baseType':'PASSWORD'}}}"));
        done(put("Things", "{'name':'" + n + "V','thingTemplate':'ValueStream'}"));
        done(put(
                "Things",
                "{'name':'" + n + "','thingTemplate':'GenericThing','valueStream':'" + n + "V','propertyDefinitions':{"
                        + "'pw':{'baseType':'PASSWORD','aspects':{'isLogged':true}},'logins':{'baseType':'INFOTABLE','aspects':{'dataShape':'"
                        + n
                        + "D'}}},'serviceDefinitions':{'proves':{'resultType':{'baseType':'BOOLEAN'}},"
                        + "'tells':{'resultType':{'baseType':'BOOLEAN'}}},"
                        + "'serviceImplementations':{'proves':{'handlerName':'Script','configurationTables':{'Script':{"
                        + "'rows':[{'code':'var result = me.pw == " + PROOF + ";'}]}}},"
                        + "'tells':{'handlerName':'Script','configurationTables':{'Script':{'rows':[{'code':"
                        + "'var result = me.GetConfigurationTable({tableName: @access@}).rows[0].password == "
                        + PROOF + ";'}]}}}}}"));
        done(put("Things/" + n + "/Properties/pw", "{'pw':'" + SECRET + "'}"));
        done(put(
                "Things/" + n + "/Properties/logins",
                "{'logins':{'rows':[{'host':'h','password':'" + SECRET + "'}]}}"));
        done(call(
                "AddConfigurationTableDefinition", "{'name':'access','isMultiRow':true,'dataShapeName':'" + n + "D'}"));
        done(call(
                "SetConfigurationTableRows",
                "{'tableName':'access','values':{'rows':[{'host':'h','password':'" + SECRET + "'}]}}"));
    }

    private static void done(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static String quoted(String text) {
        return text.replace('\'', '"').replace('@', '\'');
    }

    private HttpResponse<String> put(String address, String body) throws Exception {
        return node.put(address, quoted(body));
    }

    private HttpResponse<String> call(String service, String parameters) throws Exception {
        return node.post(services + service, quoted(parameters));
    }

    private boolean result(String service) throws Exception {
        HttpResponse<String> answer = call(service, "{}");
        done(answer);
        return Json.read(answer.body()).at("/rows/0/result").asBoolean();
    }

    @Test
    void noAnswerHasOne() throws Exception {
        done(put("Things", "{'name':'" + n + "Other','thingTemplate':'GenericThing'}"));
        for (String service : new String[] {"GetStringPropertyValue", "QueryStringPropertyHistory"}) {
            HttpResponse<String> asText = call(service, "{'propertyName':'pw'}");
            assertThat(asText.statusCode()).as(service).isEqualTo(400);
            assertThat(asText.body()).contains("PASSWORD").doesNotContain(SECRET);
        }
        String[] answers = {
            node.get("Things/" + n + "/Properties").body(),
            node.get("Things/" + n + "/Properties/pw").body(),
            node.get("Things/" + n + "/Properties/pw?Accept=text/csv").body(),
            node.get("Things/" + n + "/PropertiesVTQ").body(),
            node.get("Things/" + n).body(),
            node.get("Things/" + n + "?Accept=text/xml").body(),
            node.get("Exporter/Things/" + n).body(),
            call("GetPropertyValues", "{}").body(),
            call("GetPropertyValuesAsMultiRowTable", "{}").body(),
            call("GetConfigurationTable", "{'tableName':'access'}").body(),
            call("GetDifferencesAsJSON", "{'otherEntity':'" + n + "Other'}").body(),
            call("QueryPropertyHistory", "{}").body(),
            call("GetAlertSummary", "{}").body(),
            call("QueryAlertHistory", "{}").body(),
            node.post(
                            "Resources/EntityServices/Services/ReadEntityDefinitionAsJSON",
                            "{\"type\":\"Things\",\"name\":\"" + n + "\"}")
                    .body()
        };
        for (String answer : answers) {
            assertThat(answer)
                    .as("an answer, and no error")
                    .matches("(?s)[{<p].*")
                    .doesNotContain(SECRET);
        }
        assertThat(answers[0]).contains("\"pw\":\"\"", "\"host\":\"h\"");
        assertThat(result("proves")).as("a script has the property").isTrue();
        assertThat(result("tells")).as("a script has the table").isTrue();
    }

    @Test
    void anEntityThatIsSentBackAsItWasShownKeepsThem() throws Exception {
        ObjectNode shown = (ObjectNode) Json.read(node.get("Things/" + n).body());
        assertThat(shown.at("/configurationTables/access/rows/0/password").asText("?"))
                .isEmpty();
        shown.put("description", "changed");
        done(node.put("Things/" + n, Json.write(shown)));
        assertThat(result("tells")).isTrue();

        JsonNode table = Json.read(
                call("GetConfigurationTable", "{'tableName':'access'}").body());
        ObjectNode back = Json.mapper().createObjectNode().put("tableName", "access");
        back.set("configurationTable", table);
        done(node.post(services + "SetMultiRowConfigurationTable", Json.write(back)));
        assertThat(result("tells")).isTrue();

        done(call(
                "SetConfigurationTableRows",
                "{'tableName':'access','values':{'rows':[{'host':'h','password':'another'}]}}"));
        assertThat(result("tells")).as("a new one is taken").isFalse();
    }

    @Test
    void propertiesThatAreSentBackAsTheyWereShownKeepThem() throws Exception {
        done(put("Things/" + n + "/Properties/*", "{'pw':''}"));
        assertThat(result("proves")).isTrue();
        done(put("Things/" + n + "/Properties/pw", "{'pw':''}"));
        assertThat(result("proves")).as("by itself it is taken").isFalse();
    }

    @Test
    void aRowIsDeletedAsItIsShown() throws Exception {
        done(call(
                "DeleteConfigurationTableRows",
                "{'tableName':'access','values':{'rows':[{'host':'h','password':''}]}}"));
        assertThat(Json.read(call("GetConfigurationTable", "{'tableName':'access'}")
                                .body())
                        .path("rows"))
                .isEmpty();
    }

    @Test
    void noPasswordIsKeptForATableOfOtherFields() throws Exception {
        done(
                put(
                        "DataShapes",
                        "{'name':'" + n
                                + "E','fieldDefinitions':{'host':{'baseType':'STRING','aspects':{'isPrimaryKey':true}},'password':{'baseType':'STRING'}}}"));
        done(
                put(
                        "Things/" + n,
                        "{'configurationTables':{'access':{'dataShapeName':'" + n + "E','isMultiRow':true,"
                                + "'dataShape':{'fieldDefinitions':{'password':{'baseType':'PASSWORD'}}},'rows':[{'host':'h','password':''}]}}}"));
        assertThat(call("GetConfigurationTable", "{'tableName':'access'}").body())
                .doesNotContain(SECRET);
    }

    @Test
    void anImportOfWhatWasExportedKeepsThem() throws Exception {
        String document = node.get("Exporter/Things/" + n).body();
        Multipart file = new Multipart().file("file", "thing.xml", document.getBytes(UTF_8));
        done(node.send(file.of(node.request(
                        "Importer?purpose=import&overwriteConfigurationTableValues=true&overwritePropertyValues=true")
                .header("X-XSRF-TOKEN", "any"))));
        assertThat(result("proves")).isTrue();
        assertThat(result("tells")).isTrue();
    }

    @Test
    void noQueryFindsThemOut() throws Exception {
        done(put(
                "ThingTemplates",
                "{'name':'" + n + "T','thingShape':{'propertyDefinitions':{'pw':{'baseType':'PASSWORD'}}}}"));
        done(put("Things", "{'name':'" + n + "B','thingTemplate':'" + n + "T'}"));
        done(put("Things/" + n + "B/Properties/pw", "{'pw':'" + SECRET + "'}"));
        String service = "ThingTemplates/" + n + "T/Services/QueryImplementingThingsWithData";
        HttpResponse<String> all = node.post(service, "{}");
        assertThat(Json.read(all.body()).path("rows").findValuesAsText("name")).containsExactly(n + "B");
        assertThat(all.body()).doesNotContain(SECRET);
        HttpResponse<String> found =
                node.post(service, quoted("{'query':{'filters':{'type':'LIKE','fieldName':'pw','value':'open%'}}}"));
        assertThat(found.statusCode()).isEqualTo(400);
        assertThat(found.body()).contains("pw", "PASSWORD");

        done(put("Things", "{'name':'" + n + "Table','thingTemplate':'DataTable','dataShape':'" + n + "D'}"));
        String table = "Things/" + n + "Table/Services/";
        done(node.post(
                table + "AddDataTableEntry", quoted("{'values':{'rows':[{'host':'h','password':'" + SECRET + "'}]}}")));
        HttpResponse<String> rows = node.post(table + "GetDataTableEntries", "{}");
        assertThat(rows.body()).contains("\"host\":\"h\"").doesNotContain(SECRET);
        for (String query : new String[] {
            "{'query':{'filters':{'type':'LIKE','fieldName':'password','value':'o%'}}}",
            "{'query':{'filters':{'type':'EQ','fieldName':'password','value':'x'}}}",
            "{'query':{'sorts':[{'fieldName':'password'}]}}"
        }) {
            assertThat(node.post(table + "QueryDataTableEntries", quoted(query)).statusCode())
                    .as(query)
                    .isEqualTo(400);
        }
        assertThat(Json.read(node.post(table + "SearchDataTableEntries", quoted("{'searchExpression':'sesame'}"))
                                .body())
                        .path("rows"))
                .isEmpty();
    }
}
