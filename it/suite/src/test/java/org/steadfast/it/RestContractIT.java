package org.steadfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.steadfast.it.contract.Call;
import org.steadfast.it.contract.Curl;
import org.steadfast.it.contract.Heard;
import org.steadfast.it.contract.HttpUser;
import org.steadfast.it.contract.JavaClient;
import org.steadfast.it.contract.ServedDocument;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.Haproxy;
import org.steadfast.it.shared.OnCluster;
import org.steadfast.protocol.json.Json;

/**
 * What existing clients ask of the REST API, each request to the next of two nodes behind a real HAProxy, by two clients that are
 * not ours. Every answer is also held against the OpenAPI document that the cluster serves.
 */
@OnCluster(foundationNodes = 2, connectionServers = 2)
final class RestContractIT {
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    /** The nodes that answered, in order. */
    private static final List<String> ANSWERED = new ArrayList<>();

    private static final String IMPORT = "Importer?purpose=import";

    @TempDir
    private static Path folder;

    private static ClusterUnderTest cluster;
    private static Haproxy haproxy;
    private static List<HttpUser> users;
    private static ServedDocument document;

    /** Unique, so that tests need not clean up. */
    private final String n = "Contract" + NUMBERS.incrementAndGet();

    @BeforeAll
    static void start(ClusterUnderTest shared) throws Exception {
        cluster = shared;
        haproxy = Haproxy.start(cluster);
        String base = "http://" + haproxy.rest() + "/Thingworx/";
        users = List.of(new Curl(base, folder), new JavaClient(base));
        await().atMost(Duration.ofSeconds(20)).until(RestContractIT::isServed);
    }

    private static boolean isServed() throws InterruptedException {
        try {
            Heard heard = users.get(1).send(Call.get("openapi.json").with("appKey", cluster.administratorKey()));
            if (heard.status() != 200) {
                return false;
            }
            document = new ServedDocument(heard.json());
            return true;
        } catch (IOException e) {
            // It does not listen yet.
            return false;
        }
    }

    @AfterAll
    static void end() throws Exception {
        if (haproxy != null) {
            haproxy.close();
        }
    }

    static Stream<HttpUser> users() {
        return users.stream();
    }

    @ParameterizedTest
    @MethodSource("users")
    void propertiesAreReadAndWrittenByAnyNode(HttpUser user) throws Exception {
        thing(
                user,
                "{'n':{'baseType':'NUMBER','aspects':{'dataChangeType':'VALUE'}},'s':{'baseType':'STRING'},"
                        + "'b':{'baseType':'BOOLEAN'},'d':{'baseType':'DATETIME'},'j':{'baseType':'JSON'}}");
        String address = "Things/" + n + "/Properties";
        for (int i = 0; i < 10; i++) {
            nothing(user, Call.put(address + "/n", json("{'n':" + i + "}")));
            Heard read = ok(user, Call.get(address + "/n"));
            assertThat(read.rows()).isEqualTo(tree("[{'n':" + i + ".0}]"));
            assertThat(read.json()
                            .at("/dataShape/fieldDefinitions/n/aspects/dataChangeType")
                            .asText())
                    .isEqualTo("VALUE");
        }
        nothing(user, Call.put(address + "/n", "7"));
        nothing(
                user,
                Call.put(
                        address + "/*",
                        json("{'s':'a \u00e4','b':'TRUE','d':'2026-11-22T18:00:00.000Z','j':{'a':[1]}}")));
        JsonNode all = tree("[{'n':7.0,'s':'a \u00e4','b':true,'d':1795370400000,'j':{'a':[1]}}]");
        assertThat(ok(user, Call.get(address)).rows()).isEqualTo(all);
        assertThat(ok(user, Call.get(address + "/")).rows()).isEqualTo(all);
        assertThat(ok(user, Call.get(address + "/*")).rows()).isEqualTo(all);
        failed(user, Call.put(address + "/*", json("{'n':8,'none':1}")), 404, "Does Not Exist");
        assertThat(ok(user, Call.get(address + "/n")).rows()).isEqualTo(tree("[{'n':7.0}]"));
        failed(user, Call.get(address + "/none"), 404, "Property [none] Does Not Exist On Thing [" + n + "]");
        failed(user, Call.put(address + "/n", "'no number'".replace('\'', '"')), 400, "NUMBER");
    }

