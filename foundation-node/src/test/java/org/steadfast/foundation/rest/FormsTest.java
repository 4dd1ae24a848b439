package org.steadfast.foundation.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.steadfast.foundation.RunningNode;
import org.steadfast.protocol.json.Json;

/** The forms in which clients send requests, and in which they want answers. */
@ExtendWith(RunningNode.Extension.class)
class FormsTest {
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final String BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    private static final String OLD_JAVA = "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2";

    private final String n = "form" + NUMBERS.incrementAndGet() + "x";
    private final String properties = "Things/" + n + "/Properties";
    private RunningNode node;

    @BeforeEach
    void create(RunningNode running) throws Exception {
        node = running;
        done(node.put(
                "Things",
                ("{'name':'" + n + "','thingTemplate':'GenericThing','propertyDefinitions':{"
                                + "'text':{'baseType':'STRING'},'level':{'baseType':'NUMBER'},'at':{'baseType':'DATETIME'},"
                                + "'where':{'baseType':'LOCATION'}}}")
                        .replace('\'', '"')));
        done(node.put(
                properties + "/*",
                "{\"text\": \"a,\\\"b\\\" <script>\\u0001\", \"level\": 2.5, \"at\": \"2026-11-28T01:02:03Z\","
                        + "\"where\": {\"latitude\": 1, \"longitude\": 2}}"));
    }

    private static void done(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private HttpResponse<String> get(String address, String accept) throws Exception {
        HttpResponse<String> answer = node.send(node.request(address).header("Accept", accept));
        done(answer);
        return answer;
    }

    private static String type(HttpResponse<String> answer) {
        return answer.headers().firstValue("Content-Type").orElse("");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*/*",
                "application/json",
                "application/json;charset=UTF-8",
                "application/json-compressed",
                "image/png",
                "text/csv;q=0.5, application/json",
                OLD_JAVA
            })
    void tablesAreJsonUnlessSomethingElseIsWantedMore(String accept) throws Exception {
        HttpResponse<String> answer = get(properties, accept);
        assertThat(type(answer)).isEqualTo("application/json;charset=UTF-8");
        assertThat(Json.read(answer.body()).at("/rows/0/level").asDouble()).isEqualTo(2.5);
    }

    @Test
    void tablesAsCsv() throws Exception {
        HttpResponse<String> answer = get(properties, "text/csv");
        assertThat(type(answer)).isEqualTo("text/csv;charset=UTF-8;header=present");
        assertThat(answer.body().split("\r\n", -1))
                .containsExactly(
                        "text,level,at,where",
                        "\"a,\"\"b\"\" <script>\u0001\",2.5,2026-11-28T01:02:03Z,"
                                + "\"{\"\"latitude\"\":1.0,\"\"longitude\"\":2.0,\"\"elevation\"\":0.0,\"\"units\"\":\"\"WGS84\"\"}\"",
                        "");
    }

    @Test
    void tablesAsXml() throws Exception {
        for (String accept : new String[] {"text/xml", "application/xml"}) {
            HttpResponse<String> answer = get(properties, accept);
            assertThat(type(answer)).isEqualTo("text/xml;charset=UTF-8");
            assertThat(answer.body())
                    .contains("<FieldDefinition name=\"level\" description=\"\" baseType=\"NUMBER\" ordinal=\"1\"")
                    .contains("<Cell name=\"level\">2.5</Cell>")
                    .contains("<Cell name=\"text\">a,\"b\" &lt;script&gt;\uFFFD</Cell>");
        }
    }

    @Test
    void tablesForPeopleHaveNothingThatRuns() throws Exception {
        HttpResponse<String> answer = get(properties, BROWSER);
        assertThat(type(answer)).isEqualTo("text/html;charset=UTF-8");
        assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("default-src 'none'", "sandbox");
        assertThat(answer.body()).contains("<th>level</th>", "<td>2.5</td>", "&lt;script&gt;");
        assertThat(answer.body()).doesNotContain("<script>");
    }

    @Test
    void theQueryStandsBeforeTheHeaders() throws Exception {
        assertThat(type(get(properties + "?Accept=text/csv", "application/json")))
                .startsWith("text/csv");
        HttpResponse<String> answer = node.send(node.request(properties + "/level?Content-Type=application/json")
                .header("Content-Type", "text/plain")
                .PUT(BodyPublishers.ofString("{\"level\": 7}")));
        done(answer);
        assertThat(level()).isEqualTo(7);
    }

    @Test
    void anEntityAsXmlCanBeImported() throws Exception {
        HttpResponse<String> answer = get("Things/" + n + "?Accept=text/xml", "*/*");
        assertThat(type(answer)).isEqualTo("text/xml;charset=UTF-8");
        assertThat(answer.body()).contains("<Thing name=\"" + n + "\"", "<PropertyDefinition name=\"level\"");
        node.delete("Things/" + n);
        Multipart file = new Multipart()
                .file("file", "thing.xml", answer.body().getBytes(java.nio.charset.StandardCharsets.UTF_8));
        done(node.send(file.of(node.request("Importer?purpose=import").header("X-XSRF-TOKEN", "any"))));
        done(node.get("Things/" + n));
    }

    private double level() throws Exception {
        return Json.read(node.get(properties + "/level").body())
                .at("/rows/0/level")
                .asDouble();
    }

    /** As the settings of this node allow it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET  | /level?method=put&value=8    |                                   |",
                "POST | /level?method=PUT            | application/x-www-form-urlencoded | level=8",
                "POST | /*?method=put                | application/x-www-form-urlencoded | level=8&text=x",
                "PUT  | /level?value=8               |                                   |",
                "PUT  | /level                       | application/json                  | 8"
            })
    void oldDevicesSayInTheQueryWhatTheyMean(String method, String address, String type, String body) throws Exception {
        var request = node.request(properties + address)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        done(node.send(type == null ? request : request.header("Content-Type", type)));
        assertThat(level()).isEqualTo(8);
    }

    @Test
    void whatABrowserSendsByItselfIsNotSwitched() throws Exception {
        String basic = java.util.Base64.getEncoder()
                .encodeToString(
                        ("Administrator:" + RunningNode.PASSWORD).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        done(node.send(
                node.anonymous(properties + "/level?method=put&value=9").header("Authorization", "Basic " + basic)));
        assertThat(level()).as("it was only read").isEqualTo(2.5);
    }

    @Test
    void userAndPasswordMayStandInHeaders() throws Exception {
        HttpResponse<String> right = node.send(node.anonymous("Resources/CurrentSessionInfo/Services/GetCurrentUser")
                .header("userid", "Administrator")
                .header("password", RunningNode.PASSWORD)
                .POST(BodyPublishers.noBody()));
        done(right);
        assertThat(right.body()).contains("Administrator");
        assertThat(node.send(node.anonymous("Things?maxItems=1")
                                .header("userid", "Administrator")
                                .header("password", "wrong"))
                        .statusCode())
                .isEqualTo(401);
    }
}
