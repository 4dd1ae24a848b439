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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.steadfast.foundation.RunningNode;
import org.steadfast.foundation.Surroundings;
import org.steadfast.foundation.webhook.Receiver;
import org.steadfast.protocol.json.Json;

/** What the platform itself does on events, as the builders of applications use it; the receiver of webhooks is a real server. */
@ExtendWith({Surroundings.Extension.class, RunningNode.Extension.class})
class ActionsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final RunningNode node;
    private final String n = "Act" + UUID.randomUUID().toString().substring(0, 8);
    private final List<String> made = new ArrayList<>();
    private Receiver receiver;

    ActionsTest(RunningNode node) {
        this.node = node;
    }

    @BeforeEach
    void open() throws Exception {
        receiver = Receiver.open();
    }

    @AfterEach
    void end() throws Exception {
        receiver.close();
        for (int i = made.size() - 1; i >= 0; i--) {
            node.delete(made.get(i));
        }
    }

    private String url() {
        return receiver.url("/hook");
    }

    private void make(String collection, String name, String rest) throws Exception {
        made.add(collection + "/" + name);
        HttpResponse<String> answer = node.put(collection, json("{'name':'" + name + "'," + rest + "}"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static String subscription(String name, String event, String source, String handler, String settings) {
        return "'" + name + "':{'eventName':'" + event + "','source':'" + source
                + "','serviceImplementation':{'handlerName':'" + handler + "','settings':" + settings + "}}";
    }

    @Test
    void aTimerSetsPropertiesWritesAStreamCallsAServiceAndAWebhook() throws Exception {
        receiver.answer(204);
        make("DataShapes", n + "D", "'fieldDefinitions':{'what':{'baseType':'STRING'}}");
        make("Things", n + "Stream", "'thingTemplate':'Stream','dataShape':'" + n + "D'");
        make(
                "Things",
                n + "Other",
                "'thingTemplate':'GenericThing','propertyDefinitions':{'level':{'baseType':'NUMBER'},"
                        + "'called':{'baseType':'STRING'}},'serviceDefinitions':{'Note':{'parameterDefinitions':{"
                        + "'text':{'baseType':'STRING'}}}},'serviceImplementations':{'Note':{'handlerName':'Script',"
                        + "'configurationTables':{'Script':{'rows':[{'code':'me.called = text;'}]}}}}");
        make(
                "Things",
                n + "Hearer",
                "'thingTemplate':'GenericThing','subscriptions':{"
                        + String.join(
                                ",",
                                subscription(
                                        "set",
                                        "Timer",
                                        n,
                                        "SetProperties",
                                        "{'thing':'" + n + "Other','values':{'level':4.5}}"),
                                subscription(
                                        "add",
                                        "Timer",
                                        n,
                                        "AddStreamEntry",
                                        "{'stream':'" + n + "Stream','values':{'what':'fired'}}"),
                                subscription(
                                        "invoke",
                                        "Timer",
                                        n,
                                        "InvokeService",
                                        "{'entity':'" + n
                                                + "Other','service':'Note','parameters':{'text':'by timer'}}"),
                                subscription("call", "Timer", n, "Webhook", "{'url':'" + url() + "'}"))
                        + "}");
        make("Things", n, "'thingTemplate':'Timer','configurationTables':{'Settings':{'rows':[{'updateRate':300}]}}");

        await().atMost(PATIENCE)
                .until(() -> runs().stream()
                                .map(run -> run.path("subscription").asText())
                                .distinct()
                                .count()
                        == 4);
        post("Things/" + n + "/Services/DisableTimer", "{}");
        List<Long> fireTimes = new ArrayList<>();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(700)).until(() -> {
            List<Long> before = List.copyOf(fireTimes);
            List<JsonNode> runs = runs();
            fireTimes.clear();
            runs.stream().map(run -> run.path("fireTime").asLong()).distinct().forEach(fireTimes::add);
            boolean haveAllEnded = runs.size() == 4 * fireTimes.size()
                    && runs.stream()
                            .noneMatch(run -> run.path("outcome").asText().equals("RUNNING"));
            return haveAllEnded && fireTimes.equals(before);
        });
        assertThat(runs())
                .allSatisfy(run -> assertThat(run.path("outcome").asText())
                        .as(run.toString())
                        .isEqualTo("SUCCEEDED"));

        JsonNode other =
                Json.read(node.get("Things/" + n + "Other/Properties/").body()).at("/rows/0");
        assertThat(other.path("level").asDouble()).isEqualTo(4.5);
        assertThat(other.path("called").asText()).isEqualTo("by timer");
        JsonNode entries = Json.read(post("Things/" + n + "Stream/Services/QueryStreamEntriesWithData", "{}")
                .body());
        List<Long> times = new ArrayList<>();
        entries.path("rows").forEach(row -> {
            assertThat(row.path("what").asText()).isEqualTo("fired");
            assertThat(row.path("source").asText()).isEqualTo(n);
            times.add(row.path("timestamp").asLong());
        });
        assertThat(times).containsExactlyInAnyOrderElementsOf(fireTimes);

        assertThat(receiver.received()).hasSameSizeAs(fireTimes);
        assertThat(receiver.received().stream()
                        .map(one -> one.headers().get("Steadfast-delivery").get(0)))
                .doesNotHaveDuplicates();
        JsonNode told = Json.read(receiver.received().get(0).body());
        assertThat(told.path("thing").asText()).isEqualTo(n + "Hearer");
        assertThat(told.path("subscription").asText()).isEqualTo("call");
        assertThat(told.path("source").asText()).isEqualTo(n);
        assertThat(told.path("event").asText()).isEqualTo("Timer");
        assertThat(fireTimes).contains(told.path("time").asLong());
        assertThat(told.at("/data/timestamp").asLong())
                .isEqualTo(told.path("time").asLong());
        assertThat(receiver.received()).allMatch(one -> one.headers().containsKey("Steadfast-signature"));
    }

    @Test
    void aRunSaysWhyAnActionFailed() throws Exception {
        receiver.answer(410);
        make(
                "Things",
                n + "Hearer",
                "'thingTemplate':'GenericThing','propertyDefinitions':{'level':{'baseType':'NUMBER'}},'subscriptions':{"
                        + String.join(
                                ",",
                                subscription("set", "Timer", n, "SetProperties", "{'values':{'level':'high'}}"),
                                subscription(
                                        "add", "Timer", n, "AddStreamEntry", "{'stream':'" + n + "','values':{'a':1}}"),
                                subscription("invoke", "Timer", n, "InvokeService", "{'service':'Missing'}"),
                                subscription("call", "Timer", n, "Webhook", "{'url':'" + url() + "'}"),
                                subscription("away", "Timer", n, "Webhook", "{'url':'http://example.com/'}"))
                        + "}");
        make("Things", n, "'thingTemplate':'Timer','configurationTables':{'Settings':{'rows':[{'updateRate':500}]}}");
        await().atMost(PATIENCE)
                .until(() -> runs().stream()
                                .filter(run -> run.path("outcome").asText().equals("FAILED"))
                                .map(run -> run.path("subscription").asText())
                                .distinct()
                                .count()
                        == 5);
        assertThat(error("set")).contains("property level of " + n + "Hearer").contains("NUMBER");
        assertThat(error("add")).contains("Service [AddStreamEntry] Does Not Exist On Thing [" + n + "]");
        assertThat(error("invoke")).contains("Service [Missing] Does Not Exist");
        assertThat(error("call")).contains("attempt 1 of 3, was answered with 410");
        assertThat(error("away")).contains("the host example.com is not among").contains("AllowedHosts");
    }

    @Test
    void webhooksKeepTheOrderOfTheirThingsSubscriptions() throws Exception {
        receiver.answer(200);
        int writes = 12;
        String note = "'a':{'eventName':'DataChange','sourceProperty':'in','serviceImplementation':"
                + "{'handlerName':'Script','configurationTables':{'Script':{'rows':[{'code':"
                + "'me.log = me.log + String(eventData.newValue.value) + String.fromCharCode(32);'}]}}}}";
        String hook =
                "'b':{'eventName':'DataChange','sourceProperty':'in','serviceImplementation':{'handlerName':'Webhook',"
                        + "'settings':{'url':'" + url() + "'}}}";
        make(
                "Things",
                n,
                "'thingTemplate':'GenericThing','propertyDefinitions':{'in':{'baseType':'NUMBER'},"
                        + "'log':{'baseType':'STRING','aspects':{'defaultValue':''}}},'subscriptions':{" + note + ","
                        + hook + "}");
        StringBuilder expected = new StringBuilder();
        for (int i = 1; i <= writes; i++) {
            assertThat(node.put("Things/" + n + "/Properties/in", json("{'in':" + i + "}"))
                            .statusCode())
                    .isEqualTo(200);
            expected.append(i).append(' ');
        }
        await().atMost(PATIENCE).until(() -> receiver.received().size() >= writes);
        List<Integer> told = new ArrayList<>();
        for (Receiver.Received one : receiver.received()) {
            told.add(Json.read(one.body()).at("/data/newValue/rows/0/value").asInt());
        }
        assertThat(told).isSorted().hasSize(writes).doesNotHaveDuplicates();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(Json.read(node.get("Things/" + n + "/Properties/log")
                                        .body())
                                .at("/rows/0/log")
                                .asText())
                        .isEqualTo(expected.toString()));
    }

    /** As many webhooks hang as subscriptions run at a time; whoever calls nobody does not wait for them. */
    @Test
    void whoCallsNobodyDoesNotWaitForServersOutside() throws Exception {
        receiver.serve(receiver::hang);
        make(
                "ThingTemplates",
                n + "T",
                "'baseThingTemplate':'GenericThing','propertyDefinitions':{"
                        + "'in':{'baseType':'NUMBER'},'out':{'baseType':'NUMBER'}}");
        for (int i = 0; i < RunningNode.SUBSCRIPTION_THREADS; i++) {
            make(
                    "Things",
                    n + i,
                    "'thingTemplate':'" + n + "T','subscriptions':{"
                            + subscription("call", "DataChange", "", "Webhook", "{'url':'" + url() + "'}") + "}");
        }
        make(
                "Things",
                n + "Quick",
                "'thingTemplate':'" + n + "T','subscriptions':{'copy':{'eventName':'DataChange','sourceProperty':'in',"
                        + "'serviceImplementation':{'handlerName':'SetProperties','settings':{'values':{'out':7}}}}}");
        for (int i = 0; i < RunningNode.SUBSCRIPTION_THREADS; i++) {
            assertThat(node.put("Things/" + n + i + "/Properties/in", json("{'in':1}"))
                            .statusCode())
                    .isEqualTo(200);
        }
        await().atMost(PATIENCE).until(() -> receiver.received().size() == RunningNode.SUBSCRIPTION_THREADS);
        node.put("Things/" + n + "Quick/Properties/in", json("{'in':1}"));
        // A webhook that hangs is given up after the subscription deadline of 5 s.
        await().atMost(Duration.ofSeconds(4))
                .until(() ->
                        node.get("Things/" + n + "Quick/Properties/out").body().contains("7"));
    }

    @Test
    void whatIsWrongIsRefusedWithItsFieldAndComesBackAsItWasWhereItIsRight() throws Exception {
        HttpResponse<String> refused = node.put(
                "Things",
                json("{'name':'" + n + "','thingTemplate':'GenericThing','subscriptions':{"
                        + subscription("call", "ThingStart", "", "Webhook", "{'url':'ftp://x'}") + "}}"));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body())
                .contains(
                        "field subscriptions.call.serviceImplementation.settings.url: must be like https://host/path");
        assertThat(node.get("Things/" + n).statusCode()).isEqualTo(404);

        make(
                "Things",
                n,
                "'thingTemplate':'GenericThing','enabled':false,'subscriptions':{"
                        + subscription("call", "ThingStart", "", "Webhook", "{'url':'https://x/','attempts':2}") + "}");
        JsonNode implementation =
                Json.read(node.get("Things/" + n).body()).findPath("call").path("serviceImplementation");
        assertThat(implementation.path("handlerName").asText()).isEqualTo("Webhook");
        assertThat(implementation.path("settings")).isEqualTo(Json.read(json("{'url':'https://x/','attempts':2}")));
        String exported = node.get("Exporter/Things/" + n + "?Accept=text/xml").body();
        assertThat(exported)
                .contains("handlerName=\"Webhook\"")
                .contains("<Settings>")
                .contains("https://x/");
    }

    private String error(String subscription) throws Exception {
        return runs().stream()
                .filter(run -> run.path("subscription").asText().equals(subscription))
                .findFirst()
                .orElseThrow()
                .path("error")
                .asText();
    }

    private List<JsonNode> runs() throws Exception {
        List<JsonNode> rows = new ArrayList<>();
        Json.read(post("Things/" + n + "/Services/QueryScheduleRuns", "{}").body())
                .path("rows")
                .forEach(row -> {
                    if (!row.path("outcome").asText("").isEmpty()) {
                        rows.add(row);
                    }
                });
        return rows;
    }

    private HttpResponse<String> post(String address, String body) throws Exception {
        HttpResponse<String> answer = node.post(address, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer;
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }
}
