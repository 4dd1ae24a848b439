package org.steadfast.foundation.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.steadfast.foundation.RunningNode;
import org.steadfast.foundation.Surroundings;
import org.steadfast.protocol.json.Json;

/** Alerts as clients define, watch and acknowledge them. */
@ExtendWith({Surroundings.Extension.class, RunningNode.Extension.class})
class AlertsTest {
    private final RunningNode node;
    private final String thing = "Kettle" + UUID.randomUUID().toString().substring(0, 8);

    AlertsTest(RunningNode node) {
        this.node = node;
    }

    @BeforeEach
    void create() throws Exception {
        assertThat(node.put("Things", """
                {"name": "%s", "thingTemplate": "GenericThing", "propertyDefinitions":
                  {"temperature": {"name": "temperature", "baseType": "NUMBER"},
                   "state": {"name": "state", "baseType": "STRING", "aspects": {"isPersistent": false}}}}""".formatted(thing)).statusCode()).isEqualTo(200);
        service("AddOrUpdateAlert", """
                {"property": "temperature", "alertType": "Above", "alertName": "hot", "description": "too hot",
                 "priority": 3, "attributes": {"rows": [{"limit": 90, "hysteresis": 5}]}}""");
    }

    @Test
    void isRaisedAndResetWithHysteresis() throws Exception {
        set("temperature", "90");
        set("temperature", "91");
        awaitStatus("hot", "Active");
        set("temperature", "86");
        set("temperature", "88");
        set("temperature", "84");
        awaitStatus("hot", "Inactive");

        JsonNode history = rows(service("QueryAlertHistory", "{\"oldestFirst\": true}"));
        assertThat(history).hasSize(2);
        assertThat(history.get(0).path("event").asText()).isEqualTo("Alert");
        assertThat(history.get(0).path("value").asDouble()).isEqualTo(91);
        assertThat(history.get(1).path("event").asText()).isEqualTo("AlertReset");
        assertThat(history.get(1).path("value").asDouble()).isEqualTo(84);
    }

    @Test
    void isAcknowledgedByName() throws Exception {
        set("temperature", "95");
        awaitStatus("hot", "Active");
        assertThat(rows(service("GetAlertSummary", "{\"onlyUnacknowledged\": true}")))
                .hasSize(1);

        service("AcknowledgeAlert", "{\"property\": \"temperature\", \"message\": \"seen\"}");

        assertThat(rows(service("GetAlertSummary", "{\"onlyUnacknowledged\": true}")))
                .isEmpty();
        JsonNode row =
                rows(service("GetAlertSummary", "{\"onlyAcknowledged\": true}")).get(0);
        assertThat(row.path("ackBy").asText()).isEqualTo("Administrator");
        assertThat(row.path("message").asText()).isEqualTo("seen");
        assertThat(row.path("priority").asInt()).isEqualTo(3);
        // Raised anew it wants to be seen anew.
        set("temperature", "20");
        awaitStatus("hot", "Inactive");
        set("temperature", "95");
        awaitStatus("hot", "Active");
        assertThat(rows(service("GetAlertSummary", "{\"onlyUnacknowledged\": true}")))
                .hasSize(1);
    }

    @Test
    void aDisabledOneIsNotRaised() throws Exception {
        service("DisableAlertsForProperty", "{\"property\": \"temperature\", \"alertName\": \"hot\"}");
        service("AddOrUpdateAlert", """
                {"property": "temperature", "alertType": "Above", "alertName": "warm",
                 "attributes": {"rows": [{"limit": 50}]}}""");
        set("temperature", "99");
        awaitStatus("warm", "Active");
        assertThat(status("hot")).isEqualTo("Inactive");

        service("EnableAllAlerts", "{}");
        set("temperature", "100");
        awaitStatus("hot", "Active");
    }

    @Test
    void watchesPropertiesThatAreInMemoryAlone() throws Exception {
        service("AddOrUpdateAlert", """
                {"property": "state", "alertType": "EqualTo", "alertName": "broken",
                 "attributes": {"rows": [{"value": "broken"}]}}""");
        set("state", "\"broken\"");
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(result(
                                service("GetAlertStatus", "{\"property\": \"state\", \"alertName\": \"broken\"}")))
                        .isEqualTo("Active"));
    }

    @Test
    void isInheritedFromTheTemplate() throws Exception {
        String template = "Boiler" + thing;
        node.put("ThingTemplates", """
                {"name": "%s", "baseThingTemplate": "GenericThing",
                 "propertyDefinitions": {"pressure": {"name": "pressure", "baseType": "NUMBER"}},
                 "alertConfigurations": {"pressure": {"alertDefinitions": {"high":
                   {"alertType": "OutOfRange", "attributes": {"minimum": 1, "maximum": 6}}}}}}""".formatted(template));
        String boiler = template + "1";
        node.put("Things", "{\"name\": \"%s\", \"thingTemplate\": \"%s\"}".formatted(boiler, template));

        assertThat(node.put("Things/" + boiler + "/Properties/pressure", "{\"pressure\": 7}")
                        .statusCode())
                .isEqualTo(200);

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(
                                rows(json(node.post("Things/" + boiler + "/Services/GetAlertSummary", "{}"))))
                        .hasSize(1));
        assertThat(node.post(
                                "Things/" + boiler + "/Services/RemoveAlert",
                                "{\"property\": \"pressure\", \"alertName\": \"high\"}")
                        .body())
                .contains("is inherited");
    }

    @Test
    void saysWhatIsWrongWithADefinition() throws Exception {
        HttpResponse<String> response = node.post(
                "Things/" + thing + "/Services/AddOrUpdateAlert",
                "{\"property\": \"temperature\", \"alertType\": \"Above\", \"alertName\": \"x\"}");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("limit");

        response = node.post(
                "Things/" + thing + "/Services/AddOrUpdateAlert",
                "{\"property\": \"temperature\", \"alertType\": \"Sideways\", \"alertName\": \"x\"}");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("Sideways").contains("DeviationAbove");

        response = node.post(
                "Things/" + thing + "/Services/AddOrUpdateAlert",
                "{\"property\": \"nothing\", \"alertType\": \"TrueAlert\", \"alertName\": \"x\"}");
        assertThat(response.statusCode()).isEqualTo(404);

        response = node.post(
                "Things/" + thing + "/Services/GetAlertStatus",
                "{\"property\": \"temperature\", \"alertName\": \"cold\"}");
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body()).contains("Alert [cold] Does Not Exist");
    }

    private void awaitStatus(String alert, String status) {
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(status(alert)).isEqualTo(status));
    }

    private String status(String alert) throws Exception {
        return result(
                service("GetAlertStatus", "{\"property\": \"temperature\", \"alertName\": \"%s\"}".formatted(alert)));
    }

    private void set(String property, String value) throws Exception {
        assertThat(node.put("Things/" + thing + "/Properties/" + property, "{\"%s\": %s}".formatted(property, value))
                        .statusCode())
                .isEqualTo(200);
    }

    private JsonNode service(String name, String body) throws Exception {
        return json(node.post("Things/" + thing + "/Services/" + name, body));
    }

    private static JsonNode json(HttpResponse<String> response) throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body().isEmpty() ? Json.mapper().createObjectNode() : Json.read(response.body());
    }

    private static JsonNode rows(JsonNode table) {
        return table.path("rows");
    }

    private static String result(JsonNode table) {
        return table.path("rows").path(0).path("result").asText();
    }
}