    @ParameterizedTest
    @MethodSource("users")
    void servicesAnswerByTheirResults(HttpUser user) throws Exception {
        thing(user, "{'p':{'baseType':'NUMBER'},'q':{'baseType':'STRING'}}");
        String services = "Things/" + n + "/Services/";
        nothing(user, Call.post(services + "SetPropertyValues", json("{'values':{'rows':[{'p':4,'q':'x'}]}}")));
        for (Call call : List.of(
                Call.post(services + "GetPropertyValues"),
                Call.post(services + "GetPropertyValues", ""),
                Call.post(services + "GetPropertyValues", "{}"),
                Call.post(services + "GetPropertyValues", "null"),
                Call.post(services + "GetPropertyValues", json("{'unknown':1}")))) {
            assertThat(ok(user, call).rows()).isEqualTo(tree("[{'p':4.0,'q':'x'}]"));
        }
        assertThat(ok(user, Call.post(services + "GetNamedProperties", json("{'propertyNames':['q']}")))
                        .rows())
                .isEqualTo(tree("[{'q':'x'}]"));
        nothing(user, Call.post(services + "SetDescription", json("{'description':12}")));
        Heard scalar = ok(user, Call.post(services + "GetDescription", "{}"));
        assertThat(scalar.rows()).isEqualTo(tree("[{'result':'12'}]"));
        assertThat(scalar.json().at("/dataShape/fieldDefinitions").size()).isEqualTo(1);
        JsonNode entity = ok(
                        user,
                        Call.post(
                                "Resources/EntityServices/Services/ReadEntityDefinitionAsJSON",
                                json("{'type':'Things','name':'" + n + "'}")))
                .json();
        assertThat(entity.at("/effectiveShape/propertyDefinitions/p/baseType").asText())
                .isEqualTo("NUMBER");
        // By the query, as old devices do.
        assertThat(ok(user, Call.post("Resources/EntityServices/Services/GetEntityList?type=Thing&nameMask=" + n))
                        .rows()
                        .findValuesAsText("name"))
                .containsExactly(n);
        failed(user, Call.post(services + "NoSuch", "{}"), 404, "Service [NoSuch] Does Not Exist On Thing [" + n + "]");
        failed(user, Call.get(services + "GetDescription"), 405, "POST");
        failed(user, Call.put(services + "EnableThing", "{}"), 405, "POST");
    }

    @ParameterizedTest
    @MethodSource("users")
    void entitiesAreListedReadChangedAndDeleted(HttpUser user) throws Exception {
        nothing(user, Call.put("ModelTags", json("{'name':'" + n + "V'}")));
        nothing(
                user,
                Call.put(
                        "Things",
                        json("{'entityType':'Things','name':'" + n + "','thingTemplate':'GenericThing',"
                                + "'tags':[{'vocabulary':'" + n + "V','vocabularyTerm':'t'}]}")));
        JsonNode row = ok(user, Call.get("Things?maxItems=5&nameMask=" + n + "*&searchTags=" + n + "V%3At"))
                .rows()
                .path(0);
        assertThat(row)
                .isEqualTo(tree("{'name':'" + n + "','description':'','homeMashup':'','avatar':"
                        + "'/Thingworx/Things/" + n + "/Avatar','isSystemObject':false,'tags':[{'vocabulary':'" + n
                        + "V','vocabularyTerm':'t'}]}"));
        for (String collection : List.of(
                "ThingTemplates",
                "ThingShapes",
                "DataShapes",
                "Projects",
                "Users",
                "Groups",
                "Organizations",
                "ApplicationKeys",
                "Mashups",
                "MediaEntities",
                "Networks")) {
            ok(user, Call.get(collection));
        }
        Heard read = ok(user, Call.get("Things/" + n).with("Content-Type", "application/json"));
        String changed = read.body().replaceFirst("\"description\":\"\"", "\"description\":\"changed\"");
        nothing(
                user,
                Call.put("Things/" + n, changed)
                        .with("If-Match", read.header("etag").orElseThrow()));
        assertThat(ok(user, Call.get("Things/" + n)).json().path("description").asText())
                .isEqualTo("changed");
        failed(
                user,
                Call.put("Things/" + n, changed)
                        .with("If-Match", read.header("etag").orElseThrow()),
                412,
                "");
        failed(user, Call.put("Things", json("{'name':'" + n + "'}")), 409, "already exists");
        failed(user, Call.delete("ThingTemplates/GenericThing"), 403, "");
        nothing(
                user,
                Call.delete("Things/" + n + "?Accept=application/json&Content-Type=application/json")
                        .with("Content-Type", "application/json"));
        failed(user, Call.get("Things/" + n), 404, "Entity Not Found : [" + n + "]");
    }

    @ParameterizedTest
    @MethodSource("users")
    void definitionsAreShown(HttpUser user) throws Exception {
        nothing(
                user,
                Call.post(
                        "Resources/EntityServices/Services/CreateDataShape",
                        json(
                                "{'name':'" + n
                                        + "D','fields':{'rows':[{'name':'k','baseType':'STRING'},{'name':'v','baseType':'NUMBER'}]}}")));
        thing(user, "{'p':{'baseType':'NUMBER'}}");
        String services = "Things/" + n + "/Services/";
        nothing(
                user,
                Call.post(
                        services + "AddServiceDefinition",
                        json(
                                "{'name':'Far','parameters':{'rows':["
                                        + "{'name':'a','baseType':'NUMBER'}]},'resultType':{'rows':[{'name':'result','baseType':'STRING'}]}}")));
        nothing(user, Call.post(services + "AddEventDefinition", json("{'name':'Burst','dataShape':'" + n + "D'}")));

        assertThat(ok(user, Call.get("DataShapes/" + n + "D/FieldDefinitions"))
                        .rows()
                        .findValuesAsText("name"))
                .containsExactly("k", "v");
        assertThat(ok(user, Call.get("Things/" + n + "/PropertyDefinitions")).rows())
                .isEqualTo(tree("[{'name':'p','description':'','baseType':'NUMBER'}]"));
        assertThat(ok(user, Call.get("Things/" + n + "/EventDefinitions"))
                        .rows()
                        .findValuesAsText("name"))
                .contains("Burst");
        JsonNode listed =
                ok(user, Call.get("Things/" + n + "/ServiceDefinitions")).rows();
        assertThat(listed.findValuesAsText("name")).contains("Far", "GetPropertyValues");
        JsonNode metadata = ok(user, Call.get("Things/" + n + "/Metadata")).json();
        JsonNode far = metadata.at("/serviceDefinitions/Far");
        assertThat(far.at("/Inputs/fieldDefinitions/a/baseType").asText()).isEqualTo("NUMBER");
        assertThat(far.at("/Outputs/baseType").asText()).isEqualTo("STRING");
        assertThat(ok(user, Call.get("Things/" + n + "/ServiceDefinitions/Far")).json())
                .isEqualTo(far);
        assertThat(ok(user, Call.get("Resources/EntityServices/ServiceDefinitions/CreateThing"))
                        .json()
                        .at("/Inputs/fieldDefinitions/thingTemplateName/aspects/isRequired")
                        .asBoolean())
                .isTrue();
        failed(user, Call.get("Things/" + n + "/ServiceDefinitions/NoSuch"), 404, "Does Not Exist");
    }

