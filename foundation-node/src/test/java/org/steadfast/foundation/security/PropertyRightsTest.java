package org.steadfast.foundation.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.steadfast.foundation.security.Client.failed;
import static org.steadfast.foundation.security.Client.ok;
import static org.steadfast.foundation.security.Client.rows;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.steadfast.foundation.RunningNode;

/** What a user gets of the history and the alerts of a thing, one of whose properties is not theirs to read and write. */
@ExtendWith(RunningNode.Extension.class)
class PropertyRightsTest {
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final String n = "propertyRights" + NUMBERS.incrementAndGet();
    private final String thing = "Things/" + n;

    private Client administrator;
    private Client client;

    /** Both properties have entries at 1000 and 2000, and an alert. */
    @BeforeEach
    void create(RunningNode node) throws Exception {
        administrator = Client.administrator(node);
        ok(administrator.put("Things", "{'name':'" + n + "V','thingTemplate':'ValueStream'}"));
        ok(administrator.put(
                "Things",
                "{'name':'" + n + "','valueStream':'" + n + "V','thingShape':{'propertyDefinitions':{"
                        + "'open':{'baseType':'NUMBER','aspects':{'isLogged':true}},"
                        + "'secret':{'baseType':'NUMBER','aspects':{'isLogged':true}}}}}"));
        for (String property : List.of("open", "secret")) {
            for (int time = 1000; time <= 2000; time += 1000) {
                ok(administrator.call(thing, "AddNumberValueStreamEntry", entry(property, time)));
            }
            ok(administrator.call(
                    thing,
                    "AddOrUpdateAlert",
                    "{'property':'" + property + "','alertType':'Above','alertName':'high',"
                            + "'attributes':{'rows':[{'limit':50}]}}"));
        }
        ok(administrator.put("Users", "{'name':'" + n + "U'}"));
        ok(administrator.put("Organizations", "{'name':'" + n + "O'}"));
        ok(administrator.call("Organizations/" + n + "O", "AddMember", "{'member':'" + n + "U','type':'User'}"));
        ok(administrator.call(
                thing, "AddVisibilityPermission", "{'principal':'" + n + "O','principalType':'Organization'}"));
        permission("ServiceInvoke", "*", true);
        for (String type : List.of("PropertyRead", "PropertyWrite")) {
            permission(type, "*", true);
            permission(type, "secret", false);
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

    private void permission(String type, String property, boolean allow) throws Exception {
        ok(administrator.call(
                thing,
                "AddRunTimePermission",
                "{'type':'" + type + "','resource':'" + property + "','principal':'" + n
                        + "U','principalType':'User','allow':" + allow + "}"));
    }

    private static String entry(String property, int time) {
        return "{'propertyName':'" + property + "','timestamp':" + time + ",'value':7}";
    }

    @Test
    void historyLeavesOutWhatMayNotBeRead() throws Exception {
        for (String query :
                List.of("QueryPropertyHistory {}", "QueryNamedPropertyHistory {'propertyNames':['secret','open']}")) {
            String[] parts = query.split(" ", 2);
            JsonNode table = ok(client.call(thing, parts[0], parts[1]));
            assertThat(table.at("/dataShape/fieldDefinitions").has("open")).isTrue();
            assertThat(table.at("/dataShape/fieldDefinitions").has("secret"))
                    .as(parts[0])
                    .isFalse();
            assertThat(table.path("rows")).hasSize(2);
            assertThat(table.at("/rows/0").has("secret")).isFalse();
            assertThat(ok(administrator.call(thing, parts[0], parts[1]))
                            .at("/rows/0/secret")
                            .asInt())
                    .isEqualTo(7);
        }
        failed(
                client.call(
                        thing,
                        "QueryPropertyHistory",
                        "{'query':{'filters':{'type':'GT','fieldName':'secret','value':1}}}"),
                400,
                "secret");
        failed(
                client.call(thing, "QueryNumberPropertyHistory", "{'propertyName':'secret'}"),
                403,
                "Not authorized for PropertyRead on secret in " + n);
        failed(
                client.call(thing, "AggregatePropertyHistory", "{'propertyName':'secret','interval':1000}"),
                403,
                "Not authorized for PropertyRead on secret in " + n);
        assertThat(rows(client.call(thing, "QueryNumberPropertyHistory", "{'propertyName':'open'}")))
                .hasSize(2);
        assertThat(rows(client.call(thing, "AggregatePropertyHistory", "{'propertyName':'open','interval':1000}")))
                .hasSize(2);
    }

    @Test
    void historyIsChangedByWhoeverMayWriteTheProperty() throws Exception {
        String denied = "Not authorized for PropertyWrite on secret in " + n;
        failed(client.call(thing, "AddNumberValueStreamEntry", entry("secret", 3000)), 403, denied);
        failed(client.call(thing, "PurgePropertyHistory", "{'propertyName':'secret'}"), 403, denied);
        failed(client.call(thing, "PurgeAllPropertyHistory", "{}"), 403, denied);
        failed(
                client.call(thing, "PurgeSelectedPropertyHistory", "{'propertiesToPurge':['open','secret']}"),
                403,
                denied);
        assertThat(rows(administrator.call(thing, "QueryPropertyHistory", "{}")))
                .as("nothing was done")
                .hasSize(2);

        ok(client.call(thing, "AddNumberValueStreamEntry", entry("open", 3000)));
        assertThat(rows(client.call(thing, "QueryPropertyHistory", "{}"))).hasSize(3);
        ok(client.call(thing, "PurgePropertyHistory", "{'propertyName':'open'}"));
        assertThat(rows(client.call(thing, "QueryPropertyHistory", "{}"))).isEmpty();
        ok(administrator.call(thing, "PurgeAllPropertyHistory", "{}"));
        assertThat(rows(administrator.call(thing, "QueryPropertyHistory", "{}")))
                .isEmpty();
    }

    @Test
    void alertsOfWhatMayNotBeReadAreLeftOut() throws Exception {
        // The visible one first: it is the older record, behind the one that is left out.
        for (String property : List.of("open", "secret")) {
            ok(administrator.put(thing + "/Properties/" + property, "99"));
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(rows(administrator.call(
                                    thing, "GetAlertSummaryForProperty", "{'property':'" + property + "'}")))
                            .hasSize(1));
        }

        for (String service : List.of("GetAlertStatuses", "GetAlertSummary", "QueryAlertHistory")) {
            assertThat(rows(administrator.call(thing, service, "{}")).findValuesAsText("property"))
                    .containsExactlyInAnyOrder("open", "secret");
            assertThat(rows(client.call(thing, service, "{}")).findValuesAsText("property"))
                    .as(service)
                    .containsExactly("open");
        }
        assertThat(rows(client.call(thing, "QueryAlertHistory", "{'maxItems':1}"))
                        .findValuesAsText("property"))
                .as("what is left out does not count")
                .containsExactly("open");
        for (String service : List.of("GetAlertStatus", "GetAlertStatusesForProperty", "GetAlertSummaryForProperty")) {
            failed(
                    client.call(thing, service, "{'property':'secret','alertName':'high'}"),
                    403,
                    "Not authorized for PropertyRead on secret in " + n);
            ok(client.call(thing, service, "{'property':'open','alertName':'high'}"));
        }
    }
}
