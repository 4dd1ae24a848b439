package org.steadfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.steadfast.it.contract.Contract.json;
import static org.steadfast.it.contract.Contract.tree;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.steadfast.it.contract.Call;
import org.steadfast.it.contract.Contract;
import org.steadfast.it.contract.Heard;
import org.steadfast.it.contract.HttpUser;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.shared.OnCluster;
import org.steadfast.protocol.json.Json;

/**
 * What existing clients ask of the REST API, each request to the next of two nodes behind a real HAProxy, by two clients that are
 * not ours. Every answer is also held against the OpenAPI document that the cluster serves.
 */
@OnCluster(foundationNodes = 2, connectionServers = 2)
final class RestContractIT {
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final String IMPORT = "Importer?purpose=import";

    @TempDir
    private static Path folder;

    private static ClusterUnderTest cluster;
    private static Contract contract;

    /** Unique, so that tests need not clean up. */
    private final String n = "Contract" + NUMBERS.incrementAndGet();

    @BeforeAll
    static void start(ClusterUnderTest shared) throws Exception {
        cluster = shared;
        contract = Contract.with(cluster, folder);
    }

    @AfterAll
    static void end() throws Exception {
        if (contract != null) {
            contract.close();
        }
    }

    static Stream<HttpUser> users() {
        return contract.users().stream();
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
            contract.nothing(user, Call.put(address + "/n", json("{'n':" + i + "}")));
            Heard read = contract.ok(user, Call.get(address + "/n"));
            assertThat(read.rows()).isEqualTo(tree("[{'n':" + i + ".0}]"));
            assertThat(read.json()
                            .at("/dataShape/fieldDefinitions/n/aspects/dataChangeType")
                            .asText())
                    .isEqualTo("VALUE");
        }
        contract.nothing(user, Call.put(address + "/n", "7"));
        contract.nothing(
                user,
                Call.put(
                        address + "/*",
                        json("{'s':'a \u00e4','b':'TRUE','d':'2026-11-22T18:00:00.000Z','j':{'a':[1]}}")));
        JsonNode all = tree("[{'n':7.0,'s':'a \u00e4','b':true,'d':1795370400000,'j':{'a':[1]}}]");
        assertThat(contract.ok(user, Call.get(address)).rows()).isEqualTo(all);
        assertThat(contract.ok(user, Call.get(address + "/")).rows()).isEqualTo(all);
        assertThat(contract.ok(user, Call.get(address + "/*")).rows()).isEqualTo(all);
        contract.failed(user, Call.put(address + "/*", json("{'n':8,'none':1}")), 404, "Does Not Exist");
        assertThat(contract.ok(user, Call.get(address + "/n")).rows()).isEqualTo(tree("[{'n':7.0}]"));
        contract.failed(user, Call.get(address + "/none"), 404, "Property [none] Does Not Exist On Thing [" + n + "]");
        contract.failed(user, Call.put(address + "/n", "'no number'".replace('\'', '"')), 400, "NUMBER");
    }

    @ParameterizedTest
    @MethodSource("users")
    void servicesAnswerByTheirResults(HttpUser user) throws Exception {
        thing(user, "{'p':{'baseType':'NUMBER'},'q':{'baseType':'STRING'}}");
        String services = "Things/" + n + "/Services/";
        contract.nothing(
                user, Call.post(services + "SetPropertyValues", json("{'values':{'rows':[{'p':4,'q':'x'}]}}")));
        for (Call call : List.of(
                Call.post(services + "GetPropertyValues"),
                Call.post(services + "GetPropertyValues", ""),
                Call.post(services + "GetPropertyValues", "{}"),
                Call.post(services + "GetPropertyValues", "null"),
                Call.post(services + "GetPropertyValues", json("{'unknown':1}")))) {
            assertThat(contract.ok(user, call).rows()).isEqualTo(tree("[{'p':4.0,'q':'x'}]"));
        }
        assertThat(contract.ok(user, Call.post(services + "GetNamedProperties", json("{'propertyNames':['q']}")))
                        .rows())
                .isEqualTo(tree("[{'q':'x'}]"));
        contract.nothing(user, Call.post(services + "SetDescription", json("{'description':12}")));
        Heard scalar = contract.ok(user, Call.post(services + "GetDescription", "{}"));
        assertThat(scalar.rows()).isEqualTo(tree("[{'result':'12'}]"));
        assertThat(scalar.json().at("/dataShape/fieldDefinitions").size()).isEqualTo(1);
        JsonNode entity = contract.ok(
                        user,
                        Call.post(
                                "Resources/EntityServices/Services/ReadEntityDefinitionAsJSON",
                                json("{'type':'Things','name':'" + n + "'}")))
                .json();
        assertThat(entity.at("/effectiveShape/propertyDefinitions/p/baseType").asText())
                .isEqualTo("NUMBER");
        // By the query, as old devices do.
        assertThat(contract.ok(
                                user,
                                Call.post("Resources/EntityServices/Services/GetEntityList?type=Thing&nameMask=" + n))
                        .rows()
                        .findValuesAsText("name"))
                .containsExactly(n);
        contract.failed(
                user,
                Call.post(services + "NoSuch", "{}"),
                404,
                "Service [NoSuch] Does Not Exist On Thing [" + n + "]");
        contract.failed(user, Call.get(services + "GetDescription"), 405, "POST");
        contract.failed(user, Call.put(services + "EnableThing", "{}"), 405, "POST");
    }

    @ParameterizedTest
    @MethodSource("users")
    void entitiesAreListedReadChangedAndDeleted(HttpUser user) throws Exception {
        contract.nothing(user, Call.put("ModelTags", json("{'name':'" + n + "V'}")));
        contract.nothing(
                user,
                Call.put(
                        "Things",
                        json("{'entityType':'Things','name':'" + n + "','thingTemplate':'GenericThing',"
                                + "'tags':[{'vocabulary':'" + n + "V','vocabularyTerm':'t'}]}")));
        JsonNode row = contract.ok(user, Call.get("Things?maxItems=5&nameMask=" + n + "*&searchTags=" + n + "V%3At"))
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
            contract.ok(user, Call.get(collection));
        }
        Heard read = contract.ok(user, Call.get("Things/" + n).with("Content-Type", "application/json"));
        String changed = read.body().replaceFirst("\"description\":\"\"", "\"description\":\"changed\"");
        contract.nothing(
                user,
                Call.put("Things/" + n, changed)
                        .with("If-Match", read.header("etag").orElseThrow()));
        assertThat(contract.ok(user, Call.get("Things/" + n))
                        .json()
                        .path("description")
                        .asText())
                .isEqualTo("changed");
        contract.failed(
                user,
                Call.put("Things/" + n, changed)
                        .with("If-Match", read.header("etag").orElseThrow()),
                412,
                "");
        contract.failed(user, Call.put("Things", json("{'name':'" + n + "'}")), 409, "already exists");
        contract.failed(user, Call.delete("ThingTemplates/GenericThing"), 403, "");
        contract.nothing(
                user,
                Call.delete("Things/" + n + "?Accept=application/json&Content-Type=application/json")
                        .with("Content-Type", "application/json"));
        contract.failed(user, Call.get("Things/" + n), 404, "Entity Not Found : [" + n + "]");
    }

    @ParameterizedTest
    @MethodSource("users")
    void definitionsAreShown(HttpUser user) throws Exception {
        contract.nothing(
                user,
                Call.post(
                        "Resources/EntityServices/Services/CreateDataShape",
                        json(
                                "{'name':'" + n
                                        + "D','fields':{'rows':[{'name':'k','baseType':'STRING'},{'name':'v','baseType':'NUMBER'}]}}")));
        thing(user, "{'p':{'baseType':'NUMBER'}}");
        String services = "Things/" + n + "/Services/";
        contract.nothing(
                user,
                Call.post(
                        services + "AddServiceDefinition",
                        json(
                                "{'name':'Far','parameters':{'rows':["
                                        + "{'name':'a','baseType':'NUMBER'}]},'resultType':{'rows':[{'name':'result','baseType':'STRING'}]}}")));
        contract.nothing(
                user, Call.post(services + "AddEventDefinition", json("{'name':'Burst','dataShape':'" + n + "D'}")));

        assertThat(contract.ok(user, Call.get("DataShapes/" + n + "D/FieldDefinitions"))
                        .rows()
                        .findValuesAsText("name"))
                .containsExactly("k", "v");
        assertThat(contract.ok(user, Call.get("Things/" + n + "/PropertyDefinitions"))
                        .rows())
                .isEqualTo(tree("[{'name':'p','description':'','baseType':'NUMBER'}]"));
        assertThat(contract.ok(user, Call.get("Things/" + n + "/EventDefinitions"))
                        .rows()
                        .findValuesAsText("name"))
                .contains("Burst");
        JsonNode listed = contract.ok(user, Call.get("Things/" + n + "/ServiceDefinitions"))
                .rows();
        assertThat(listed.findValuesAsText("name")).contains("Far", "GetPropertyValues");
        JsonNode metadata =
                contract.ok(user, Call.get("Things/" + n + "/Metadata")).json();
        JsonNode far = metadata.at("/serviceDefinitions/Far");
        assertThat(far.at("/Inputs/fieldDefinitions/a/baseType").asText()).isEqualTo("NUMBER");
        assertThat(far.at("/Outputs/baseType").asText()).isEqualTo("STRING");
        assertThat(contract.ok(user, Call.get("Things/" + n + "/ServiceDefinitions/Far"))
                        .json())
                .isEqualTo(far);
        assertThat(contract.ok(user, Call.get("Resources/EntityServices/ServiceDefinitions/CreateThing"))
                        .json()
                        .at("/Inputs/fieldDefinitions/thingTemplateName/aspects/isRequired")
                        .asBoolean())
                .isTrue();
        contract.failed(user, Call.get("Things/" + n + "/ServiceDefinitions/NoSuch"), 404, "Does Not Exist");
    }

    @ParameterizedTest
    @MethodSource("users")
    void entityServicesMakeAndDeleteEntitiesOfAllKinds(HttpUser user) throws Exception {
        String services = "Resources/EntityServices/Services/";
        contract.failed(
                user,
                Call.post(services + "CreateThing", json("{'name':'" + n + "','thingTemplateName':'NoSuch'}")),
                404,
                "NoSuch");
        contract.nothing(
                user,
                Call.post(
                        services + "CreateThing",
                        json("{'name':'" + n + "','description':'d','thingTemplateName':'GenericThing'}")));
        contract.failed(
                user,
                Call.post(services + "CreateThing", json("{'name':'" + n + "','thingTemplateName':'GenericThing'}")),
                409,
                "already exists");
        contract.nothing(user, Call.post(services + "DeleteThing", json("{'name':'" + n + "'}")));
        for (String kind : List.of("ThingTemplate", "ThingShape", "MediaEntity", "Group", "Organization", "Project")) {
            contract.nothing(user, Call.post(services + "Create" + kind, json("{'name':'" + n + "'}")));
            contract.nothing(user, Call.post(services + "Delete" + kind, json("{'name':'" + n + "'}")));
        }
        contract.nothing(user, Call.post(services + "CreateUser", json("{'name':'" + n + "'}")));
        assertThat(contract.ok(
                                user,
                                Call.post(
                                        services + "CreateApplicationKey",
                                        json("{'name':'" + n + "K','userNameReference':'" + n + "'}")))
                        .rows()
                        .at("/0/result")
                        .asText())
                .hasSizeGreaterThan(20);
        contract.nothing(user, Call.post(services + "DeleteApplicationKey", json("{'name':'" + n + "K'}")));
        contract.nothing(user, Call.post(services + "DeleteUser", json("{'name':'" + n + "'}")));
    }

    @ParameterizedTest
    @MethodSource("users")
    void thingsAreSwitchedAndTheirPropertiesDefined(HttpUser user) throws Exception {
        thing(user, "{}");
        String services = "Things/" + n + "/Services/";
        for (String service : List.of("DisableThing", "EnableThing", "RestartThing")) {
            contract.nothing(user, Call.post(services + service, "{}"));
            assertThat(contract.ok(user, Call.post(services + "IsEnabled"))
                            .rows()
                            .at("/0/result")
                            .asBoolean())
                    .isEqualTo(!service.equals("DisableThing"));
        }
        for (int i = 0; i < 5; i++) {
            contract.nothing(user, Call.post(services + "AddPropertyDefinition", json("{'name':'p','type':'NUMBER'}")));
            assertThat(contract.ok(user, Call.get("Things/" + n + "/Properties/p"))
                            .rows())
                    .isEqualTo(tree("[{'p':0.0}]"));
            contract.nothing(user, Call.post(services + "RemovePropertyDefinition", json("{'name':'p'}")));
            contract.failed(user, Call.get("Things/" + n + "/Properties/p"), 404, "Does Not Exist");
        }
    }

    @ParameterizedTest
    @MethodSource("users")
    void historyOfPropertiesIsQueried(HttpUser user) throws Exception {
        contract.nothing(user, Call.put("Things", json("{'name':'" + n + "S','thingTemplate':'ValueStream'}")));
        contract.nothing(
                user,
                Call.put(
                        "Things",
                        json(
                                "{'name':'" + n + "','thingTemplate':'GenericThing','valueStream':'" + n
                                        + "S','propertyDefinitions':{'p':{'baseType':'NUMBER','aspects':{'isLogged':true}}}}")));
        for (int i = 1; i <= 3; i++) {
            contract.nothing(user, Call.put("Things/" + n + "/Properties/p", Integer.toString(i)));
        }
        String services = "Things/" + n + "/Services/";
        JsonNode numbers = contract.ok(
                        user,
                        Call.post(
                                services + "QueryNumberPropertyHistory",
                                json(
                                        "{'propertyName':'p','maxItems':2,'oldestFirst':false,'startDate':'','endDate':null}")))
                .rows();
        assertThat(numbers.findValuesAsText("value")).containsExactly("3.0", "2.0");
        assertThat(numbers.path(0).path("timestamp").isNumber()).isTrue();
        assertThat(contract.ok(
                                user,
                                Call.post(
                                        services + "QueryPropertyHistory", json("{'maxItems':10,'oldestFirst':true}")))
                        .rows()
                        .findValuesAsText("p"))
                .containsExactly("1.0", "2.0", "3.0");
    }

    @ParameterizedTest
    @MethodSource("users")
    void configurationTablesAndDependenciesOfAnyEntity(HttpUser user) throws Exception {
        contract.nothing(user, Call.put("ThingTemplates", json("{'name':'" + n + "T'}")));
        contract.nothing(
                user,
                Call.put(
                        "Things",
                        json(
                                "{'name':'" + n + "','thingTemplate':'" + n
                                        + "T','configurationTables':{'C':{'isMultiRow':true,'dataShape':{'fieldDefinitions':"
                                        + "{'k':{'baseType':'NUMBER','aspects':{'isPrimaryKey':true}},'v':{'baseType':'STRING'}}},'rows':[]}}}")));
        String services = "Things/" + n + "/Services/";
        String table = "'tableName':'C'";
        contract.nothing(
                user,
                Call.post(
                        services + "SetConfigurationTable",
                        json("{" + table + ",'configurationTable':{'rows':[{'k':1,'v':'a'}]},'persistent':true}")));
        contract.nothing(
                user,
                Call.post(
                        services + "SetConfigurationTableRows",
                        json("{" + table + ",'values':{'rows':[{'k':1,'v':'b'},{'k':2}]},'persistent':true}")));
        assertThat(contract.ok(user, Call.post(services + "GetConfigurationTable", json("{" + table + "}")))
                        .rows())
                .isEqualTo(tree("[{'k':1.0,'v':'b'},{'k':2.0}]"));
        contract.nothing(
                user,
                Call.post(
                        services + "DeleteConfigurationTableRows",
                        json("{" + table + ",'values':{'rows':[{'k':1}]},'persistent':true}")));
        assertThat(contract.ok(user, Call.post(services + "GetConfigurationTable", json("{" + table + "}")))
                        .rows())
                .isEqualTo(tree("[{'k':2.0}]"));
        assertThat(contract.ok(user, Call.post(services + "GetConfigurationTables"))
                        .rows()
                        .findValuesAsText("tableName"))
                .contains("C");
        JsonNode needed = contract.ok(user, Call.post(services + "GetOutgoingDependencies", "{}"))
                .rows();
        assertThat(needed.findValuesAsText("name")).contains(n + "T");
        assertThat(needed.findValuesAsText("type")).contains("ThingTemplate");
        assertThat(contract.ok(user, Call.post("ThingTemplates/" + n + "T/Services/GetIncomingDependencies", "{}"))
                        .rows()
                        .findValuesAsText("name"))
                .contains(n);
    }

    @ParameterizedTest
    @MethodSource("users")
    void permissionsHoldOnTheNextNodeAtOnce(HttpUser user) throws Exception {
        String entityServices = "Resources/EntityServices/Services/";
        thing(user, "{'p':{'baseType':'NUMBER'}}");
        contract.nothing(user, Call.post(entityServices + "CreateUser", json("{'name':'" + n + "U'}")));
        String key = contract.ok(
                        user,
                        Call.post(
                                entityServices + "CreateApplicationKey",
                                json("{'name':'" + n + "K','userNameReference':'" + n + "U'}")))
                .rows()
                .at("/0/result")
                .asText();
        Call read = Call.get("Things/" + n + "/Properties/p").with("appKey", key);
        contract.failed(user, read, 404, n);
        String services = "Things/" + n + "/Services/";
        JsonNode visible = tree("{'Visibility':[{'isPermitted':true,'name':'Everyone','type':'Organization'}]}");
        contract.nothing(
                user,
                Call.post(
                        services + "SetVisibilityPermissionsAsJSON",
                        "{\"permissions\":" + Json.write(TextNode.valueOf(Json.write(visible))) + "}"));
        contract.failed(user, read, 403, "Not authorized for PropertyRead on p in " + n);
        String right = "{'type':'PropertyRead','resource':'*','principal':'" + n + "U','principalType':'User','allow':";
        for (int i = 0; i < 5; i++) {
            contract.nothing(user, Call.post(services + "AddRunTimePermission", json(right + "true}")));
            contract.ok(user, read);
            contract.nothing(user, Call.post(services + "AddRunTimePermission", json(right + "false}")));
            contract.failed(user, read, 403, "PropertyRead");
        }
        JsonNode runTime = contract.ok(user, Call.post(services + "GetRunTimePermissionsAsJSON"))
                .json();
        assertThat(runTime.at("/permissions/0/resourceName").asText()).isEqualTo("*");
        assertThat(runTime.at("/permissions/0/PropertyRead/0"))
                .isEqualTo(tree("{'isPermitted':false,'name':'" + n + "U','type':'User'}"));
        assertThat(contract.ok(user, Call.post(services + "GetDesignTimePermissionsAsJSON"))
                        .json()
                        .fieldNames())
                .toIterable()
                .contains("Create", "Read", "Update", "Delete", "Metadata");
        assertThat(contract.ok(user, Call.post(services + "GetVisibilityPermissionsAsJSON"))
                        .json())
                .isEqualTo(visible);
        assertThat(contract.ok(
                                user,
                                Call.post("ThingTemplates/GenericThing/Services/GetInstanceRunTimePermissionsAsJSON"))
                        .json()
                        .has("permissions"))
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("users")
    void credentialsComeInManyForms(HttpUser user) throws Exception {
        String services = "Resources/EntityServices/Services/";
        String password = "correct horse battery 17";
        contract.nothing(
                user, Call.post(services + "CreateUser", json("{'name':'" + n + "U','password':'" + password + "'}")));
        Call who = Call.post("Resources/CurrentSessionInfo/Services/GetCurrentUser");
        for (String header : List.of("appKey", "appkey", "AppKey")) {
            assertThat(contract.answer(user, who.with(header, cluster.administratorKey()))
                            .rows())
                    .isEqualTo(tree("[{'result':'Administrator'}]"));
        }
        Call byQuery = Call.post(who.address() + "?appKey=" + cluster.administratorKey());
        assertThat(contract.answer(user, byQuery).rows()).isEqualTo(tree("[{'result':'Administrator'}]"));
        Call basic = who.with(
                "Authorization",
                "Basic " + Base64.getEncoder().encodeToString((n + "U:" + password).getBytes(StandardCharsets.UTF_8)));
        Heard begun = contract.answer(user, basic.with("x-thingworx-session", "true"));
        assertThat(begun.rows()).isEqualTo(tree("[{'result':'" + n + "U'}]"));
        assertThat(contract.answer(user, basic).cookie("JSESSIONID")).isEmpty();

        for (Call refused :
                List.of(who, who.with("appKey", "wrong"), who.with("Authorization", "Basic " + "d3Jvbmc6d3Jvbmc="))) {
            Heard heard = contract.answer(user, refused);
            assertThat(heard.status()).isEqualTo(401);
            assertThat(heard.header("www-authenticate")).contains("Basic realm=\"ThingWorx\"");
            assertThat(heard.header("content-type")).contains("text/plain;charset=UTF-8");
        }

        String form = "thingworx-form-userid=" + n + "U&thingworx-form-password="
                + URLEncoder.encode(password, StandardCharsets.UTF_8);
        Heard login = contract.answer(
                user, Call.post("Login", form).with("Content-Type", "application/x-www-form-urlencoded"));
        assertThat(login.status()).as(login.toString()).isEqualTo(200);
        String cookie = "JSESSIONID=" + login.cookie("JSESSIONID").orElseThrow();
        Call inSession = who.with("Cookie", cookie).with("X-XSRF-TOKEN", "TWX-XSRF-TOKEN-VALUE");
        for (int i = 0; i < 4; i++) {
            assertThat(contract.answer(user, inSession).rows()).isEqualTo(tree("[{'result':'" + n + "U'}]"));
        }
        assertThat(contract.answer(user, who.with("Cookie", cookie)).status()).isEqualTo(403);
        Heard logout = contract.answer(
                user,
                Call.post("Server/*/Services/Logout", "{}")
                        .with("Cookie", cookie)
                        .with("X-XSRF-TOKEN", "TWX-XSRF-TOKEN-VALUE"));
        assertThat(logout.status()).isEqualTo(200);
        for (int i = 0; i < 4; i++) {
            assertThat(contract.answer(user, inSession).status()).isEqualTo(401);
        }
    }

    @ParameterizedTest
    @MethodSource("users")
    void groupsOfTheUserAndThingsOfATemplate(HttpUser user) throws Exception {
        assertThat(contract.ok(user, Call.post("Resources/CurrentSessionInfo/Services/GetCurrentUserGroups", "{}"))
                        .rows()
                        .findValuesAsText("name"))
                .contains("Administrators");
        contract.nothing(user, Call.put("ThingShapes", json("{'name':'" + n + "S'}")));
        contract.nothing(
                user, Call.put("ThingTemplates", json("{'name':'" + n + "T','implementedShapes':['" + n + "S']}")));
        contract.nothing(user, Call.put("Things", json("{'name':'" + n + "','thingTemplate':'" + n + "T'}")));
        for (String of : List.of("ThingTemplates/" + n + "T", "ThingShapes/" + n + "S")) {
            assertThat(contract.ok(user, Call.post(of + "/Services/GetImplementingThings", "{}"))
                            .rows()
                            .findValuesAsText("name"))
                    .containsExactly(n);
        }
        contract.nothing(user, Call.put("Groups", json("{'name':'" + n + "G'}")));
        String group = "Groups/" + n + "G/Services/";
        String member = json("{'member':'Administrator','type':'User'}");
        contract.nothing(user, Call.post(group + "AddMember", member));
        assertThat(contract.ok(user, Call.post(group + "GetGroupMembers"))
                        .rows()
                        .findValuesAsText("name"))
                .containsExactly("Administrator");
        contract.nothing(user, Call.post(group + "DeleteMember", member));
        assertThat(contract.ok(user, Call.post(group + "GetGroupMembers")).rows())
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("users")
    void searchesAndChecksScripts(HttpUser user) throws Exception {
        thing(user, "{}");
        String search = json("{'searchExpression':'" + n + "','types':{'items':['Thing']}}");
        for (String service : List.of("SpotlightSearch", "SpotlightSearchV2", "SearchModelEntities")) {
            JsonNode rows = contract.ok(user, Call.post("Resources/SearchFunctions/Services/" + service, search))
                    .rows();
            assertThat(rows).as(service).hasSize(1);
            assertThat(rows.path(0).path("id").asText()).isEqualTo(n + "#Thing");
            assertThat(rows.path(0).path("parentType").asText()).isEqualTo("Things");
            assertThat(rows.path(0).path("lastModifiedDate").isNumber()).isTrue();
        }
        JsonNode checked = contract.ok(
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
        contract.nothing(
                user,
                Call.put(
                        "DataShapes",
                        json("{'name':'" + n + "D','fieldDefinitions':{'id':{'baseType':'INTEGER',"
                                + "'aspects':{'isPrimaryKey':true}},'text':{'baseType':'STRING'}}}")));
        contract.nothing(
                user,
                Call.put("Things", json("{'name':'" + n + "','thingTemplate':'DataTable','dataShape':'" + n + "D'}")));
        String services = "Things/" + n + "/Services/";
        contract.nothing(
                user,
                Call.post(
                        services + "AddDataTableEntries",
                        json(
                                "{'values':{'rows':[{'id':1,'text':'one'},{'id':2,'text':'two'},{'id':3,'text':'three'}]}}")));
        contract.ok(
                user,
                Call.post(
                        services + "AddOrUpdateDataTableEntry", json("{'values':{'rows':[{'id':2,'text':'zwei'}]}}")));
        contract.nothing(user, Call.post(services + "DeleteDataTableEntryByKey", json("{'key':'1'}")));
        assertThat(contract.ok(user, Call.post(services + "GetDataTableEntryCount"))
                        .rows())
                .isEqualTo(tree("[{'result':2.0}]"));
        JsonNode entries = contract.ok(user, Call.post(services + "GetDataTableEntries", json("{'maxItems':10}")))
                .rows();
        assertThat(entries.findValuesAsText("text")).containsExactlyInAnyOrder("zwei", "three");
        assertThat(entries.path(0).path("timestamp").isNumber()).isTrue();
        assertThat(contract.ok(
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

    /** Each request goes to the next node: what one has written the others read. */
    @ParameterizedTest
    @MethodSource("users")
    void scriptsEventsAndLongValuesWork(HttpUser user) throws Exception {
        contract.nothing(
                user,
                Call.put("DataShapes", json("{'name':'" + n + "D','fieldDefinitions':{'f':{'baseType':'NUMBER'}}}")));
        contract.nothing(
                user,
                Call.put(
                        "Things",
                        json("{'name':'" + n + "','thingTemplate':'GenericThing','propertyDefinitions':"
                                + "{'p':{'baseType':'STRING'}},'serviceDefinitions':{'Twice':{'parameterDefinitions':{'x':{'baseType':"
                                + "'NUMBER'}},'resultType':{'baseType':'NUMBER'}}},'serviceImplementations':{'Twice':{'handlerName':"
                                + "'Script','configurationTables':{'Script':{'rows':[{'code':'result = 2 * x;'}]}}}},"
                                + "'eventDefinitions':{'e':{'dataShape':'" + n + "D'}}}")));
        assertThat(contract.ok(user, Call.post("Things/" + n + "/services/Twice", json("{'x':'21'}")))
                        .rows())
                .isEqualTo(tree("[{'result':42.0}]"));
        contract.nothing(user, Call.post("Things/" + n + "/Events/e", json("{'f':1}")));
        String odd = n + " with spaces?";
        String encoded = URLEncoder.encode(odd, StandardCharsets.UTF_8).replace("+", "%20");
        contract.nothing(user, Call.put("Things", json("{'name':'" + odd + "','thingTemplate':'GenericThing'}")));
        assertThat(contract.ok(user, Call.get("Things/" + encoded))
                        .json()
                        .path("name")
                        .asText())
                .isEqualTo(odd);
        contract.failed(user, Call.get("Things/" + n + "%2Fnone%3F"), 404, "Entity Not Found : [" + n + "/none?]");
        String large = "x".repeat(5 << 20);
        contract.nothing(user, Call.put("Things/" + n + "/Properties/p", "\"" + large + "\""));
        assertThat(contract.ok(user, Call.get("Things/" + n + "/Properties/p"))
                        .rows()
                        .at("/0/p")
                        .asText())
                .isEqualTo(large);
        contract.failed(
                user,
                Call.put("Things/" + n + "/Properties/p", "<p/>").with("Content-Type", "text/xml"),
                415,
                "application/json");
    }

    @ParameterizedTest
    @MethodSource("users")
    void healthAndReadinessNeedNobody(HttpUser user) throws Exception {
        for (String address : List.of("health", "ready")) {
            Heard heard = contract.answer(user, Call.get(address));
            assertThat(heard.status()).isEqualTo(200);
            assertThat(heard.json().path("role").asText()).isEqualTo("foundation node");
        }
        assertThat(contract.answer(user, Call.get("openapi.json")).status()).isEqualTo(401);
    }

    @ParameterizedTest
    @MethodSource("users")
    void changesAndDifferencesOfEntitiesAreTold(HttpUser user) throws Exception {
        thing(user, "{'p':{'baseType':'NUMBER'}}");
        contract.nothing(user, Call.put("Things", json("{'name':'" + n + "B','thingTemplate':'GenericThing'}")));
        JsonNode changes = contract.ok(user, Call.post("Things/" + n + "/Services/GetConfigurationChangeHistory", "{}"))
                .rows();
        assertThat(changes).hasSize(1);
        assertThat(changes.at("/0/action").asText()).isEqualTo("EntityCreate");
        JsonNode differences = contract.ok(
                        user,
                        Call.post(
                                "Things/" + n + "/Services/GetDifferencesAsJSON", json("{'otherEntity':'" + n + "B'}")))
                .json();
        assertThat(differences.at("/differences/0/path").asText()).isEqualTo("/propertyDefinitions/p");
        assertThat(differences.at("/differences/0/difference").asText()).isEqualTo("added");
    }

    /** Each request goes to the next node: what one has issued the other one knows, and none for longer than it holds. */
    @ParameterizedTest
    @MethodSource("users")
    void aKeyForAClientHoldsOnEveryNode(HttpUser user) throws Exception {
        Call ask = Call.post("Resources/EntityServices/Services/GetClientApplicationKey", "{}");
        Call who = Call.post("Resources/CurrentSessionInfo/Services/GetCurrentUser", "{}");
        for (int i = 0; i < 3; i++) {
            String key = contract.ok(user, ask).rows().at("/0/result").asText();
            assertThat(contract.ok(user, who.with("appKey", key)).rows())
                    .isEqualTo(tree("[{'result':'Administrator'}]"));
        }
        String last = contract.ok(user, ask).rows().at("/0/result").asText();
        // It has 15 s from its making; the rest is what a busy machine may need to ask once more.
        await().atMost(Duration.ofSeconds(25))
                .until(() -> contract.answer(user, who.with("appKey", last)).status() == 401);
    }

    @ParameterizedTest
    @MethodSource("users")
    void whatOldDevicesSayIsNotTakenWithoutTheSetting(HttpUser user) throws Exception {
        thing(user, "{'p':{'baseType':'NUMBER'}}");
        String address = "Things/" + n + "/Properties/p";
        // Past the document, which does not tell of such a parameter.
        Heard asked = user.send(Call.get(address + "?method=put&value=3").with("appKey", cluster.administratorKey()));
        assertThat(asked.status()).isEqualTo(200);
        assertThat(contract.ok(user, Call.get(address)).rows().at("/0/p").asDouble())
                .isZero();
        contract.failed(
                user,
                Call.put(address, "p=3").with("Content-Type", "application/x-www-form-urlencoded"),
                415,
                "application/json");
    }

    @ParameterizedTest
    @MethodSource("users")
    void tablesComeInTheFormThatIsAskedFor(HttpUser user) throws Exception {
        thing(user, "{'p':{'baseType':'STRING'}}");
        contract.nothing(user, Call.put("Things/" + n + "/Properties/p", json("{'p':'a,b'}")));
        Heard csv = contract.ok(user, Call.get("Things/" + n + "/Properties/p").with("Accept", "text/csv"));
        assertThat(csv.body()).isEqualTo("p\r\n\"a,b\"\r\n");
        assertThat(contract.ok(user, Call.get("Things/" + n + "/Properties/p?Accept=text/xml"))
                        .body())
                .contains("<Cell name=\"p\">a,b</Cell>");
        assertThat(contract.ok(user, Call.get("Things/" + n).with("Accept", "text/xml"))
                        .body())
                .contains("<Thing ");
    }

    @Test
    void requestsGoToEveryNodeInTurn() throws Exception {
        contract.answered().clear();
        for (int i = 0; i < 6; i++) {
            contract.ok(contract.users().get(1), Call.get("Things?maxItems=1"));
        }
        for (int i = 1; i < 6; i++) {
            assertThat(contract.answered().get(i))
                    .isNotEqualTo(contract.answered().get(i - 1));
        }
    }

    private void thing(HttpUser user, String properties) throws Exception {
        contract.nothing(
                user,
                Call.put(
                        "Things",
                        json("{'name':'" + n + "','thingTemplate':'GenericThing','propertyDefinitions':" + properties
                                + "}")));
    }
}
