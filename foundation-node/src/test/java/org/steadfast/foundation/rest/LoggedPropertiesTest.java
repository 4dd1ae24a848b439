package org.steadfast.foundation.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.steadfast.foundation.RunningNode;
import org.steadfast.foundation.Surroundings;
import org.steadfast.protocol.json.Json;

/** What is written to logged properties is in their history as soon as the write is answered. */
@ExtendWith({Surroundings.Extension.class, RunningNode.Extension.class})
class LoggedPropertiesTest {
    private final RunningNode node;
    private final String n = "Logged" + UUID.randomUUID().toString().substring(0, 8);

    LoggedPropertiesTest(RunningNode node) {
        this.node = node;
    }

    @BeforeEach
    void create() throws Exception {
        ok(node.put(
                "Things", json("{'name':'%s','thingTemplate':'ValueStream'}").formatted(n + "Stream")));
        ok(node.put(
                "Things",
                json("{'name':'%s','thingTemplate':'GenericThing','valueStream':'%s',"
                                + "'propertyDefinitions':{'p':{'baseType':'NUMBER','aspects':{'isLogged':true}},"
                                + "'memory':{'baseType':'INTEGER','aspects':{'isLogged':true,'isPersistent':false}},"
                                + "'other':{'baseType':'NUMBER'}}}")
                        .formatted(n, n + "Stream")));
    }

    @Test
    void everyWriteIsAnEntry() throws Exception {
        List<Double> written = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ok(node.put("Things/" + n + "/Properties/*", json("{'p':%d,'other':%d}".formatted(i, i))));
            written.add((double) i);
        }

        assertThat(history("QueryNumberPropertyHistory", "p")).containsExactlyElementsOf(written);
        assertThat(history("QueryNumberPropertyHistory", "other")).isEmpty();
    }

    /** Values of one request are written together, the last one stays; history has each. */
    @Test
    void valuesThatComeTogetherAreEntriesOfTheirOwn() throws Exception {
        ok(node.post(
                "Things/" + n + "/Services/UpdatePropertyValues",
                json("{'values':{'rows':["
                        + "{'name':'p','value':1,'time':1000},{'name':'memory','value':7,'time':1500}]}}")));
        ok(node.post(
                "Things/" + n + "/Services/UpdatePropertyValues",
                json("{'values':{'rows':[{'name':'p','value':2,'time':2000}]}}")));
        // The same again, as after a lost answer.
        ok(node.post(
                "Things/" + n + "/Services/UpdatePropertyValues",
                json("{'values':{'rows':[{'name':'p','value':2,'time':2000}]}}")));

        assertThat(history("QueryNumberPropertyHistory", "p")).containsExactly(1.0, 2.0);
        assertThat(history("QueryIntegerPropertyHistory", "memory")).containsExactly(7.0);
    }

    /** A property that is logged is in the database anyway: it is kept there whatever its definition says. */
    @Test
    void aLoggedPropertyIsPersistent() throws Exception {
        ok(node.put("Things/" + n + "/Properties/memory", json("{'memory':5}")));

        assertThat(node.surroundings()
                        .asSuperuser("select count(*) from property_value v join entity e on e.id ="
                                + " v.thing_id where e.name = '" + n + "' and property = 'memory'"))
                .isEqualTo("1");
    }

    private List<Double> history(String service, String property) throws Exception {
        HttpResponse<String> response = node.post(
                "Things/" + n + "/Services/" + service,
                json("{'propertyName':'%s','oldestFirst':true}".formatted(property)));
        ok(response);
        List<Double> values = new ArrayList<>();
        for (JsonNode row : Json.read(response.body()).path("rows")) {
            values.add(row.path("value").asDouble());
        }
        return values;
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }

    private static void ok(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }
}
