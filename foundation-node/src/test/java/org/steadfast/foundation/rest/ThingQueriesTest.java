package org.steadfast.foundation.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.steadfast.foundation.RunningNode;
import org.steadfast.protocol.json.Json;

/** Things of a template or a shape by the values of their properties, and values with their times and qualities. */
@ExtendWith(RunningNode.Extension.class)
class ThingQueriesTest {
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final String n = "q" + NUMBERS.incrementAndGet() + "x";
    private final String template = "ThingTemplates/" + n + "T";

    private RunningNode node;

    /** Three pumps, of which the third has a default value of its own and was never written. */
    @BeforeEach
    void create(RunningNode running) throws Exception {
        node = running;
        ok(put(
                "ThingShapes",
                "{'name':'" + n + "S','propertyDefinitions':{'place':{'baseType':'STRING','aspects':"
                        + "{'defaultValue':'nowhere'}}}}"));
        ok(put(
                "ThingTemplates",
                "{'name':'" + n + "T','implementedShapes':['" + n + "S'],'thingShape':{'propertyDefinitions':{"
                        + "'t':{'baseType':'NUMBER'},'m':{'baseType':'INTEGER','aspects':{'isPersistent':false}}}}}"));
        for (String thing : List.of("A", "B")) {
            ok(put(
                    "Things",
                    "{'name':'" + n + thing + "','description':'pump " + thing + "','thingTemplate':'" + n
                            + "T','tags':'Kind:Pump'}"));
        }
        ok(put(
                "Things",
                "{'name':'" + n + "C','thingTemplate':'" + n + "T','thingShape':{'propertyDefinitions':{"
                        + "'t':{'baseType':'NUMBER','aspects':{'defaultValue':7}},'own':{'baseType':'STRING'}}}}"));
        ok(put("Things/" + n + "A/Properties/*", "{'t':10,'m':1,'place':'hall'}"));
        ok(put("Things/" + n + "B/Properties/*", "{'t':20,'m':2}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {}                                                                                             | A B C
                    {'query':{'filters':{'type':'GT','fieldName':'t','value':9}}}                                  | A B
                    {'query':{'filters':{'type':'EQ','fieldName':'t','value':7}}}                                  | C
                    {'query':{'filters':{'type':'EQ','fieldName':'m','value':2}}}                                  | B
                    {'query':{'filters':{'type':'EQ','fieldName':'place','value':'nowhere'}}}                      | B C
                    {'query':{'filters':{'type':'LIKE','fieldName':'description','value':'pump%'}}}                | A B
                    {'query':{'sorts':[{'fieldName':'t','isAscending':false}]}}                                    | B A C
                    {'query':{'sorts':[{'fieldName':'t','isAscending':true}]},'maxItems':1}                        | C
                    {'query':{'filters':{'type':'GT','fieldName':'t','value':9}},'maxItems':1}                     | A
                    {'tags':'Kind:Pump'}                                                                           | A B
                    {'nameMask':'*xb'}                                                                             | B
                    """)
    void findsThings(String parameters, String found) throws Exception {
        for (String from : List.of(template, "ThingShapes/" + n + "S")) {
            for (String service : List.of("QueryImplementingThings", "QueryImplementingThingsWithData")) {
                if (from.equals(template) || !(parameters.contains("'t'") || parameters.contains("'m'"))) {
                    HttpResponse<String> answer = post(from, service, parameters);
                    assertThat(rows(answer).findValuesAsText("name"))
                            .as(from + " " + service)
                            .containsExactly(List.of(found.split(" ")).stream()
                                    .map(name -> n + name)
                                    .toArray(String[]::new));
                }
            }
        }
    }

    @Test
    void tellsTheirValues() throws Exception {
        HttpResponse<String> answer = post(template, "GetImplementingThingsWithData", "");
        JsonNode first = rows(answer).get(0);
        assertThat(first.path("name").asText()).isEqualTo(n + "A");
        assertThat(first.path("t").asDouble()).isEqualTo(10);
        assertThat(first.path("m").asInt()).isEqualTo(1);
        assertThat(first.path("place").asText()).isEqualTo("hall");
        assertThat(rows(answer).get(2).has("own")).as("not of the template").isFalse();
        assertThat(rows(post(template, "QueryImplementingThings", "{}")).get(0).has("t"))
                .isFalse();
    }

    @Test
    void thingsOfDevicesAlsoByTheirConnection() throws Exception {
        ok(put("ThingTemplates", "{'name':'" + n + "R','baseThingTemplate':'RemoteThing'}"));
        ok(put("Things", "{'name':'" + n + "D','thingTemplate':'" + n + "R'}"));
        String query = "{'query':{'filters':{'type':'EQ','fieldName':'isConnected','value':%s}}}";
        JsonNode found =
                rows(post("ThingTemplates/" + n + "R", "QueryImplementingThingsWithData", query.formatted("false")));
        assertThat(found.findValuesAsText("name")).containsExactly(n + "D");
        assertThat(found.get(0).path("isConnected").isBoolean()).isTrue();
        assertThat(rows(post("ThingTemplates/" + n + "R", "QueryImplementingThings", query.formatted("true"))))
                .isEmpty();
    }

    @Test
    void aQueryOfWhatThereIsNotIsRefused() throws Exception {
        HttpResponse<String> answer = post(
                template,
                "QueryImplementingThingsWithData",
                "{'query':{'filters':{'type':'EQ','fieldName':'nothing','value':1}}}");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("there is no field [nothing]");
    }

    @Test
    void valuesWithTimesAndQualities() throws Exception {
        String thing = "Things/" + n + "A";
        ok(
                post(
                        thing,
                        "UpdatePropertyValues",
                        "{'values':{'rows':[{'name':'t','value':{'baseType':'NUMBER','value':11},'time':1000,'quality':'BAD'}]}}"));

        JsonNode named = rows(post(thing, "GetNamedPropertyValuesVTQ", "{'propertyNames':{'rows':[{'name':'t'}]}}"));
        assertThat(named).hasSize(1);
        assertThat(named.get(0).path("value")).isEqualTo(Json.read("{\"baseType\":\"NUMBER\",\"value\":11.0}"));
        assertThat(named.get(0).path("time").asLong()).isEqualTo(1000);
        assertThat(named.get(0).path("quality").asText()).isEqualTo("BAD");
        assertThat(rows(post(thing, "GetPropertyValuesVTQ", "")).findValuesAsText("name"))
                .containsExactly("place", "t", "m");
        assertThat(rows(post("Things/" + n + "C", "GetPropertyValuesVTQ", ""))
                        .get(1)
                        .has("time"))
                .as("nobody has set it")
                .isFalse();
        assertThat(rows(post(thing, "GetPropertyQuality", "{'propertyName':'t'}"))
                        .at("/0/result")
                        .asText())
                .isEqualTo("BAD");
        assertThat(rows(post(thing, "GetPropertyValuesAsMultiRowTable", ""))
                        .get(1)
                        .path("baseType")
                        .asText())
                .isEqualTo("NUMBER");
        assertThat(rows(post(thing, "HavePropertiesChangedSince", "{'timestamp':2000}"))
                        .at("/0/result")
                        .asBoolean())
                .as("the others were written just now")
                .isTrue();
        assertThat(post(thing, "HavePropertiesChangedSince", "").statusCode()).isEqualTo(400);
        assertThat(post(thing, "GetPropertyQuality", "{'propertyName':'none'}").statusCode())
                .isEqualTo(404);
    }

    private HttpResponse<String> put(String address, String body) throws Exception {
        return node.put(address, body.replace('\'', '"'));
    }

    private HttpResponse<String> post(String entity, String service, String body) throws Exception {
        return node.post(entity + "/Services/" + service, body.replace('\'', '"'));
    }

    private static JsonNode rows(HttpResponse<String> response) throws Exception {
        ok(response);
        return Json.read(response.body()).path("rows");
    }

    private static void ok(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }
}
