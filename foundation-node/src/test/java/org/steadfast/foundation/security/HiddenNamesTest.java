package org.steadfast.foundation.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.steadfast.foundation.security.Client.failed;
import static org.steadfast.foundation.security.Client.ok;
import static org.steadfast.foundation.security.Client.rows;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.steadfast.foundation.RunningNode;

/** Services that list entities do not name those that a user may not see. */
@ExtendWith(RunningNode.Extension.class)
class HiddenNamesTest {
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final String n = "hidden" + NUMBERS.incrementAndGet() + "x";

    private Client administrator;
    private Client client;

    /** A user that sees the template and the group, and may call their services. */
    @BeforeEach
    void create(RunningNode node) throws Exception {
        administrator = Client.administrator(node);
        ok(administrator.put("Users", "{'name':'" + n + "U'}"));
        ok(administrator.put("Users", "{'name':'" + n + "Other'}"));
        ok(administrator.put("Organizations", "{'name':'" + n + "O'}"));
        ok(administrator.call("Organizations/" + n + "O", "AddMember", "{'member':'" + n + "U','type':'User'}"));
        ok(administrator.put("ThingShapes", "{'name':'" + n + "S'}"));
        ok(administrator.put("ThingTemplates", "{'name':'" + n + "T','implementedShapes':['" + n + "S']}"));
        for (String thing : List.of("A", "B", "C")) {
            ok(administrator.put("Things", "{'name':'" + n + thing + "','thingTemplate':'" + n + "T'}"));
        }
        ok(administrator.put("Groups", "{'name':'" + n + "G'}"));
        for (String member : List.of("U", "Other")) {
            ok(administrator.call("Groups/" + n + "G", "AddMember", "{'member':'" + n + member + "','type':'User'}"));
        }
        ok(administrator.put(
                "DataShapes",
                "{'name':'" + n + "D','fieldDefinitions':{'secretField':{'name':'secretField','baseType':'STRING'}}}"));
        for (String seen : List.of("ThingTemplates/" + n + "T", "Groups/" + n + "G", "Users/" + n + "U")) {
            show(seen);
            mayCall(seen);
        }
        client = Client.withKey(
                node,
                administrator
                        .result(
                                "Resources/EntityServices",
                                "CreateApplicationKey",
                                "{'name':'" + n + "K','userNameReference':'" + n + "U'}")
                        .asText());
    }

    private void show(String entity) throws Exception {
        ok(administrator.call(
                entity, "AddVisibilityPermission", "{'principal':'" + n + "O','principalType':'Organization'}"));
    }

    private void mayCall(String entity) throws Exception {
        ok(administrator.call(
                entity,
                "AddRunTimePermission",
                "{'type':'ServiceInvoke','resource':'*','principal':'" + n
                        + "U','principalType':'User','allow':true}"));
    }

    private List<String> names(Client who, String entity, String service, String parameters) throws Exception {
        return rows(who.call(entity, service, parameters)).findValuesAsText("name");
    }

    @Test
    void implementingThings() throws Exception {
        String template = "ThingTemplates/" + n + "T";
        assertThat(names(client, template, "GetImplementingThings", "{}")).isEmpty();

        show("Things/" + n + "C");
        assertThat(names(client, template, "GetImplementingThings", "{'maxItems':1}"))
                .as("what is left out does not count")
                .containsExactly(n + "C");
        assertThat(names(administrator, template, "GetImplementingThings", "{'maxItems':2}"))
                .containsExactly(n + "A", n + "B");
    }

    @Test
    void valuesOfImplementingThings() throws Exception {
        String shape = "ThingShapes/" + n + "S";
        String properties = "{'propertyDefinitions':{'open':{'baseType':'NUMBER'},'secret':{'baseType':'NUMBER'}}}";
        ok(administrator.put(shape, properties));
        ok(administrator.put("Things/" + n + "C/Properties/*", "{'open':5,'secret':5}"));
        ok(administrator.put("Things/" + n + "A/Properties/*", "{'open':5,'secret':5}"));
        show(shape);
        show("Things/" + n + "C");
        mayCall(shape);
        ok(administrator.call(
                "Things/" + n + "C",
                "AddRunTimePermission",
                "{'type':'PropertyRead','resource':'open','principal':'" + n
                        + "U','principalType':'User','allow':true}"));

        var rows = rows(client.call(shape, "QueryImplementingThingsWithData", "{}"));
        assertThat(rows.findValuesAsText("name")).containsExactly(n + "C");
        assertThat(rows.get(0).path("open").asDouble()).isEqualTo(5);
        assertThat(rows.get(0).has("secret")).isFalse();
        String bySecret = "{'query':{'filters':{'type':'EQ','fieldName':'secret','value':5}}}";
        assertThat(names(client, shape, "QueryImplementingThings", bySecret)).isEmpty();
        assertThat(names(administrator, shape, "QueryImplementingThings", bySecret))
                .containsExactly(n + "A", n + "C");
    }

