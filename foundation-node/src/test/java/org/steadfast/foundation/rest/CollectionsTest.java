package org.steadfast.foundation.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.steadfast.foundation.RunningNode;
import org.steadfast.protocol.json.Json;

/** What clients find who walk through the whole address space: each collection, and what each entity shows of itself. */
@ExtendWith(RunningNode.Extension.class)
class CollectionsTest {
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final byte[] PNG = Base64.getDecoder()
            .decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    private final String n = "walk" + NUMBERS.incrementAndGet() + "x";
    private RunningNode node;

    @BeforeEach
    void create(RunningNode running) throws Exception {
        node = running;
        done(node.put(
                "Things",
                ("{'name':'" + n + "','thingTemplate':'GenericThing','propertyDefinitions':{'p':{'baseType':'NUMBER'},"
                                + "'q':{'baseType':'STRING'}}}")
                        .replace('\'', '"')));
    }

    private static void done(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static JsonNode rows(HttpResponse<String> answer) throws Exception {
        done(answer);
        return Json.read(answer.body()).path("rows");
    }

    private HttpResponse<String> call(String address, String parameters) throws Exception {
        return node.post(address.replace("/", "/").concat(""), parameters.replace('\'', '"'));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ApplicationKeys",
                "Authenticators",
                "Dashboards",
                "DataShapes",
                "DataTags",
                "DirectoryServices",
                "ExtensionPackages",
                "Groups",
                "LocalizationTables",
                "Logs",
                "Mashups",
                "MediaEntities",
                "Menus",
                "ModelTags",
                "Networks",
                "NotificationContents",
                "NotificationDefinitions",
                "Organizations",
                "PersistenceProviderPackages",
                "PersistenceProviders",
                "Projects",
                "Resources",
                "ScriptFunctionLibraries",
                "StateDefinitions",
                "StyleDefinitions",
                "StyleThemes",
                "Subsystems",
                "ThingGroups",
                "ThingPackages",
                "ThingShapes",
                "ThingTemplates",
                "Things",
                "Users",
                "Widgets"
            })
    void eachCollectionIsListedWithAllCells(String collection) throws Exception {
        HttpResponse<String> answer = node.get(collection);
        for (JsonNode row : rows(answer)) {
            for (String cell : new String[] {"name", "description", "homeMashup", "avatar", "isSystemObject", "tags"}) {
                assertThat(row.has(cell))
                        .as(collection + ": " + row + ": " + cell)
                        .isTrue();
            }
        }
        assertThat(Json.read(answer.body()).at("/dataShape/fieldDefinitions").has("tags"))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "Resources, EntityServices, CreateThing",
        "Subsystems, PlatformSubsystem, GetExtensionPackageList",
        "Logs, ApplicationLog, QueryLogEntries"
    })
    void whatHasServicesTellsThem(String collection, String name, String service) throws Exception {
        assertThat(rows(node.get(collection)).findValuesAsText("name")).contains(name);
        assertThat(Json.read(node.get(collection + "/" + name).body())
                        .path("name")
                        .asText())
                .isEqualTo(name);
        assertThat(Json.read(node.get(collection + "/" + name + "/Metadata").body())
                        .path("serviceDefinitions")
                        .has(service))
                .isTrue();
        assertThat(node.get(collection + "/NoSuch").statusCode()).isEqualTo(404);
        assertThat(node.get(collection + "/NoSuch/Metadata").statusCode()).isEqualTo(404);
        assertThat(node.put(collection, "{}").statusCode()).isEqualTo(405);
    }

    @Test
    void otherNamesOfTheSameListings() throws Exception {
        assertThat(rows(node.get("Things/" + n + "/Services")).findValuesAsText("name"))
                .contains("GetPropertyValues");
        done(call("Things/" + n + "/Services/AddEventDefinition", "{'name':'Heard','dataShape':'TimerEvent'}"));
        assertThat(rows(node.get("Things/" + n + "/Events")).findValuesAsText("name"))
                .contains("Heard");
    }

    @Test
    void valuesWithTheirTimes() throws Exception {
        done(node.put("Things/" + n + "/Properties/p", "4"));
        assertThat(rows(node.get("Things/" + n + "/PropertiesVTQ")).findValuesAsText("name"))
                .contains("p", "q");
        JsonNode one = rows(node.get("Things/" + n + "/PropertiesVTQ/p"));
        assertThat(one).hasSize(1);
        assertThat(one.at("/0/value/value").asDouble()).isEqualTo(4);
        assertThat(one.at("/0/time").asLong()).isPositive();
        assertThat(node.get("Things/" + n + "/PropertiesVTQ/none").statusCode()).isEqualTo(404);
    }

    @Test
    void avatarsAreKeptShownAndTakenAway() throws Exception {
        String services = "Things/" + n + "/Services/";
        assertThat(node.get("Things/" + n + "/Avatar").statusCode()).isEqualTo(404);
        done(call(services + "SetAvatar", "{'content':'" + Base64.getEncoder().encodeToString(PNG) + "'}"));

        HttpResponse<byte[]> shown = node.client()
                .send(
                        node.request("Things/" + n + "/Avatar").build(),
                        java.net.http.HttpResponse.BodyHandlers.ofByteArray());
        assertThat(shown.headers().firstValue("Content-Type")).contains("image/png");
        assertThat(shown.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(shown.body()).isEqualTo(PNG);
        assertThat(rows(call(services + "GetAvatar", "{}")).at("/0/result").asText())
                .isEqualTo(Base64.getEncoder().encodeToString(PNG));
        assertThat(rows(call(services + "GetAvatarURL", "{}")).at("/0/result").asText())
                .isEqualTo("/Thingworx/Things/" + n + "/Avatar");

        String document = node.get("Exporter/Things/" + n).body();
        done(call(services + "SetAvatar", "{}"));
        assertThat(node.get("Things/" + n + "/Avatar").statusCode()).isEqualTo(404);
        Multipart file = new Multipart().file("file", "thing.xml", document.getBytes(UTF_8));
        done(node.send(file.of(node.request("Importer?purpose=import").header("X-XSRF-TOKEN", "any"))));
        done(node.get("Things/" + n + "/Avatar"));

        String tooLong = Base64.getEncoder().encodeToString(new byte[(1 << 20) + 1]);
        HttpResponse<String> refused = call(services + "SetAvatar", "{'content':'" + tooLong + "'}");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("content", "1048576");
    }

    @Test
    void aMediaEntityIsItsPictureUnlessItsDefinitionIsWanted() throws Exception {
        String svg = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
        done(node.put(
                "MediaEntities",
                "{\"name\":\"" + n + "\",\"content\":\"" + Base64.getEncoder().encodeToString(svg.getBytes(UTF_8))
                        + "\"}"));
        HttpResponse<String> picture = node.get("MediaEntities/" + n);
        assertThat(picture.headers().firstValue("Content-Type")).contains("image/svg+xml");
        assertThat(picture.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("default-src 'none'", "sandbox");
        assertThat(picture.body()).isEqualTo(svg);
        HttpResponse<String> definition =
                node.send(node.request("MediaEntities/" + n).header("Accept", "application/json"));
        assertThat(Json.read(definition.body()).path("name").asText()).isEqualTo(n);
    }

    @Test
    void differencesOfTwoEntities() throws Exception {
        done(node.put(
                "Things",
                ("{'name':'" + n + "B','thingTemplate':'GenericThing','description':'other','propertyDefinitions':{"
                                + "'p':{'baseType':'INTEGER'},'r':{'baseType':'STRING'}}}")
                        .replace('\'', '"')));
        JsonNode differences = Json.read(
                        call("Things/" + n + "/Services/GetDifferencesAsJSON", "{'otherEntity':'" + n + "B'}")
                                .body())
                .path("differences");
        assertThat(differences)
                .extracting(each -> each.path("difference").asText() + " "
                        + each.path("path").asText())
                .contains(
                        "changed /description",
                        "changed /propertyDefinitions/p/baseType",
                        "added /propertyDefinitions/q",
                        "removed /propertyDefinitions/r");
        assertThat(differences)
                .filteredOn(each -> each.path("path").asText().equals("/propertyDefinitions/p/baseType"))
                .singleElement()
                .satisfies(each -> {
                    assertThat(each.path("value").asText()).isEqualTo("NUMBER");
                    assertThat(each.path("otherValue").asText()).isEqualTo("INTEGER");
                });
        assertThat(rows(call("Things/" + n + "/Services/GetDifferences", "{'otherEntity':'" + n + "'}")))
                .as("from itself")
                .isEmpty();
        assertThat(call("Things/" + n + "/Services/GetDifferences", "{'otherEntity':'none'}")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void changesOfAnEntityAreTold() throws Exception {
        done(node.put("Things/" + n, "{\"description\":\"changed\"}"));
        done(call("Things/" + n + "/Services/SetDescription", "{'description':'again'}"));
        JsonNode rows = rows(call("Things/" + n + "/Services/GetConfigurationChangeHistory", "{}"));
        assertThat(rows)
                .extracting(row -> row.path("action").asText())
                .containsExactly("EntityUpdate", "EntityUpdate", "EntityCreate");
        assertThat(rows).allSatisfy(row -> assertThat(row.path("user").asText()).isEqualTo("Administrator"));
        assertThat(rows.at("/0/detail").asText()).contains("SetDescription");
        assertThat(rows.at("/1/versionAfter").asLong())
                .isEqualTo(rows.at("/1/versionBefore").asLong() + 1);
    }

    @Test
    void usersHaveATableForWhateverElse() throws Exception {
        done(node.put("Users", "{\"name\":\"" + n + "U\"}"));
        String services = "Users/" + n + "U/Services/";
        assertThat(rows(call(services + "GetConfigurationTable", "{'tableName':'UserExtensions'}")))
                .isEmpty();
        String row = "{'tableName':'UserExtensions','values':{'rows':[{'name':'emailAddress','value':'%s'}]}}";
        done(call(services + "SetConfigurationTableRows", row.formatted("a@b")));
        done(call(services + "SetConfigurationTableRows", row.formatted("c@d")));
        JsonNode rows = rows(call(services + "GetConfigurationTable", "{'tableName':'UserExtensions'}"));
        assertThat(rows).hasSize(1);
        assertThat(rows.at("/0/value").asText()).isEqualTo("c@d");
    }

    @Test
    void aKeyForAClientStandsForItsUserForAWhile() throws Exception {
        HttpResponse<String> made = call("Resources/EntityServices/Services/GetClientApplicationKey", "{}");
        String key = rows(made).at("/0/result").asText();
        HttpResponse<String> user = node.send(node.anonymous("Resources/CurrentSessionInfo/Services/GetCurrentUser")
                .header("appKey", key)
                .POST(BodyPublishers.noBody()));
        assertThat(rows(user).at("/0/result").asText()).isEqualTo("Administrator");
        HttpResponse<String> another =
                node.send(node.anonymous("Resources/EntityServices/Services/GetClientApplicationKey")
                        .header("appKey", key)
                        .POST(BodyPublishers.noBody()));
        assertThat(another.statusCode()).as("no chain of keys").isEqualTo(403);
        HttpResponse<String> session = node.send(
                node.anonymous("Things?maxItems=1").header("appKey", key).header("x-thingworx-session", "true"));
        assertThat(session.statusCode()).isEqualTo(200);
        assertThat(session.headers().firstValue("Set-Cookie")).isEmpty();
        assertThat(node.send(node.anonymous("Things?maxItems=1")
                                .header("Cookie", "JSESSIONID=" + key.substring("client-".length())))
                        .statusCode())
                .as("it is no session")
                .isEqualTo(401);
        for (String wrong : new String[] {key + "0", key.substring(0, key.length() - 3), "client-", "client-x.y"}) {
            assertThat(node.send(node.anonymous("Things?maxItems=1").header("appKey", wrong))
                            .statusCode())
                    .as(wrong)
                    .isEqualTo(401);
        }
        HttpResponse<String> ofReader =
                node.send(node.anonymous("Resources/EntityServices/Services/GetClientApplicationKey")
                        .header("appKey", RunningNode.READ_ONLY_KEY)
                        .POST(BodyPublishers.noBody()));
        HttpResponse<String> written = node.send(node.anonymous("Things/" + n + "/Properties/p")
                .header("appKey", rows(ofReader).at("/0/result").asText())
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString("5")));
        assertThat(written.statusCode()).isEqualTo(403);
    }

    @Test
    void aKeyForAClientEndsWithTheKeyItWasAskedForWith() throws Exception {
        HttpResponse<String> made = call(
                "Resources/EntityServices/Services/CreateApplicationKey",
                "{'name':'" + n + "K','userNameReference':'Administrator'}");
        HttpResponse<String> client =
                node.send(node.anonymous("Resources/EntityServices/Services/GetClientApplicationKey")
                        .header("appKey", rows(made).at("/0/result").asText())
                        .POST(BodyPublishers.noBody()));
        String key = rows(client).at("/0/result").asText();
        assertThat(node.send(node.anonymous("Things?maxItems=1").header("appKey", key))
                        .statusCode())
                .isEqualTo(200);
        done(node.delete("ApplicationKeys/" + n + "K"));
        assertThat(node.send(node.anonymous("Things?maxItems=1").header("appKey", key))
                        .statusCode())
                .isEqualTo(401);
    }
}
