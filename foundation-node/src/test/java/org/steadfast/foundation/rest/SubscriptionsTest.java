package org.steadfast.foundation.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.steadfast.foundation.RunningNode;
import org.steadfast.foundation.Surroundings;
import org.steadfast.protocol.json.Json;

/** Subscriptions as the builders of applications write them. */
@ExtendWith({Surroundings.Extension.class, RunningNode.Extension.class})
class SubscriptionsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final RunningNode node;
    private final String n = "Sub" + UUID.randomUUID().toString().substring(0, 8);

    SubscriptionsTest(RunningNode node) {
        this.node = node;
    }

    @Test
    void hearOfChangesOfTheirOwnThing() throws Exception {
        thing(
                n,
                "'p':{'baseType':'NUMBER'},'seen':{'baseType':'STRING'}",
                subscription(
                        "onP",
                        "DataChange",
                        "",
                        "p",
                        "me.seen = eventName + ' ' + source + ' ' + sourceProperty + ' ' + eventData.oldValue.value"
                                + " + '>' + eventData.newValue.value + ' ' + eventData.newValue.quality;"));

        set(n, "p", "7");

        awaitValue(n, "seen", "DataChange " + n + " p 0>7 GOOD");
    }

    @Test
    void hearOfEachChangeInOrderHoweverFastTheyCome() throws Exception {
        thing(
                n,
                "'p':{'baseType':'NUMBER'},'heard':{'baseType':'STRING'}",
                subscription("onP", "DataChange", "", "p", "me.heard = me.heard + eventData.newValue.value + ',';"));

        StringBuilder expected = new StringBuilder();
        for (int i = 1; i <= 60; i++) {
            set(n, "p", Integer.toString(i));
            expected.append(i).append(',');
        }
        awaitValue(n, "heard", expected.toString());
    }

    @Test
    void hearOfOtherThingsAndOfAllTheirProperties() throws Exception {
        thing(n, "'p':{'baseType':'NUMBER'},'q':{'baseType':'STRING'}", "");
        thing(
                n + "Listener",
                "'heard':{'baseType':'STRING'}",
                subscription("onAny", "AnyDataChange", n, "", "me.heard = me.heard + sourceProperty + ' ';"));
        set(n, "p", "1");
        awaitValue(n + "Listener", "heard", "p ");
        set(n, "q", "'x'");
        awaitValue(n + "Listener", "heard", "p q ");

        // One that is gone hears nothing and holds nothing up.
        assertThat(node.delete("Things/" + n + "Listener").statusCode()).isEqualTo(200);
        set(n, "p", "2");
        assertThat(node.delete("Things/" + n).statusCode()).isEqualTo(200);
    }

    @Test
    void hearOfSeveralPropertiesInTheOrderInWhichTheyWereSet() throws Exception {
        thing(n, "'p':{'baseType':'NUMBER'},'q':{'baseType':'NUMBER'},'r':{'baseType':'NUMBER'}", "");
        thing(
                n + "Listener",
                "'heard':{'baseType':'STRING'}",
                subscription("onAny", "AnyDataChange", n, "", "me.heard = me.heard + sourceProperty + ' ';"));
        // Written at once, so that they are committed together.
        ok(node.put("Things/" + n + "/Properties/*", json("{'r': 1, 'p': 1, 'q': 1}")));
        awaitValue(n + "Listener", "heard", "r p q ");
    }

    @Test
    void ofATemplateAreThoseOfItsThings() throws Exception {
        ok(node.put(
                "ThingTemplates",
                json("{'name':'%s','baseThingTemplate':'GenericThing',"
                                + "'propertyDefinitions':{'p':{'baseType':'NUMBER'},'twice':{'baseType':'NUMBER'}},"
                                + "'subscriptions':{%s}}")
                        .formatted(
                                n + "T",
                                json(subscription(
                                        "onP", "DataChange", "", "p", "me.twice = 2 * eventData.newValue.value;")))));
        ok(node.put("Things", json("{'name':'%s','thingTemplate':'%s'}").formatted(n, n + "T")));
        set(n, "p", "21");
        awaitValue(n, "twice", "42");

        ok(node.post("Things/" + n + "/Services/DisableSubscription", json("{'subscriptionName':'onP'}")));
        set(n, "p", "1");
        ok(node.post("Things/" + n + "/Services/EnableSubscription", json("{'subscriptionName':'onP'}")));
        set(n, "p", "5");
        awaitValue(n, "twice", "10");
    }

    @Test
    void obeyTheRuleOfTheProperty() throws Exception {
        thing(
                n,
                "'never':{'baseType':'NUMBER','aspects':{'dataChangeType':'NEVER'}},"
                        + "'coarse':{'baseType':'NUMBER','aspects':{'dataChangeType':'VALUE','dataChangeThreshold':10}},"
                        + "'heard':{'baseType':'STRING'}",
                subscription(
                        "onAny",
                        "AnyDataChange",
                        "",
                        "",
                        "if (sourceProperty != 'heard') { me.heard = me.heard + sourceProperty + eventData.newValue.value + ' '; }"));
        set(n, "never", "1");
        set(n, "coarse", "100");
        set(n, "coarse", "105");
        set(n, "coarse", "116");
        awaitValue(n, "heard", "coarse100 coarse116 ");
    }

    @Test
    void hearOfPropertiesInMemoryAlone() throws Exception {
        thing(
                n,
                "'p':{'baseType':'NUMBER','aspects':{'isPersistent':false}},'seen':{'baseType':'STRING'}",
                subscription(
                        "onP",
                        "DataChange",
                        "",
                        "p",
                        "me.seen = eventData.oldValue.value + '>' + eventData.newValue.value;"));
        set(n, "p", "3");
        awaitValue(n, "seen", "0>3");
        set(n, "p", "4");
        awaitValue(n, "seen", "3>4");
    }

    @Test
    void hearOfEventsThatClientsAndScriptsFire() throws Exception {
        ok(node.put(
                "DataShapes",
                json("{'name':'%s','fieldDefinitions':{'level':{'baseType':'INTEGER'}}}")
                        .formatted(n + "Shape")));
        ok(node.put(
                "Things",
                json("{'name':'%s','thingTemplate':'GenericThing',"
                                + "'propertyDefinitions':{'p':{'baseType':'NUMBER'},'heard':{'baseType':'STRING'}},"
                                + "'eventDefinitions':{'Spill':{'dataShape':'%s'}},"
                                + "'subscriptions':{%s,%s}}")
                        .formatted(
                                n,
                                n + "Shape",
                                json(subscription(
                                        "onSpill", "Spill", "", "", "me.heard = me.heard + eventData.level + ' ';")),
                                json(subscription(
                                        "onP",
                                        "DataChange",
                                        "",
                                        "p",
                                        "me.Spill({level: eventData.newValue.value});")))));

        ok(node.post("Things/" + n + "/Events/Spill", json("{'level': 3}")));
        awaitValue(n, "heard", "3 ");
        set(n, "p", "9");
        awaitValue(n, "heard", "3 9 ");

        assertThat(node.post("Things/" + n + "/Events/Flood", "{}").statusCode())
                .isEqualTo(404);
        HttpResponse<String> wrong = node.post("Things/" + n + "/Events/Spill", json("{'level': 'much'}"));
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(wrong.body()).contains("level");
        HttpResponse<String> reader = node.send(node.anonymous("Things/" + n + "/Events/Spill")
                .header("appKey", RunningNode.READ_ONLY_KEY)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{}")));
        assertThat(reader.statusCode()).isEqualTo(403);
    }

    @Test
    void hearThatTheirThingStarts() throws Exception {
        thing(
                n,
                "'starts':{'baseType':'NUMBER'}",
                subscription("onStart", "ThingStart", "", "", "me.starts = me.starts + 1;"));
        awaitValue(n, "starts", "1");
        ok(node.post("Things/" + n + "/Services/RestartThing", "{}"));
        awaitValue(n, "starts", "2");
        ok(node.post("Things/" + n + "/Services/DisableThing", "{}"));
        ok(node.post("Things/" + n + "/Services/EnableThing", "{}"));
        awaitValue(n, "starts", "3");
    }

    @Test
    void hearOfAlerts() throws Exception {
        thing(
                n,
                "'p':{'baseType':'NUMBER'},'heard':{'baseType':'STRING'}",
                subscription(
                                "onAlert",
                                "Alert",
                                "",
                                "p",
                                "me.heard = me.heard + eventData.alertName + eventData.value + ' ';")
                        + ","
                        + subscription("onAny", "AnyAlertReset", "", "", "me.heard = me.heard + 'reset ';"));
        ok(node.post(
                "Things/" + n + "/Services/AddOrUpdateAlert",
                json("{'property':'p','alertType':'Above',"
                        + "'alertName':'high','attributes':{'rows':[{'limit':5}]}}")));
        set(n, "p", "6");
        set(n, "p", "7");
        set(n, "p", "1");
        awaitValue(n, "heard", "high6 reset ");
    }

    /** One that fails is counted, and does not keep the next one from running. */
    @Test
    void thatFailHoldNothingUp() throws Exception {
        double before = failures();
        thing(
                n,
                "'p':{'baseType':'NUMBER'},'seen':{'baseType':'NUMBER'}",
                subscription("a", "DataChange", "", "p", "throw 'on purpose';") + ","
                        + subscription("b", "DataChange", "", "p", "me.seen = eventData.newValue.value;"));
        set(n, "p", "1");
        awaitValue(n, "seen", "1");
        assertThat(failures()).isEqualTo(before + 1);
        awaitJournalEmpty();
    }

    private void awaitJournalEmpty() {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(node.surroundings().asSuperuser("select count(*) from event_journal"))
                        .isEqualTo("0"));
    }

    private double failures() throws Exception {
        return node.get("Metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("steadfast_subscriptions_runs_total") && line.contains("\"failed\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private void thing(String name, String properties, String subscriptions) throws Exception {
        ok(node.put(
                "Things",
                json("{'name':'" + name + "','thingTemplate':'GenericThing','propertyDefinitions':{" + properties
                        + "},'subscriptions':{" + subscriptions + "}}")));
    }

    private static String subscription(String name, String event, String source, String property, String code) {
        // Quotes within the code are written as they are in JSON.
        return "'%s':{'eventName':'%s','source':'%s','sourceProperty':'%s','serviceImplementation':{'handlerName':'Script',"
                        .formatted(name, event, source, property)
                + "'configurationTables':{'Script':{'rows':[{'code':'" + code.replace("'", "\\u0027") + "'}]}}}}";
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }

    private void set(String thing, String property, String value) throws Exception {
        ok(node.put("Things/" + thing + "/Properties/" + property, json("{'" + property + "':" + value + "}")));
    }

    private void awaitValue(String thing, String property, String value) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            JsonNode row = Json.read(node.get("Things/" + thing + "/Properties/" + property)
                            .body())
                    .at("/rows/0/" + property);
            assertThat(row.isNumber() ? Long.toString(row.asLong()) : row.asText())
                    .isEqualTo(value);
        });
    }

    private static void ok(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }
}