    @ParameterizedTest
    @MethodSource("users")
    void entityServicesMakeAndDeleteEntitiesOfAllKinds(HttpUser user) throws Exception {
        String services = "Resources/EntityServices/Services/";
        failed(
                user,
                Call.post(services + "CreateThing", json("{'name':'" + n + "','thingTemplateName':'NoSuch'}")),
                404,
                "NoSuch");
        nothing(
                user,
                Call.post(
                        services + "CreateThing",
                        json("{'name':'" + n + "','description':'d','thingTemplateName':'GenericThing'}")));
        failed(
                user,
                Call.post(services + "CreateThing", json("{'name':'" + n + "','thingTemplateName':'GenericThing'}")),
                409,
                "already exists");
        nothing(user, Call.post(services + "DeleteThing", json("{'name':'" + n + "'}")));
        for (String kind : List.of("ThingTemplate", "ThingShape", "MediaEntity", "Group", "Organization", "Project")) {
            nothing(user, Call.post(services + "Create" + kind, json("{'name':'" + n + "'}")));
            nothing(user, Call.post(services + "Delete" + kind, json("{'name':'" + n + "'}")));
        }
        nothing(user, Call.post(services + "CreateUser", json("{'name':'" + n + "'}")));
        assertThat(ok(
                                user,
                                Call.post(
                                        services + "CreateApplicationKey",
                                        json("{'name':'" + n + "K','userNameReference':'" + n + "'}")))
                        .rows()
                        .at("/0/result")
                        .asText())
                .hasSizeGreaterThan(20);
        nothing(user, Call.post(services + "DeleteApplicationKey", json("{'name':'" + n + "K'}")));
        nothing(user, Call.post(services + "DeleteUser", json("{'name':'" + n + "'}")));
    }

    @ParameterizedTest
    @MethodSource("users")
    void thingsAreSwitchedAndTheirPropertiesDefined(HttpUser user) throws Exception {
        thing(user, "{}");
        String services = "Things/" + n + "/Services/";
        for (String service : List.of("DisableThing", "EnableThing", "RestartThing")) {
            nothing(user, Call.post(services + service, "{}"));
            assertThat(ok(user, Call.post(services + "IsEnabled"))
                            .rows()
                            .at("/0/result")
                            .asBoolean())
                    .isEqualTo(!service.equals("DisableThing"));
        }
        for (int i = 0; i < 5; i++) {
            nothing(user, Call.post(services + "AddPropertyDefinition", json("{'name':'p','type':'NUMBER'}")));
            assertThat(ok(user, Call.get("Things/" + n + "/Properties/p")).rows())
                    .isEqualTo(tree("[{'p':0.0}]"));
            nothing(user, Call.post(services + "RemovePropertyDefinition", json("{'name':'p'}")));
            failed(user, Call.get("Things/" + n + "/Properties/p"), 404, "Does Not Exist");
        }
    }

    @ParameterizedTest
    @MethodSource("users")
    void historyOfPropertiesIsQueried(HttpUser user) throws Exception {
        nothing(user, Call.put("Things", json("{'name':'" + n + "S','thingTemplate':'ValueStream'}")));
        nothing(
                user,
                Call.put(
                        "Things",
                        json(
                                "{'name':'" + n + "','thingTemplate':'GenericThing','valueStream':'" + n
                                        + "S','propertyDefinitions':{'p':{'baseType':'NUMBER','aspects':{'isLogged':true}}}}")));
        for (int i = 1; i <= 3; i++) {
            nothing(user, Call.put("Things/" + n + "/Properties/p", Integer.toString(i)));
        }
        String services = "Things/" + n + "/Services/";
        JsonNode numbers = ok(
                        user,
                        Call.post(
                                services + "QueryNumberPropertyHistory",
                                json(
                                        "{'propertyName':'p','maxItems':2,'oldestFirst':false,'startDate':'','endDate':null}")))
                .rows();
        assertThat(numbers.findValuesAsText("value")).containsExactly("3.0", "2.0");
        assertThat(numbers.path(0).path("timestamp").isNumber()).isTrue();
        assertThat(ok(user, Call.post(services + "QueryPropertyHistory", json("{'maxItems':10,'oldestFirst':true}")))
                        .rows()
                        .findValuesAsText("p"))
                .containsExactly("1.0", "2.0", "3.0");
    }

