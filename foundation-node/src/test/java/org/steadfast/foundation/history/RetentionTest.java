package org.steadfast.foundation.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.steadfast.foundation.RunningNode;
import org.steadfast.foundation.model.Model;
import org.steadfast.protocol.json.Json;

/** What value streams are told to keep, on a running node and the upkeep of another one. */
@ExtendWith(RunningNode.Extension.class)
class RetentionTest {
    private static RunningNode node;

    @BeforeAll
    static void use(RunningNode running) {
        node = running;
    }

    @Test
    void historyGoesWhenItIsOlderThanItsValueStreamKeepsIt() throws Exception {
        ok(put("ThingTemplates", "{'name':'keptShortStreams','baseThingTemplate':'ValueStream'}"));
        ok(put("Things", "{'name':'keptShort','thingTemplate':'keptShortStreams'}"));
        ok(put("Things", "{'name':'keptLong','thingTemplate':'ValueStream'}"));
        ok(post(
                "ThingTemplates/keptShortStreams",
                "AddConfigurationTableDefinition",
                "{'name':'Settings','dataShapeName':'ValueStreamSettings'}"));
        ok(post(
                "ThingTemplates/keptShortStreams",
                "SetConfigurationTable",
                "{'tableName':'Settings','configurationTable':{'rows':[{'retentionDays':10}]}}"));
        ok(put(
                "ThingTemplates",
                "{'name':'keptTemplate','valueStream':'keptShort','propertyDefinitions':{'level':{'baseType':'NUMBER',"
                        + "'aspects':{'isLogged':true}}}}"));
        ok(put("Things", "{'name':'inherits','thingTemplate':'keptTemplate'}"));
        ok(put("Things", "{'name':'differs','thingTemplate':'keptTemplate','valueStream':'keptLong'}"));
        Instant now = Instant.parse("2026-11-25T12:00:00Z");
        for (String thing : List.of("inherits", "differs")) {
            for (int days : new int[] {0, 9, 11}) {
                ok(post(
                        "Things/" + thing,
                        "AddNumberValueStreamEntry",
                        "{'propertyName':'level','value':" + days + ",'timestamp':"
                                + now.minus(Duration.ofDays(days)).toEpochMilli() + "}"));
            }
        }

        // One that only reads needs nothing but the database.
        Model model = new Model(node.database().model(), null, null, 100);
        new HistoryUpkeep(node.database().history(), model, Clock.fixed(now, ZoneOffset.UTC)).run();

        assertThat(history("inherits")).isEqualTo("[0.0,9.0]");
        assertThat(history("differs")).isEqualTo("[0.0,9.0,11.0]");
    }

    private static String history(String thing) throws Exception {
        var values = Json.mapper().createArrayNode();
        Json.read(post("Things/" + thing, "QueryNumberPropertyHistory", "{'propertyName':'level'}")
                        .body())
                .path("rows")
                .forEach(row -> values.add(row.path("value")));
        return values.toString();
    }

    private static HttpResponse<String> put(String address, String json) throws Exception {
        return node.put(address, json.replace('\'', '"'));
    }

    private static HttpResponse<String> post(String entity, String service, String json) throws Exception {
        return node.post(entity + "/Services/" + service, json.replace('\'', '"'));
    }

    private static void ok(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }
}