    @Test
    void subsystemsAreForAdministrators() throws Exception {
        assertThat(client.get("Subsystems").statusCode()).isEqualTo(403);
        failed(client.call("Subsystems/PlatformSubsystem", "GetPerformanceMetrics", "{}"), 403, "administrators");
        failed(client.call("Logs/ApplicationLog", "SetLogLevel", "{'level':'OFF'}"), 403, "administrators");
        failed(client.call("Logs/ApplicationLog", "GetLogLevel", "{}"), 403, "administrators");
        ok(administrator.get("Subsystems"));
    }

    @Test
    void thingsThatHearOfATimer() throws Exception {
        String timer = "Things/" + n + "Timer";
        ok(administrator.put(
                "Things",
                "{'name':'" + n
                        + "Hearer','thingTemplate':'GenericThing','subscriptions':{'onFire':{'eventName':'Timer',"
                        + "'source':'" + n + "Timer','serviceImplementation':{'handlerName':'Script',"
                        + "'configurationTables':{'Script':{'rows':[{'code':'1'}]}}}}}}"));
        ok(administrator.put(
                "Things",
                "{'name':'" + n + "Timer','thingTemplate':'Timer','configurationTables':{'Settings':{'rows':["
                        + "{'updateRate':200}]}}}"));
        show(timer);
        mayCall(timer);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> rows(administrator.call(timer, "QueryScheduleRuns", "{}"))
                        .findValuesAsText("outcome")
                        .contains("SUCCEEDED"));
        ok(administrator.call(timer, "DisableTimer", "{}"));

        assertThat(rows(administrator.call(timer, "QueryScheduleRuns", "{}")).findValuesAsText("thing"))
                .contains(n + "Hearer");
        var seen = rows(client.call(timer, "QueryScheduleRuns", "{}"));
        assertThat(seen.findValuesAsText("outcome")).contains("SUCCEEDED");
        assertThat(seen.toString()).doesNotContain("Hearer").doesNotContain("onFire");
        ok(administrator.delete(timer));
    }

    @Test
    void dependencies() throws Exception {
        String template = "ThingTemplates/" + n + "T";
        assertThat(names(administrator, template, "GetIncomingDependencies", "{}"))
                .containsExactlyInAnyOrder(n + "A", n + "B", n + "C");
        assertThat(names(administrator, template, "GetOutgoingDependencies", "{}"))
                .contains(n + "S");
        assertThat(names(client, template, "GetIncomingDependencies", "{}")).isEmpty();
        assertThat(names(client, template, "GetOutgoingDependencies", "{}")).doesNotContain(n + "S");
        assertThat(client.result(template, "HasIncomingDependencies", "{}").asBoolean())
                .isFalse();

        show("Things/" + n + "C");
        show("ThingShapes/" + n + "S");
        assertThat(names(client, template, "GetIncomingDependencies", "{'maxItems':1}"))
                .containsExactly(n + "C");
        assertThat(names(client, template, "GetOutgoingDependencies", "{}")).contains(n + "S");
        assertThat(client.result(template, "HasIncomingDependencies", "{}").asBoolean())
                .isTrue();
    }

    @Test
    void members() throws Exception {
        assertThat(names(administrator, "Groups/" + n + "G", "GetGroupMembers", "{}"))
                .containsExactlyInAnyOrder(n + "U", n + "Other");
        assertThat(names(client, "Groups/" + n + "G", "GetGroupMembers", "{}")).containsExactly(n + "U");
    }

    @Test
    void dataShapes() throws Exception {
        String resource = "Resources/InfoTableFunctions";
        String parameters = "{'dataShapeName':'" + n + "D'}";
        assertThat(administrator
                        .call(resource, "CreateInfoTableFromDataShape", parameters)
                        .body())
                .contains("secretField");
        failed(client.call(resource, "CreateInfoTableFromDataShape", parameters), 404, n + "D");
        show("DataShapes/" + n + "D");
        assertThat(client.call(resource, "CreateInfoTableFromDataShape", parameters)
                        .body())
                .contains("secretField");
    }
}