    @ParameterizedTest
    @MethodSource("users")
    void configurationTablesAndDependenciesOfAnyEntity(HttpUser user) throws Exception {
        nothing(user, Call.put("ThingTemplates", json("{'name':'" + n + "T'}")));
        nothing(
                user,
                Call.put(
                        "Things",
                        json(
                                "{'name':'" + n + "','thingTemplate':'" + n
                                        + "T','configurationTables':{'C':{'isMultiRow':true,'dataShape':{'fieldDefinitions':"
                                        + "{'k':{'baseType':'NUMBER','aspects':{'isPrimaryKey':true}},'v':{'baseType':'STRING'}}},'rows':[]}}}")));
        String services = "Things/" + n + "/Services/";
        String table = "'tableName':'C'";
        nothing(
                user,
                Call.post(
                        services + "SetConfigurationTable",
                        json("{" + table + ",'configurationTable':{'rows':[{'k':1,'v':'a'}]},'persistent':true}")));
        nothing(
                user,
                Call.post(
                        services + "SetConfigurationTableRows",
                        json("{" + table + ",'values':{'rows':[{'k':1,'v':'b'},{'k':2}]},'persistent':true}")));
        assertThat(ok(user, Call.post(services + "GetConfigurationTable", json("{" + table + "}")))
                        .rows())
                .isEqualTo(tree("[{'k':1.0,'v':'b'},{'k':2.0}]"));
        nothing(
                user,
                Call.post(
                        services + "DeleteConfigurationTableRows",
                        json("{" + table + ",'values':{'rows':[{'k':1}]},'persistent':true}")));
        assertThat(ok(user, Call.post(services + "GetConfigurationTable", json("{" + table + "}")))
                        .rows())
                .isEqualTo(tree("[{'k':2.0}]"));
        assertThat(ok(user, Call.post(services + "GetConfigurationTables"))
                        .rows()
                        .findValuesAsText("tableName"))
                .contains("C");
        JsonNode needed =
                ok(user, Call.post(services + "GetOutgoingDependencies", "{}")).rows();
        assertThat(needed.findValuesAsText("name")).contains(n + "T");
        assertThat(needed.findValuesAsText("type")).contains("ThingTemplate");
        assertThat(ok(user, Call.post("ThingTemplates/" + n + "T/Services/GetIncomingDependencies", "{}"))
                        .rows()
                        .findValuesAsText("name"))
                .contains(n);
    }

