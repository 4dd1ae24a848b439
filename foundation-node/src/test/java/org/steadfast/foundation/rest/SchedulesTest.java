package org.steadfast.foundation.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.steadfast.foundation.RunningNode;
import org.steadfast.foundation.Surroundings;
import org.steadfast.protocol.json.Json;
import org.steadfast.protocol.release.ProductVersion;

/** Timers and schedulers as the builders of applications use them. */
@ExtendWith({Surroundings.Extension.class, RunningNode.Extension.class})
class SchedulesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final RunningNode node;
    private final String n = "Sched" + UUID.randomUUID().toString().substring(0, 8);

    SchedulesTest(RunningNode node) {
        this.node = node;
    }

    @AfterEach
    void end() throws Exception {
        node.delete("Things/" + n);
        node.delete("Things/" + n + "Hearer");
    }

    @Test
    void aTimerFiresAndItsSubscriptionsHearOfEachFireOnce() throws Exception {
        hearer("me.heard = me.heard + dateFormatISO(eventData.timestamp) + ' '; me.count = me.count + 1;", "Timer");
        timer("'updateRate':300");

        await().atMost(PATIENCE).until(() -> runs().size() >= 5);
        ok(call("DisableTimer", "{}"));
        awaitQuiet();
        List<JsonNode> runs = runs();
        for (int i = 0; i < runs.size(); i++) {
            JsonNode run = runs.get(i);
            assertThat(run.path("outcome").asText()).as(run.toString()).isEqualTo("SUCCEEDED");
            assertThat(run.path("fate").asText()).isEqualTo("TOLD");
            assertThat(run.path("thing").asText()).isEqualTo(n + "Hearer");
            assertThat(run.path("node").asText()).isEqualTo("running1");
            assertThat(run.path("endTime").asLong())
                    .isGreaterThanOrEqualTo(run.path("startTime").asLong());
            if (i > 0) {
                assertThat(run.path("fireTime").asLong()
                                - runs.get(i - 1).path("fireTime").asLong())
                        .as("the latest first, each a period before the other")
                        .isEqualTo(-300);
            }
        }
        assertThat(Integer.parseInt(value("count"))).isEqualTo(runs.size());
        assertThat(value("heard").strip().split(" ")).hasSize(runs.size()).doesNotHaveDuplicates();
    }

    @Test
    void changesTakeEffectAtOnce() throws Exception {
        hearer("me.count = me.count + 1;", "Timer");
        timer("'updateRate':3600000");
        assertThat(state().path("plan").asText()).isEqualTo("every 3600000 ms");

        ok(call(
                "SetConfigurationTable",
                "{'tableName':'Settings','configurationTable':{'rows':[{'updateRate':200,'enabled':true}]}}"));
        await().atMost(PATIENCE).until(() -> runs().size() >= 3);
        assertThat(state().path("plan").asText()).isEqualTo("every 200 ms");
        assertThat(state().path("nextFireTime").asLong()
                        - state().path("lastFireTime").asLong())
                .isPositive();

        ok(call("DisableTimer", "{}"));
        awaitQuiet();
        assertThat(state().path("enabled").asBoolean()).isFalse();
        int before = runs().size();

        ok(call("EnableTimer", "{}"));
        await().atMost(PATIENCE).until(() -> runs().size() >= before + 2);
        // A thing that is disabled does nothing at all.
        ok(call("DisableThing", "{}"));
        awaitQuiet();
    }

    @Test
    void aSchedulerFiresAtTimesOfTheCalendar() throws Exception {
        hearer("me.count = me.count + 1;", "ScheduledEvent");
        ok(node.put(
                "Things",
                json("{'name':'" + n + "','thingTemplate':'Scheduler','configurationTables':{'Settings':{'rows':["
                        + "{'schedule':'0/2 * * * * ?','timeZone':'Europe/Berlin'}]}}}")));
        await().atMost(PATIENCE).until(() -> runs().size() >= 2);
        for (JsonNode run : runs()) {
            assertThat(run.path("fireTime").asLong() % 2_000).isZero();
        }
        assertThat(state().path("plan").asText()).isEqualTo("cron 0/2 * * * * ? in Europe/Berlin");
        assertThat(state().path("description").asText()).isEqualTo("every 2 seconds");
        ok(call("DisableScheduler", "{}"));
        awaitQuiet();
    }

    @Test
    void whatComesFromATemplateFiresByItsSettingsAndChangesWithThem() throws Exception {
        ok(node.put(
                "ThingTemplates",
                json("{'name':'" + n + "T','baseThingTemplate':'Timer','configurationTables':{'Settings':{'rows':["
                        + "{'updateRate':3600000}]}}}")));
        ok(node.put("Things", json("{'name':'" + n + "','thingTemplate':'" + n + "T'}")));
        assertThat(state().path("plan").asText()).isEqualTo("every 3600000 ms");
        // Of its own it has no more than what is set here.
        ok(call("DisableTimer", "{}"));
        assertThat(state().path("enabled").asBoolean()).isFalse();
        ok(call("EnableTimer", "{}"));
        JsonNode row = Json.read(call("GetConfigurationTable", "{'tableName':'Settings'}")
                        .body())
                .at("/rows/0");
        assertThat(row.path("updateRate").asInt()).isEqualTo(3_600_000);
        assertThat(row.path("enabled").asBoolean()).isTrue();
        ok(node.post(
                "ThingTemplates/" + n + "T/Services/SetConfigurationTable",
                json("{'tableName':'Settings','configurationTable':{'rows':[{'updateRate':250}]}}")));
        await().atMost(PATIENCE).until(() -> fires().size() >= 3);
        assertThat(fires().get(0).path("fate").asText()).as("nobody subscribes").isEqualTo("UNHEARD");
        ok(node.delete("Things/" + n));
        ok(node.delete("ThingTemplates/" + n + "T"));
    }

    @Test
    void whatIsSlowIsNotRunTwiceAtATimeAndOneFireWaits() throws Exception {
        hearer("var end = Date.now() + 700; while (Date.now() < end) {} me.count = me.count + 1;", "Timer");
        timer("'updateRate':100,'overlapPolicy':'QueueOne'");
        await().atMost(PATIENCE)
                .until(() ->
                        runs().stream().filter(run -> ended(run, "SUCCEEDED")).count() >= 3);
        ok(call("DisableTimer", "{}"));
        awaitQuiet();
        List<JsonNode> fires = fires();
        long told = fires.stream()
                .filter(fire -> fire.path("fate").asText().equals("TOLD"))
                .count();
        long overlapped = fires.stream()
                .filter(fire -> fire.path("fate").asText().equals("OVERLAPPED"))
                .count();
        assertThat(overlapped).as("passed over").isGreaterThan(2 * told);
        assertThat(Long.parseLong(value("count"))).isEqualTo(told);
    }

    @Test
    void aRunThatFailsSaysWhy() throws Exception {
        hearer("throw new Error('no water');", "Timer");
        timer("'updateRate':200");
        await().atMost(PATIENCE).until(() -> runs().stream().anyMatch(run -> ended(run, "FAILED")));
        ok(call("DisableTimer", "{}"));
        awaitQuiet();
        assertThat(runs().get(0).path("error").asText()).contains("no water");
    }

    @Test
    void anEventThatNoScheduleHasFiredIsRunWithoutARecord() throws Exception {
        hearer("me.count = me.count + 1;", "Timer");
        timer("'updateRate':3600000");
        ok(node.post("Things/" + n + "/Events/Timer", json("{'timestamp':1000}")));
        await().atMost(PATIENCE).until(() -> value("count").equals("1"));
        assertThat(fires()).isEmpty();
    }

    @Test
    void settingsThatAreWrongAreRefusedWithTheirField() throws Exception {
        refused("Timer", "'updateRate':99", "field updateRate: must be a whole number from 100");
        refused("Timer", "'misfirePolicy':'Never'", "field misfirePolicy: must be one of FireOnce, FireAll, Skip");
        refused("Scheduler", "'schedule':'every day'", "field schedule: [every day] is no schedule");
        refused("Scheduler", "'timeZone':'Mars'", "field timeZone: [Mars] is no time zone");

        timer("'updateRate':3600000");
        HttpResponse<String> changed = call(
                "SetConfigurationTable", "{'tableName':'Settings','configurationTable':{'rows':[{'updateRate':5}]}}");
        assertThat(changed.statusCode()).as(changed.body()).isEqualTo(400);
        assertThat(state().path("plan").asText()).isEqualTo("every 3600000 ms");
    }

    private void refused(String template, String settings, String why) throws Exception {
        HttpResponse<String> answer = node.put(
                "Things",
                json("{'name':'" + n + "','thingTemplate':'" + template
                        + "','configurationTables':{'Settings':{'rows':[{" + settings + "}]}}}"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains(why);
    }

    /** The settings are there to be read before anybody has set one. */
    @Test
    void settingsAreInherited() throws Exception {
        ok(node.put("Things", json("{'name':'" + n + "','thingTemplate':'Timer','enabled':false}")));
        JsonNode row = Json.read(call("GetConfigurationTable", "{'tableName':'Settings'}")
                        .body())
                .at("/rows/0");
        assertThat(row.path("updateRate").asInt()).isEqualTo(60_000);
        assertThat(row.path("misfirePolicy").asText()).isEqualTo("FireOnce");
    }

    @Test
    void theClusterTellsWhoFires() throws Exception {
        String subsystem = "Subsystems/ClusteringSubsystem/Services/";
        JsonNode mine =
                Json.read(node.post(subsystem + "GetNodeInfo", "{}").body()).at("/rows/0");
        assertThat(mine.path("platformId").asText()).isEqualTo("running1");
        assertThat(mine.path("singleton").asBoolean()).isTrue();
        assertThat(mine.path("online").asBoolean()).isTrue();
        assertThat(mine.path("servers").asInt()).isEqualTo(1);
        assertThat(mine.path("address").asText()).isEqualTo("127.0.0.1:" + node.port());

        String before = node.surroundings().asSuperuser("select epoch from singleton");
        HttpResponse<String> released = node.post(subsystem + "ReleaseSingleton", "{}");
        ok(released);
        assertThat(released.body()).contains("running1");
        assertThat(Long.parseLong(node.surroundings().asSuperuser("select epoch from singleton")))
                .isGreaterThan(Long.parseLong(before));

        assertThat(Json.read(node.post(subsystem + "GetNodeInfo", "{}").body())
                        .at("/rows/0/version")
                        .asText())
                .isEqualTo(ProductVersion.get())
                .matches("\\d+\\.\\d+\\.\\d+.*");
        ok(node.post(subsystem + "SetOnlineState", json("{'online':false}")));
        try {
            HttpResponse<String> ready = node.get("ready");
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(ready.body()).contains("the node was set offline");
            assertThat(node.get("health").statusCode()).isEqualTo(200);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(Json.read(node.post(subsystem + "GetClusterNodes", "{}")
                                            .body())
                                    .at("/rows/0/online")
                                    .asBoolean(true))
                            .isFalse());
        } finally {
            ok(node.post(subsystem + "SetOnlineState", json("{'online':true}")));
        }
        assertThat(node.get("ready").statusCode()).isEqualTo(200);
    }

    private void hearer(String code, String event) throws Exception {
        ok(node.put(
                "Things",
                json("{'name':'" + n + "Hearer','thingTemplate':'GenericThing','propertyDefinitions':{"
                                + "'count':{'baseType':'NUMBER'},'heard':{'baseType':'STRING'}},'subscriptions':{"
                                + "'onFire':{'eventName':'" + event + "','source':'" + n
                                + "','serviceImplementation':{'handlerName':'Script',"
                                + "'configurationTables':{'Script':{'rows':[{'code':'")
                        + code.replace("'", "\\u0027")
                        + json("'}]}}}}}}")));
    }

    private void timer(String settings) throws Exception {
        ok(node.put(
                "Things",
                json("{'name':'" + n + "','thingTemplate':'Timer','configurationTables':{'Settings':{'rows':[{"
                        + settings + "}]}}}")));
    }

    /** Waits until nothing more is fired and all is heard. */
    private void awaitQuiet() {
        String[] before = {""};
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(600)).until(() -> {
            String now = node.surroundings()
                    .asSuperuser("select (select count(*) from schedule_fire) || ' '"
                            + " || (select count(*) from schedule_run where ended is not null) || ' '"
                            + " || (select count(*) from event_journal)");
            boolean isQuiet = now.equals(before[0]) && now.endsWith(" 0");
            before[0] = now;
            return isQuiet;
        });
    }

    private static boolean ended(JsonNode run, String outcome) {
        return run.path("outcome").asText().equals(outcome);
    }

    private List<JsonNode> fires() throws Exception {
        List<JsonNode> rows = new ArrayList<>();
        HttpResponse<String> answer = call("QueryScheduleRuns", "{}");
        ok(answer);
        Json.read(answer.body()).path("rows").forEach(rows::add);
        return rows;
    }

    private List<JsonNode> runs() throws Exception {
        return fires().stream()
                .filter(fire -> !fire.path("outcome").asText("").isEmpty())
                .toList();
    }

    private JsonNode state() throws Exception {
        HttpResponse<String> answer = call("GetScheduleState", "{}");
        ok(answer);
        return Json.read(answer.body()).at("/rows/0");
    }

    private HttpResponse<String> call(String service, String parameters) throws Exception {
        return node.post("Things/" + n + "/Services/" + service, json(parameters));
    }

    private String value(String property) throws Exception {
        JsonNode row = Json.read(node.get("Things/" + n + "Hearer/Properties/" + property)
                        .body())
                .at("/rows/0/" + property);
        return row.isNumber() ? Long.toString(row.asLong()) : row.asText();
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }

    private static void ok(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }
}