    @ParameterizedTest
    @MethodSource("users")
    void permissionsHoldOnTheNextNodeAtOnce(HttpUser user) throws Exception {
        String entityServices = "Resources/EntityServices/Services/";
        thing(user, "{'p':{'baseType':'NUMBER'}}");
        nothing(user, Call.post(entityServices + "CreateUser", json("{'name':'" + n + "U'}")));
        String key = ok(
                        user,
                        Call.post(
                                entityServices + "CreateApplicationKey",
                                json("{'name':'" + n + "K','userNameReference':'" + n + "U'}")))
                .rows()
                .at("/0/result")
                .asText();
        Call read = Call.get("Things/" + n + "/Properties/p").with("appKey", key);
        failed(user, read, 404, n);
        String services = "Things/" + n + "/Services/";
        JsonNode visible = tree("{'Visibility':[{'isPermitted':true,'name':'Everyone','type':'Organization'}]}");
        nothing(
                user,
                Call.post(
                        services + "SetVisibilityPermissionsAsJSON",
                        "{\"permissions\":" + Json.write(TextNode.valueOf(Json.write(visible))) + "}"));
        failed(user, read, 403, "Not authorized for PropertyRead on p in " + n);
        String right = "{'type':'PropertyRead','resource':'*','principal':'" + n + "U','principalType':'User','allow':";
        for (int i = 0; i < 5; i++) {
            nothing(user, Call.post(services + "AddRunTimePermission", json(right + "true}")));
            ok(user, read);
            nothing(user, Call.post(services + "AddRunTimePermission", json(right + "false}")));
            failed(user, read, 403, "PropertyRead");
        }
        JsonNode runTime =
                ok(user, Call.post(services + "GetRunTimePermissionsAsJSON")).json();
        assertThat(runTime.at("/permissions/0/resourceName").asText()).isEqualTo("*");
        assertThat(runTime.at("/permissions/0/PropertyRead/0"))
                .isEqualTo(tree("{'isPermitted':false,'name':'" + n + "U','type':'User'}"));
        assertThat(ok(user, Call.post(services + "GetDesignTimePermissionsAsJSON"))
                        .json()
                        .fieldNames())
                .toIterable()
                .contains("Create", "Read", "Update", "Delete", "Metadata");
        assertThat(ok(user, Call.post(services + "GetVisibilityPermissionsAsJSON"))
                        .json())
                .isEqualTo(visible);
        assertThat(ok(user, Call.post("ThingTemplates/GenericThing/Services/GetInstanceRunTimePermissionsAsJSON"))
                        .json()
                        .has("permissions"))
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("users")
    void credentialsComeInManyForms(HttpUser user) throws Exception {
        String services = "Resources/EntityServices/Services/";
        String password = "correct horse battery 17";
        nothing(user, Call.post(services + "CreateUser", json("{'name':'" + n + "U','password':'" + password + "'}")));
        Call who = Call.post("Resources/CurrentSessionInfo/Services/GetCurrentUser");
        for (String header : List.of("appKey", "appkey", "AppKey")) {
            assertThat(answer(user, who.with(header, cluster.administratorKey()))
                            .rows())
                    .isEqualTo(tree("[{'result':'Administrator'}]"));
        }
        Call byQuery = Call.post(who.address() + "?appKey=" + cluster.administratorKey());
        assertThat(answer(user, byQuery).rows()).isEqualTo(tree("[{'result':'Administrator'}]"));
        Call basic = who.with(
                "Authorization",
                "Basic " + Base64.getEncoder().encodeToString((n + "U:" + password).getBytes(StandardCharsets.UTF_8)));
        Heard begun = answer(user, basic.with("x-thingworx-session", "true"));
        assertThat(begun.rows()).isEqualTo(tree("[{'result':'" + n + "U'}]"));
        assertThat(answer(user, basic).cookie("JSESSIONID")).isEmpty();

        for (Call refused :
                List.of(who, who.with("appKey", "wrong"), who.with("Authorization", "Basic " + "d3Jvbmc6d3Jvbmc="))) {
            Heard heard = answer(user, refused);
            assertThat(heard.status()).isEqualTo(401);
            assertThat(heard.header("www-authenticate")).contains("Basic realm=\"ThingWorx\"");
            assertThat(heard.header("content-type")).contains("text/plain;charset=UTF-8");
        }

        String form = "thingworx-form-userid=" + n + "U&thingworx-form-password="
                + URLEncoder.encode(password, StandardCharsets.UTF_8);
        Heard login = answer(user, Call.post("Login", form).with("Content-Type", "application/x-www-form-urlencoded"));
        assertThat(login.status()).as(login.toString()).isEqualTo(200);
        String cookie = "JSESSIONID=" + login.cookie("JSESSIONID").orElseThrow();
        Call inSession = who.with("Cookie", cookie).with("X-XSRF-TOKEN", "TWX-XSRF-TOKEN-VALUE");
        for (int i = 0; i < 4; i++) {
            assertThat(answer(user, inSession).rows()).isEqualTo(tree("[{'result':'" + n + "U'}]"));
        }
        assertThat(answer(user, who.with("Cookie", cookie)).status()).isEqualTo(403);
        Heard logout = answer(
                user,
                Call.post("Server/*/Services/Logout", "{}")
                        .with("Cookie", cookie)
                        .with("X-XSRF-TOKEN", "TWX-XSRF-TOKEN-VALUE"));
        assertThat(logout.status()).isEqualTo(200);
        for (int i = 0; i < 4; i++) {
            assertThat(answer(user, inSession).status()).isEqualTo(401);
        }
    }

    @ParameterizedTest
    @MethodSource("users")
    void groupsOfTheUserAndThingsOfATemplate(HttpUser user) throws Exception {
        assertThat(ok(user, Call.post("Resources/CurrentSessionInfo/Services/GetCurrentUserGroups", "{}"))
                        .rows()
                        .findValuesAsText("name"))
                .contains("Administrators");
        nothing(user, Call.put("ThingShapes", json("{'name':'" + n + "S'}")));
        nothing(user, Call.put("ThingTemplates", json("{'name':'" + n + "T','implementedShapes':['" + n + "S']}")));
        nothing(user, Call.put("Things", json("{'name':'" + n + "','thingTemplate':'" + n + "T'}")));
        for (String of : List.of("ThingTemplates/" + n + "T", "ThingShapes/" + n + "S")) {
            assertThat(ok(user, Call.post(of + "/Services/GetImplementingThings", "{}"))
                            .rows()
                            .findValuesAsText("name"))
                    .containsExactly(n);
        }
        nothing(user, Call.put("Groups", json("{'name':'" + n + "G'}")));
        String group = "Groups/" + n + "G/Services/";
        String member = json("{'member':'Administrator','type':'User'}");
        nothing(user, Call.post(group + "AddMember", member));
        assertThat(ok(user, Call.post(group + "GetGroupMembers")).rows().findValuesAsText("name"))
                .containsExactly("Administrator");
        nothing(user, Call.post(group + "DeleteMember", member));
        assertThat(ok(user, Call.post(group + "GetGroupMembers")).rows()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("users")
    void searchesAndChecksScripts(HttpUser user) throws Exception {
        thing(user, "{}");
        String search = json("{'searchExpression':'" + n + "','types':{'items':['Thing']}}");
        for (String service : List.of("SpotlightSearch", "SpotlightSearchV2", "SearchModelEntities")) {
            JsonNode rows = ok(user, Call.post("Resources/SearchFunctions/Services/" + service, search))
                    .rows();
            assertThat(rows).as(service).hasSize(1);
            assertThat(rows.path(0).path("id").asText()).isEqualTo(n + "#Thing");
            assertThat(rows.path(0).path("parentType").asText()).isEqualTo("Things");
            assertThat(rows.path(0).path("lastModifiedDate").isNumber()).isTrue();
        }
        JsonNode checked = ok(
                        user,
                        Call.post(
                                "Resources/ScriptServices/Services/CheckScriptWithLinesAndColumns",
                                json("{'script':'var a = ;'}")))
                .rows();
        assertThat(checked).hasSize(1);
        assertThat(checked.path(0).path("status").asBoolean()).isFalse();
        assertThat(checked.path(0).path("lineNumber").asInt()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("users")
    void dataTablesHoldRows(HttpUser user) throws Exception {
        nothing(
                user,
                Call.put(
                        "DataShapes",
                        json("{'name':'" + n + "D','fieldDefinitions':{'id':{'baseType':'INTEGER',"
                                + "'aspects':{'isPrimaryKey':true}},'text':{'baseType':'STRING'}}}")));
        nothing(
                user,
                Call.put("Things", json("{'name':'" + n + "','thingTemplate':'DataTable','dataShape':'" + n + "D'}")));
        String services = "Things/" + n + "/Services/";
        nothing(
                user,
                Call.post(
                        services + "AddDataTableEntries",
                        json(
                                "{'values':{'rows':[{'id':1,'text':'one'},{'id':2,'text':'two'},{'id':3,'text':'three'}]}}")));
        ok(
                user,
                Call.post(
                        services + "AddOrUpdateDataTableEntry", json("{'values':{'rows':[{'id':2,'text':'zwei'}]}}")));
        nothing(user, Call.post(services + "DeleteDataTableEntryByKey", json("{'key':'1'}")));
        assertThat(ok(user, Call.post(services + "GetDataTableEntryCount")).rows())
                .isEqualTo(tree("[{'result':2.0}]"));
        JsonNode entries = ok(user, Call.post(services + "GetDataTableEntries", json("{'maxItems':10}")))
                .rows();
        assertThat(entries.findValuesAsText("text")).containsExactlyInAnyOrder("zwei", "three");
        assertThat(entries.path(0).path("timestamp").isNumber()).isTrue();
        assertThat(ok(
                                user,
                                Call.post(
                                        services + "QueryDataTableEntries",
                                        json(
                                                "{'maxItems':10,'query':{'filters':{"
                                                        + "'type':'LIKE','fieldName':'text','value':'z%'},'sorts':[{'fieldName':'id'}]}}")))
                        .rows()
                        .findValuesAsText("id"))
                .containsExactly("2");
    }

    @ParameterizedTest
    @MethodSource("users")
    void entitiesAreImportedAndExportedAsFiles(HttpUser user) throws Exception {
        Path file = Files.writeString(folder.resolve(n + ".xml"), """
                <Entities><Things><Thing name="%1$s" thingTemplate="GenericThing" projectName="%1$sP"/></Things>
                  <Projects><Project name="%1$sP"/></Projects></Entities>""".formatted(n));
        for (String part : List.of("file", "filedata")) {
            Heard imported = ok(user, Call.upload(IMPORT + "&overwritePropertyValues=true", part, file));
            assertThat(imported.body()).isEqualTo("success");
        }
        assertThat(ok(user, Call.upload("DataImporter?purpose=import&report=true", "file", file))
                        .json()
                        .path("entities")
                        .size())
                .isEqualTo(2);
        Heard xml = ok(user, Call.get("Exporter/Things/" + n).with("Accept", "text/xml"));
        assertThat(xml.header("content-type").orElseThrow()).startsWith("text/xml");
        assertThat(xml.header("content-disposition").orElseThrow()).contains("filename=");
        assertThat(xml.body()).contains("<Thing ").contains("name=\"" + n + "\"");
        assertThat(ok(user, Call.get("Exporter/Things/NoSuch")).body()).doesNotContain("<Thing ");
        assertThat(ok(user, Call.get("Exporter/Projects")).body()).contains(n + "P");
        Heard zip = ok(user, Call.get("Exporter?forSourceControl=true&projectName=" + n + "P"));
        try (ZipInputStream archive = new ZipInputStream(new ByteArrayInputStream(zip.bytes()))) {
            assertThat(archive.getNextEntry()).isNotNull();
        }
        Path again = Files.writeString(folder.resolve(n + "again.xml"), xml.body());
        nothing(user, Call.delete("Things/" + n));
        assertThat(ok(user, Call.upload(IMPORT, "file", again)).body()).isEqualTo("success");
        ok(user, Call.get("Things/" + n));

        Path bad = Files.writeString(folder.resolve(n + "bad.xml"), "<Entities><Things>");
        failed(user, Call.upload(IMPORT, "file", bad), 406, "");
        Heard forged = answer(
                user,
                new Call(
                        "POST",
                        IMPORT,
                        Map.of("appKey", cluster.administratorKey()),
                        Optional.empty(),
                        Call.upload("", "file", file).upload()));
        assertThat(forged.status()).as("without X-XSRF-TOKEN").isEqualTo(403);
    }

    @ParameterizedTest
    @MethodSource("users")
    void extensionPackagesAreInstalledListedAndDeleted(HttpUser user) throws Exception {
        Path file = Files.write(folder.resolve(n + ".zip"), extension());
        JsonNode checked = ok(
                        user, Call.upload("ExtensionPackageUploader?purpose=import&validate=true", "upload", file))
                .json();
        assertThat(checked.path("rows")).hasSize(1);
        JsonNode installed = ok(
                        user, Call.upload("ExtensionPackageUploader?purpose=import&validate=false", "file", file))
                .json();
        assertThat(installed.at("/rows/0/validate/rows/0/extensionReportStatus").asInt(-1))
                .isZero();
        assertThat(installed
                        .at("/rows/1/install/rows/0/extensionPackage/rows/0/name")
                        .asText())
                .isEqualTo(n);
        ok(user, Call.get("Things/" + n));
        String services = "Subsystems/PlatformSubsystem/Services/";
        JsonNode listed =
                ok(user, Call.post(services + "GetExtensionPackageList", "{}")).rows();
        assertThat(listed.findValuesAsText("name")).contains(n);
        assertThat(listed.path(0).fieldNames())
                .toIterable()
                .contains("name", "packageVersion", "vendor", "description", "minimumThingWorxVersion");
        ok(user, Call.post(services + "GetExtensionPackageDetails", json("{'packageName':'" + n + "'}")));
        nothing(user, Call.post(services + "DeleteExtensionPackage", json("{'packageName':'" + n + "'}")));
        assertThat(ok(user, Call.post(services + "GetExtensionPackageList"))
                        .rows()
                        .findValuesAsText("name"))
                .doesNotContain(n);
    }

    private byte[] extension() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("metadata.xml"));
            zip.write("""
                    <Entities><ExtensionPackages><ExtensionPackage name="%s" packageVersion="1.0.0" vendor="v"
                        description="d" minimumThingWorxVersion="9.0.0"/></ExtensionPackages></Entities>
                    """.formatted(n).getBytes(StandardCharsets.UTF_8));
            zip.putNextEntry(new ZipEntry("Entities/Things/all.xml"));
            zip.write("<Entities><Things><Thing name=\"%s\" thingTemplate=\"GenericThing\"/></Things></Entities>"
                    .formatted(n)
                    .getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    /** Each request goes to the next node: what one has written the others read. */
    @ParameterizedTest
    @MethodSource("users")
    void filesOfRepositoriesAreTheSameOnAllNodes(HttpUser user, @TempDir Path folder) throws Exception {
        nothing(user, Call.put("Things", json("{'name':'" + n + "','thingTemplate':'FileRepository'}")));
        String services = "Things/" + n + "/Services/";
        nothing(user, Call.post(services + "SaveText", json("{'path':'/a/b.txt','content':'first'}")));
        nothing(user, Call.post(services + "SaveText", json("{'path':'a/b.txt','content':'second'}")));
        assertThat(ok(user, Call.post(services + "LoadText", json("{'path':'/a/b.txt'}")))
                        .rows())
                .isEqualTo(tree("[{'result':'second'}]"));
        Path file = folder.resolve("up loaded.bin");
        byte[] bytes = new byte[3 << 20];
        new Random(1).nextBytes(bytes);
        Files.write(file, bytes);
        Map<String, String> where = Map.of("upload-repository", n, "upload-path", "/a");
        nothing(user, Call.upload("FileRepositoryUploader", where, "upload-files", file));
        JsonNode listed = ok(user, Call.post(services + "GetFileListing", json("{'path':'/a'}")))
                .rows();
        assertThat(listed.findValuesAsText("name")).containsExactly("b.txt", "up loaded.bin");
        assertThat(listed.findValuesAsText("path")).containsExactly("/a/b.txt", "/a/up loaded.bin");
        assertThat(ok(
                                user,
                                Call.get("FileRepositoryDownloader?download-repository=" + n
                                        + "&download-path=/a/up%20loaded.bin"))
                        .bytes())
                .isEqualTo(bytes);
        nothing(
                user,
                Call.post(
                        services + "MoveFile",
                        json("{'sourcePath':'/a/up loaded.bin','targetPath':'/c','overwrite':true}")));
        assertThat(ok(user, Call.get("FileRepositories/" + n + "/c")).bytes()).isEqualTo(bytes);
        nothing(user, Call.post(services + "DeleteFolder", json("{'path':'/a'}")));
        assertThat(ok(user, Call.post(services + "ListDirectories", json("{'path':'/'}")))
                        .rows())
                .isEmpty();
        failed(
                user,
                Call.post(services + "GetFileInfo", json("{'path':'/a/b.txt'}")),
                404,
                "File or folder [/a/b.txt] does not exist: not found");
    }

    @ParameterizedTest
    @MethodSource("users")
    void scriptsEventsAndLongValuesWork(HttpUser user) throws Exception {
        nothing(
                user,
                Call.put("DataShapes", json("{'name':'" + n + "D','fieldDefinitions':{'f':{'baseType':'NUMBER'}}}")));
        nothing(
                user,
                Call.put(
                        "Things",
                        json("{'name':'" + n + "','thingTemplate':'GenericThing','propertyDefinitions':"
                                + "{'p':{'baseType':'STRING'}},'serviceDefinitions':{'Twice':{'parameterDefinitions':{'x':{'baseType':"
                                + "'NUMBER'}},'resultType':{'baseType':'NUMBER'}}},'serviceImplementations':{'Twice':{'handlerName':"
                                + "'Script','configurationTables':{'Script':{'rows':[{'code':'result = 2 * x;'}]}}}},"
                                + "'eventDefinitions':{'e':{'dataShape':'" + n + "D'}}}")));
        assertThat(ok(user, Call.post("Things/" + n + "/services/Twice", json("{'x':'21'}")))
                        .rows())
                .isEqualTo(tree("[{'result':42.0}]"));
        nothing(user, Call.post("Things/" + n + "/Events/e", json("{'f':1}")));
        String odd = n + " with spaces?";
        String encoded = URLEncoder.encode(odd, StandardCharsets.UTF_8).replace("+", "%20");
        nothing(user, Call.put("Things", json("{'name':'" + odd + "','thingTemplate':'GenericThing'}")));
        assertThat(ok(user, Call.get("Things/" + encoded)).json().path("name").asText())
                .isEqualTo(odd);
        failed(user, Call.get("Things/" + n + "%2Fnone%3F"), 404, "Entity Not Found : [" + n + "/none?]");
        String large = "x".repeat(5 << 20);
        nothing(user, Call.put("Things/" + n + "/Properties/p", "\"" + large + "\""));
        assertThat(ok(user, Call.get("Things/" + n + "/Properties/p"))
                        .rows()
                        .at("/0/p")
                        .asText())
                .isEqualTo(large);
        failed(
                user,
                Call.put("Things/" + n + "/Properties/p", "<p/>").with("Content-Type", "text/xml"),
                415,
                "application/json");
    }

    @ParameterizedTest
    @MethodSource("users")
    void healthAndReadinessNeedNobody(HttpUser user) throws Exception {
        for (String address : List.of("health", "ready")) {
            Heard heard = answer(user, Call.get(address));
            assertThat(heard.status()).isEqualTo(200);
            assertThat(heard.json().path("role").asText()).isEqualTo("foundation node");
        }
        assertThat(answer(user, Call.get("openapi.json")).status()).isEqualTo(401);
    }

    /** Rows of the table that are not answered yet, so that whoever makes them comes by here: then they belong above. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            POST | Things/%s/Services/GetDifferencesAsJSON                                    | 501
            POST | Things/%s/Services/GetConfigurationChangeHistory                           | 501
            POST | Resources/EntityServices/Services/GetClientApplicationKey                  | 404
            POST | Resources/SourceControlFunctions/Services/ExportSourceControlledEntities   | 501
            POST | Resources/SourceControlFunctions/Services/ImportSourceControlledEntities   | 501
            POST | Resources/SourceControlFunctions/Services/ExportSourceControlledEntitiesToZipFile | 501
            POST | Subsystems/PlatformSubsystem/Services/GetExtensionsInUse                   | 404
            GET  | Things/%s/Avatar                                                           | 404
            """)
    void whatIsNotThereYetSaysSo(String method, String address, int status) throws Exception {
        HttpUser user = users.get(1);
        thing(user, "{}");
        String where = address.strip().formatted(n);
        Heard heard = user.send((method.strip().equals("GET") ? Call.get(where) : Call.post(where, "{}"))
                .with("appKey", cluster.administratorKey()));
        assertThat(heard.status()).as(heard.toString()).isEqualTo(status);
    }

    @Test
    void requestsGoToEveryNodeInTurn() throws Exception {
        ANSWERED.clear();
        for (int i = 0; i < 6; i++) {
            ok(users.get(1), Call.get("Things?maxItems=1"));
        }
        for (int i = 1; i < 6; i++) {
            assertThat(ANSWERED.get(i)).isNotEqualTo(ANSWERED.get(i - 1));
        }
    }

    private void thing(HttpUser user, String properties) throws Exception {
        nothing(
                user,
                Call.put(
                        "Things",
                        json("{'name':'" + n + "','thingTemplate':'GenericThing','propertyDefinitions':" + properties
                                + "}")));
    }

    /** Answered, and with a body. */
    private static Heard ok(HttpUser user, Call call) throws Exception {
        Heard heard = administrator(user, call);
        assertThat(heard.status()).as(call + " by " + user + ": " + heard).isEqualTo(200);
        assertThat(heard.bytes()).as(call.toString()).isNotEmpty();
        return heard;
    }

    /** Answered, and with an empty body. */
    private static void nothing(HttpUser user, Call call) throws Exception {
        Heard heard = administrator(user, call);
        assertThat(heard.status()).as(call + " by " + user + ": " + heard).isEqualTo(200);
        assertThat(heard.bytes()).as(call.toString()).isEmpty();
        assertThat(heard.header("content-length")).as(call.toString()).contains("0");
    }

    /** Refused with one line of text, whatever was asked for. */
    private static void failed(HttpUser user, Call call, int status, String message) throws Exception {
        Heard heard = administrator(user, call.with("Accept", "application/json"));
        assertThat(heard.status()).as(call + " by " + user + ": " + heard).isEqualTo(status);
        assertThat(heard.header("content-type")).contains("text/plain;charset=UTF-8");
        assertThat(heard.body()).contains(message).doesNotContain("\n").isNotBlank();
    }

    private static Heard administrator(HttpUser user, Call call) throws Exception {
        return answer(
                user, call.headers().containsKey("appKey") ? call : call.with("appKey", cluster.administratorKey()));
    }

    /** Whatever the answer is, it is as the document says. */
    private static Heard answer(HttpUser user, Call call) throws Exception {
        Heard heard = user.send(call);
        heard.cookie("TWXNODE").ifPresent(ANSWERED::add);
        if (heard.status() != 405) {
            assertThat(document.problems(call, heard)).as(call + " by " + user).isEmpty();
        }
        return heard;
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }

    private static JsonNode tree(String text) throws Exception {
        return Json.read(json(text));
    }
}
