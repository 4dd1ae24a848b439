package org.steadfast.foundation.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.steadfast.foundation.RunningNode;
import org.steadfast.protocol.json.Json;

/** The REST API as clients meet it: a whole node with its database, over HTTP. */
@ExtendWith(RunningNode.Extension.class)
class RestTest {
    private static final AtomicInteger THINGS = new AtomicInteger();
    private static RunningNode node;

    @BeforeAll
    static void take(RunningNode running) {
        node = running;
    }

    @Test
    void readsBackWhatWasWritten() throws Exception {
        String thing = thing("{'n':{'baseType':'NUMBER','aspects':{'units':'bar'}},'s':{'baseType':'STRING'}}");

        assertEmpty(node.put(thing + "/Properties/n", "{\"n\": 24}"));
        HttpResponse<String> one = node.get(thing + "/Properties/n");

        assertThat(one.statusCode()).isEqualTo(200);
        assertThat(one.headers().firstValue("Content-Type")).contains("application/json;charset=UTF-8");
        assertThat(one.headers().firstValue("Content-Length")).isPresent();
        assertThat(one.body())
                .isEqualTo("{\"dataShape\":{\"fieldDefinitions\":{\"n\":{\"name\":\"n\",\"description\":\"\","
                        + "\"baseType\":\"NUMBER\",\"ordinal\":0,\"aspects\":{\"units\":\"bar\"}}}},"
                        + "\"rows\":[{\"n\":24.0}]}");
        for (String all : List.of("/Properties", "/Properties/", "/Properties/*", "/properties")) {
            assertThat(rows(node.get(thing + all))).isEqualTo(json("[{'n':24.0,'s':''}]"));
        }
        assertThat(rows(node.post(thing + "/Services/GetPropertyValues", "{}"))).isEqualTo(json("[{'n':24.0,'s':''}]"));
    }

    @Test
    void hasDefaultsForWhatWasNeverSet() throws Exception {
        String thing = thing("{'n':{'baseType':'NUMBER'},'b':{'baseType':'BOOLEAN'},'d':{'baseType':'DATETIME'},"
                + "'x':{'baseType':'NUMBER','aspects':{'defaultValue':7}},"
                + "'bad':{'baseType':'NUMBER','aspects':{'defaultValue':'warm'}}}");

        assertThat(rows(node.get(thing + "/Properties"))).isEqualTo(json("[{'n':0.0,'b':false,'x':7.0,'bad':0.0}]"));
        assertThat(rows(node.get(thing("{}") + "/Properties"))).isEqualTo(json("[{}]"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            NUMBER   | 5                 | 5.0
            NUMBER   | "12.5"            | 12.5
            NUMBER   | {"p": "12.5"}     | 12.5
            INTEGER  | 7.9               | 7
            STRING   | "bare"            | "bare"
            STRING   | 5                 | "5"
            STRING   | {"other": 1}      | "{\\"other\\":1}"
            BOOLEAN  | "TRUE"            | true
            BOOLEAN  | "no"              | false
            DATETIME | "1970-01-01T00:00:01.000Z" | 1000
            JSON     | [1, 2]            | {"array":[1,2]}
            JSON     | {"p": {"a": 1}}   | {"a":1}
            JSON     | {"a": 1}          | {"a":1}
            LOCATION | "42.5,-71.25,3"   | {"latitude":42.5,"longitude":-71.25,"elevation":3.0,"units":"WGS84"}
            """)
    void takesValuesAsClientsSendThem(String type, String body, String shown) throws Exception {
        String thing = thing("{'p':{'baseType':'" + type + "'}}");

        assertEmpty(node.put(thing + "/Properties/p", body));

        assertThat(rows(node.get(thing + "/Properties/p")).get(0).get("p")).isEqualTo(Json.read(shown));
    }

    @Test
    void writesSeveralPropertiesOrNone() throws Exception {
        String thing = thing("{'a':{'baseType':'NUMBER'},'b':{'baseType':'STRING'},"
                + "'fixed':{'baseType':'STRING','aspects':{'isReadOnly':true}}}");

        assertEmpty(node.put(thing + "/Properties/*", "{\"a\": 1, \"b\": \"one\"}"));
        assertEmpty(node.put(thing + "/Properties/*", "{}"));
        assertThat(rows(node.get(thing + "/Properties"))).isEqualTo(json("[{'a':1.0,'b':'one','fixed':''}]"));

        assertError(node.put(thing + "/Properties/*", "{\"a\": 2, \"c\": 3}"), 404, "Property [c] Does Not Exist On");
        assertError(node.put(thing + "/Properties/*", "{\"a\": 2, \"fixed\": \"x\"}"), 403, "fixed", "read-only");
        assertError(node.put(thing + "/Properties/*", "{\"b\": \"x\", \"a\": \"warm\"}"), 400, "property a", "NUMBER");
        assertError(node.put(thing + "/Properties/*", "[1]"), 400, "JSON object");
        assertError(node.put(thing + "/Properties/*", "5"), 400, "JSON object");
        assertThat(rows(node.get(thing + "/Properties"))).isEqualTo(json("[{'a':1.0,'b':'one','fixed':''}]"));
    }

    @Test
    void refusesToWriteAReadOnlyProperty() throws Exception {
        String thing = thing("{'fixed':{'baseType':'STRING','aspects':{'isReadOnly':true}}}");

        assertError(node.put(thing + "/Properties/fixed", "\"x\""), 403, "Not authorized for PropertyWrite on fixed");
    }

    @Test
    void wantsAnApplicationKey() throws Exception {
        for (HttpRequest.Builder request : List.of(
                node.anonymous("Things"),
                node.anonymous("Things").header("appKey", "wrong"),
                node.anonymous("Things").header("appKey", ""),
                node.anonymous("Things?appKey=wrong"),
                node.anonymous("nothing/here"))) {
            HttpResponse<String> response = node.send(request);
            assertError(response, 401, "application key");
            assertThat(response.headers().firstValue("WWW-Authenticate")).contains("Basic realm=\"ThingWorx\"");
        }
        assertThat(node.send(node.anonymous("Things").header("AppKey", RunningNode.KEY))
                        .statusCode())
                .isEqualTo(200);
        String encoded = RunningNode.KEY.replace("'", "%27");
        assertThat(node.send(node.anonymous("Things?maxItems=1&appKey=" + encoded.replace(" ", "%20")))
                        .statusCode())
                .isEqualTo(200);
        assertThat(node.send(node.anonymous("Things?appKey=" + encoded.replace(" ", "+")))
                        .statusCode())
                .isEqualTo(200);
        for (String open : List.of("health", "ready")) {
            assertThat(node.send(node.anonymous(open)).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void letsAReadOnlyKeyReadAndNoMore() throws Exception {
        String thing = thing("{'p':{'baseType':'NUMBER'}}");

        assertThat(node.send(reader(thing + "/Properties/p").GET()).statusCode())
                .isEqualTo(200);
        assertThat(node.send(reader(thing + "/Services/GetPropertyValues").POST(BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(200);
        for (HttpRequest.Builder change : List.of(
                reader(thing + "/Properties/p").PUT(BodyPublishers.ofString("1")),
                reader(thing).DELETE(),
                reader("Things").PUT(BodyPublishers.ofString("{\"name\":\"x\"}")),
                reader(thing + "/Services/AddPropertyDefinition").POST(BodyPublishers.ofString("{}")))) {
            assertError(node.send(change.header("Content-Type", "application/json")), 403, "Not authorized");
        }
        assertThat(node.get(thing).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, Things/NotThere, Entity Not Found : [NotThere]",
        "GET, Things/NotThere/Properties, Entity Not Found : [NotThere]",
        "PUT, Things/NotThere, Entity Not Found : [NotThere]",
        "DELETE, Things/NotThere, Entity Not Found : [NotThere]",
        "GET, Things/a%2Fb, Entity Not Found : [a/b]",
        "GET, Things/a%2Fb/Properties/c%2Fd, Entity Not Found : [a/b]",
        "GET, Things/*NoIdentifier, Entity Not Found : [*NoIdentifier]",
        "GET, Nothing, there is nothing at /Thingworx/Nothing",
        "GET, things, there is nothing at",
        "GET, Things/x/y/z/w, there is nothing at",
        "GET, '', there is nothing at"
    })
    void has404ForWhatIsNotThere(String method, String address, String message) throws Exception {
        assertError(node.send(method, address, method.equals("PUT") ? "{}" : ""), 404, message);
    }

    @Test
    void has404ForAPropertyThatIsNotThere() throws Exception {
        String thing = thing("{}");

        for (HttpResponse<String> response :
                List.of(node.get(thing + "/Properties/nothing"), node.put(thing + "/Properties/nothing", "1"))) {
            assertError(response, 404, "Property [nothing] Does Not Exist On Thing [");
        }
        assertError(
                node.post(thing + "/Services/RemovePropertyDefinition", "{\"name\":\"nothing\"}"),
                404,
                "Property [nothing] Does Not Exist On Thing [");
    }

    @ParameterizedTest
    @CsvSource({
        "POST, Things, GET and PUT",
        "PUT, Things/x/Services/EnableThing, POST",
        "GET, Things/x/Services/EnableThing, POST",
        "DELETE, Things/x/Properties/p, GET and PUT",
        "HEAD, Things, ''",
        "OPTIONS, Things, GET and PUT",
        "PATCH, Things/x, DELETE and GET and PUT"
    })
    void has405ForOtherMethods(String method, String address, String allowed) throws Exception {
        HttpResponse<String> response = node.send(method, address, "");

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.body()).contains(allowed);
    }

    @Test
    void createsAThingOnce() throws Exception {
        String name = name();
        HttpResponse<String> created = node.put(
                "Things",
                "{\"entityType\":\"Things\",\"name\":\"" + name + "\",\"identifier\":\"id of " + name + "\"}");
        assertEmpty(created);
        assertThat(created.headers().firstValue("ETag")).get().asString().matches("\"\\d+\"");

        assertError(node.put("Things", "{\"name\":\"" + name + "\"}"), 409, name + " already exists");
        assertError(
                node.put("Things", "{\"name\":\"" + name() + "\",\"identifier\":\"id of " + name + "\"}"),
                409,
                "the identifier id of " + name + " already exists");
        assertError(
                node.post(
                        "Resources/EntityServices/Services/CreateThing",
                        "{\"name\":\"" + name + "\",\"thingTemplateName\":\"GenericThing\"}"),
                409,
                "already exists");
        assertThat(Json.read(node.get("Things/*id%20of%20" + name).body())
                        .path("name")
                        .asText())
                .isEqualTo(name);
    }

    @Test
    void addsAPropertyDefinitionOnce() throws Exception {
        String thing = thing("{}");
        String body = "{\"name\":\"p\",\"type\":\"NUMBER\",\"description\":null,\"readOnly\":false,\"units\":\"bar\"}";

        assertEmpty(node.post(thing + "/services/AddPropertyDefinition", body));
        assertError(node.post(thing + "/Services/AddPropertyDefinition", body), 409, "property p already exists");

        JsonNode definition = Json.read(node.get(thing).body()).at("/thingShape/propertyDefinitions/p");
        assertThat(definition.path("baseType").asText()).isEqualTo("NUMBER");
        assertThat(definition.path("description").asText()).isEmpty();
        assertThat(definition.at("/aspects/units").asText()).isEqualTo("bar");
        assertThat(definition.at("/aspects/isReadOnly").asBoolean(true)).isFalse();
        assertThat(rows(node.get(thing + "/PropertyDefinitions")))
                .isEqualTo(json("[{'name':'p','description':'','baseType':'NUMBER'}]"));
    }

    @Test
    void addsEachOfManyPropertyDefinitionsThatComeAtTheSameTime() throws Exception {
        String thing = thing("{}");
        List<CompletableFuture<HttpResponse<String>>> adding = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            // Four names, each of them twice.
            adding.add(node.client()
                    .sendAsync(
                            node.request(thing + "/Services/AddPropertyDefinition")
                                    .header("Content-Type", "application/json")
                                    .POST(BodyPublishers.ofString("{\"name\":\"p" + i / 2 + "\",\"type\":\"STRING\"}"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString()));
        }
        List<Integer> statuses = new ArrayList<>();
        for (CompletableFuture<HttpResponse<String>> one : adding) {
            statuses.add(one.get(20, TimeUnit.SECONDS).statusCode());
        }

        // Of those that lose too often against the others, the client hears so.
        assertThat(statuses).allSatisfy(status -> assertThat(status).isIn(200, 409, 412));
        int added = rows(node.get(thing + "/PropertyDefinitions")).size();
        assertThat(statuses.stream().filter(status -> status == 200)).hasSize(added);
    }

    @Test
    void updatesAThingFromTheVersionThatWasRead() throws Exception {
        String thing = thing("{'p':{'baseType':'NUMBER'}}");
        HttpResponse<String> read = node.get(thing);
        String etag = read.headers().firstValue("ETag").orElseThrow();
        String whole =
                read.body().replace("\"description\":\"\",\"projectName\"", "\"description\":\"d\",\"projectName\"");

        HttpResponse<String> updated = node.send(node.request(thing)
                .header("Content-Type", "application/json")
                .header("If-Match", etag)
                .PUT(BodyPublishers.ofString(whole)));
        assertEmpty(updated);
        assertThat(updated.headers().firstValue("ETag"))
                .isPresent()
                .isEqualTo(node.get(thing).headers().firstValue("ETag"))
                .isNotEqualTo(Optional.of(etag));

        assertError(
                node.send(node.request(thing)
                        .header("Content-Type", "application/json")
                        .header("If-Match", etag)
                        .PUT(BodyPublishers.ofString("{\"description\":\"late\"}"))),
                412,
                ", not " + etag.replace("\"", ""));
        assertError(
                node.send(node.request(thing)
                        .header("Content-Type", "application/json")
                        .header("If-Match", "W/\"x\"")
                        .PUT(BodyPublishers.ofString("{}"))),
                400,
                "If-Match");
        assertEmpty(node.send(node.request(thing)
                .header("Content-Type", "application/json")
                .header("If-Match", "*")
                .PUT(BodyPublishers.ofString("{\"enabled\":false}"))));
        JsonNode now = Json.read(node.get(thing).body());
        assertThat(now.path("description").asText()).isEqualTo("d");
        assertThat(now.path("enabled").asBoolean(true)).isFalse();
        assertThat(now.at("/thingShape/propertyDefinitions").has("p")).isTrue();
    }

    @Test
    void enablesDisablesAndRestarts() throws Exception {
        String thing = thing("{}");

        for (String body : List.of("", "{}", "null")) {
            assertEmpty(node.post(thing + "/Services/DisableThing", body));
        }
        assertThat(Json.read(node.get(thing).body()).path("enabled").asBoolean(true))
                .isFalse();
        assertEmpty(node.send(node.request(thing + "/Services/EnableThing").POST(BodyPublishers.noBody())));
        assertThat(Json.read(node.get(thing).body()).path("enabled").asBoolean(false))
                .isTrue();
        assertEmpty(node.post(thing + "/Services/RestartThing", ""));
        assertError(node.post("Things/NotThere/Services/RestartThing", ""), 404, "Entity Not Found");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            PUT  | Things                                        | {}                              | field name
            PUT  | Things                                        | {"name":5}                      | field name
            PUT  | Things                                        | {"name":"a/b"}                  | field name
            PUT  | Things                                        | {"name":"..x","identifier":"\\u0000"} | field identifier
            PUT  | Things                                        | {"name":"n","description":"\\ud800"}  | field description
            PUT  | Things                                        | {"name":"n","enabled":"yes"}    | field enabled
            PUT  | Things                                        | {"name":"n","propertyDefinitions":{"p":{"baseType":"FLOAT"}}} | unknown base type [FLOAT]
            PUT  | Things                                        | {"name":                        | the body is not JSON
            PUT  | Things                                        | [1]                             | the body must be a JSON object
            PUT  | Things                                        | {} {}                           | the body is not JSON
            POST | Resources/EntityServices/Services/CreateThing | {"name":"n"}                    | field thingTemplateName
            POST | Resources/EntityServices/Services/DeleteThing | {}                              | field name
            POST | Things/{thing}/Services/AddPropertyDefinition | {"type":"NUMBER"}               | field name
            POST | Things/{thing}/Services/AddPropertyDefinition | {"name":"q"}                    | field type
            POST | Things/{thing}/Services/AddPropertyDefinition | {"name":"q","type":"FLOAT"}     | field type
            POST | Things/{thing}/Services/AddPropertyDefinition | {"name":"*q","type":"STRING"}   | field
            PUT  | Things/{thing}/Properties/p                   | null                            | {"p": value}
            PUT  | Things/{thing}/Properties/p                   | "warm"                          | : NUMBER needs a number
            PUT  | Things/{thing}                                | {"propertyDefinitions":5}       | field propertyDefinitions
            GET  | Things?maxItems=many                          | null                            | query maxItems
            GET  | Things?maxItems=0                             | null                            | query maxItems
            GET  | Things?maxItems=NaN                           | null                            | query maxItems
            """)
    void has400AndNamesWhatIsWrong(String method, String address, String body, String message) throws Exception {
        String thing = thing("{'p':{'baseType':'NUMBER'}}");

        HttpResponse<String> response = node.send(method, address.replace("Things/{thing}", thing), body);

        assertError(response, 400, message);
    }

    @Test
    void refusesAThingTemplateThatIsNotThere() throws Exception {
        assertError(
                node.post(
                        "Resources/EntityServices/Services/CreateThing",
                        "{\"name\":\"" + name() + "\",\"thingTemplateName\":\"Nothing\"}"),
                404,
                "field thingTemplate: the thing template [Nothing] does not exist");
    }

    @Test
    void wantsBodiesThatAreJsonAndNotTooLong() throws Exception {
        String thing = thing("{'p':{'baseType':'STRING'}}");

        assertError(
                node.send(node.request(thing + "/Properties/p").PUT(BodyPublishers.ofString("5"))),
                415,
                "application/json");
        assertError(
                node.send(node.request(thing + "/Properties/p")
                        .header("Content-Type", "text/xml")
                        .PUT(BodyPublishers.ofString("<p/>"))),
                415,
                "text/xml");
        assertEmpty(node.send(node.request(thing + "/Properties/p")
                .header("Content-Type", "Application/JSON; charset=utf-8")
                .PUT(BodyPublishers.ofString("\"\u00e4\""))));
        assertEmpty(node.send(node.request(thing + "/Properties/p")
                .header("Content-Type", "application/json")
                .expectContinue(true)
                .PUT(BodyPublishers.ofString("\"" + "x".repeat(2000) + "\""))));
        // Announced as too long, and found to be too long.
        try (Socket socket = new Socket("127.0.0.1", node.port())) {
            assertThat(raw(socket, thing, "Content-Length: " + (RunningNode.MOST_BODY_BYTES + 1), ""))
                    .startsWith("HTTP/1.1 413 ");
        }
        try (Socket socket = new Socket("127.0.0.1", node.port())) {
            String chunk = Integer.toHexString(RunningNode.MOST_BODY_BYTES + 1) + "\r\n"
                    + " ".repeat(RunningNode.MOST_BODY_BYTES + 1) + "\r\n0\r\n\r\n";
            assertThat(raw(socket, thing, "Transfer-Encoding: chunked", chunk)).startsWith("HTTP/1.1 413 ");
        }
    }

    /** Bodies that are announced and do not come take room, which others wait for; not for ever, and short ones need none. */
    @Test
    void longBodiesAtTheSameTimeAreBounded() throws Exception {
        String thing = thing("{'p':{'baseType':'STRING'}}");
        String longest = "\"" + "x".repeat(RunningNode.MOST_BODY_BYTES - 2) + "\"";
        try (Socket first = new Socket("127.0.0.1", node.port());
                Socket second = new Socket("127.0.0.1", node.port())) {
            announce(first, thing, "Content-Length: " + RunningNode.MOST_BODY_BYTES);
            announce(second, thing, "Content-Length: " + RunningNode.MOST_BODY_BYTES);
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> node.get("Metrics")
                            .body()
                            .lines()
                            .anyMatch(line -> line.startsWith("steadfast_rest_bodies_bytes{")
                                    && Double.parseDouble(line.substring(line.lastIndexOf(' ')))
                                            >= 2 * RunningNode.MOST_BODY_BYTES));
            HttpResponse<String> refused = node.put(thing + "/Properties/p", longest);
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains("too many long requests");
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertEmpty(node.put(thing + "/Properties/p", "\"short\""));
            assertThat(new String(first.getInputStream().readNBytes(40), UTF_8)).startsWith("HTTP/1.1 408 ");
        }
        await().atMost(Duration.ofSeconds(30))
                .until(() -> node.put(thing + "/Properties/p", longest).statusCode() == 200);
    }

    /** Clients send heads and bodies apart; one that is refused in between must know whether it may go on. */
    @Test
    void saysWhenAConnectionEndsWithARefusal() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", node.port())) {
            raw(socket, "Things/Nowhere", "Content-Length: 3", "");
            String rest = new String(socket.getInputStream().readAllBytes(), UTF_8);
            assertThat(rest).contains("Connection: close", "Entity Not Found");
        }
        try (Socket socket = new Socket("127.0.0.1", node.port())) {
            for (int i = 0; i < 3; i++) {
                assertThat(raw(socket, "Things/Nowhere", "Content-Length: 3", "123"))
                        .startsWith("HTTP/1.1 404 ");
                StringBuilder answer = new StringBuilder();
                while (answer.indexOf("Entity Not Found : [Nowhere]") < 0) {
                    answer.append((char) socket.getInputStream().read());
                }
                assertThat(answer).doesNotContain("Connection: close");
            }
        }
    }

    @Test
    void refusesAQueryThatIsNotWellFormed() throws Exception {
        for (String query : List.of("nameMask=%zz", "%zz=1&nameMask=a", "appKey=%f")) {
            try (Socket socket = new Socket("127.0.0.1", node.port())) {
                socket.setSoTimeout(20_000);
                String key = query.startsWith("appKey") ? "" : "appKey: " + RunningNode.KEY + "\r\n";
                socket.getOutputStream()
                        .write(("GET /Thingworx/Things?" + query + " HTTP/1.1\r\nHost: x\r\n" + key + "\r\n")
                                .getBytes(UTF_8));
                assertThat(new String(socket.getInputStream().readNBytes(13), UTF_8))
                        .isEqualTo("HTTP/1.1 400 ");
            }
        }
    }

    private static void announce(Socket socket, String thing, String lengthHeader) throws Exception {
        socket.setSoTimeout(20_000);
        send(socket, thing, lengthHeader, "\"x");
    }

    private static String raw(Socket socket, String thing, String lengthHeader, String body) throws Exception {
        socket.setSoTimeout(20_000);
        send(socket, thing, lengthHeader, body);
        return new String(socket.getInputStream().readNBytes(40), UTF_8);
    }

    private static void send(Socket socket, String thing, String lengthHeader, String body) throws Exception {
        socket.getOutputStream()
                .write(("PUT /Thingworx/" + thing + "/Properties/p HTTP/1.1\r\nHost: x\r\nappKey: " + RunningNode.KEY
                                + "\r\nContent-Type: application/json\r\n" + lengthHeader + "\r\n\r\n" + body)
                        .getBytes(UTF_8));
        socket.getOutputStream().flush();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "with space",
                "a+b",
                "what?",
                "100%",
                "a&b=c;d",
                "#1",
                "\u00e4\u20ac\ud83d\ude00",
                "a%2Fb",
                "...",
                "{braces}",
                "quote\"'<>"
            })
    void addressesNamesOfAllKinds(String odd) throws Exception {
        String name = name() + odd;
        assertEmpty(node.put(
                "Things",
                "{\"name\":" + Json.write(text(name)) + ",\"propertyDefinitions\":{" + Json.write(text(odd))
                        + ":{\"baseType\":\"STRING\"}}}"));
        String address = "Things/" + encode(name);

        assertEmpty(node.put(address + "/Properties/" + encode(odd), "\"there\""));

        JsonNode row = rows(node.get(address + "/Properties/" + encode(odd))).get(0);
        assertThat(row.get(odd).asText()).isEqualTo("there");
        JsonNode listed = rows(node.get("Things?nameMask=" + encode(name)));
        assertThat(listed).hasSize(1);
        assertThat(listed.get(0).path("name").asText()).isEqualTo(name);
        assertEmpty(node.delete(address));
        assertError(node.get(address), 404, "Entity Not Found");
    }

    @Test
    void takesAPlusInAPathForItself() throws Exception {
        String name = name();
        assertEmpty(node.put("Things", "{\"name\":\"" + name + "a+b\"}"));
        assertEmpty(node.put("Things", "{\"name\":\"" + name + "a b\"}"));

        assertThat(Json.read(node.get("Things/" + name + "a+b").body())
                        .path("name")
                        .asText())
                .isEqualTo(name + "a+b");
    }

    @Test
    void listsThings() throws Exception {
        String name = name();
        for (String suffix : List.of("b", "a", "c")) {
            assertEmpty(node.put("Things", "{\"name\":\"" + name + suffix + "\",\"description\":\"d\"}"));
        }

        assertThat(rows(node.get("Things?maxItems=2&nameMask=" + name + "*")))
                .isEqualTo(
                        json("[{'name':'" + name + "a','description':'d','homeMashup':'','avatar':'/Thingworx/Things/"
                                + name + "a/Avatar','isSystemObject':false,'tags':[]},{'name':'" + name
                                + "b','description':'d','homeMashup':'','avatar':'/Thingworx/Things/" + name
                                + "b/Avatar','isSystemObject':false,'tags':[]}]"));
        assertThat(rows(node.get("Things?nameMask=" + name + "*&maxItems=10.0")))
                .hasSize(3);
        assertThat(rows(node.get("Things?nameMask=" + name + "%25"))).isEmpty();
        assertThat(rows(node.get("Things/?nameMask="))).isNotEmpty();
    }

    @Test
    void keepsTheOrderOfProperties() throws Exception {
        String thing =
                thing("{'zz':{'baseType':'STRING'},'long name':{'baseType':'STRING'},'a':{'baseType':'STRING'}}");
        assertEmpty(node.post(thing + "/Services/AddPropertyDefinition", "{\"name\":\"b\",\"type\":\"STRING\"}"));

        assertThat(rows(node.get(thing + "/PropertyDefinitions")).findValuesAsText("name"))
                .containsExactly("zz", "long name", "a", "b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"RemovePropertyDefinition", "PUT of the entity", "PUT with another base type"})
    void removesTheValueOfAPropertyThatIsRemoved(String way) throws Exception {
        String thing = thing("{'p':{'baseType':'NUMBER'},'kept':{'baseType':'STRING'}}");
        assertEmpty(node.put(thing + "/Properties/*", "{\"p\": 5, \"kept\": \"k\"}"));
        long id = thingId(thing);
        assertThat(storedValues(id)).isEqualTo(2);

        assertEmpty(
                switch (way) {
                    case "RemovePropertyDefinition" ->
                        node.post(thing + "/Services/RemovePropertyDefinition", "{\"name\":\"p\"}");
                    case "PUT of the entity" ->
                        node.put(thing, "{\"propertyDefinitions\":{\"kept\":{\"baseType\":\"STRING\"}}}");
                    default ->
                        node.put(
                                thing,
                                "{\"propertyDefinitions\":{\"kept\":{\"baseType\":\"STRING\"},"
                                        + "\"p\":{\"baseType\":\"STRING\"}}}");
                });
        assertThat(storedValues(id)).isEqualTo(1);
        assertEmpty(node.put(
                thing,
                "{\"propertyDefinitions\":{\"kept\":{\"baseType\":\"STRING\"},\"p\":{\"baseType\":\"NUMBER\"}}}"));

        assertThat(rows(node.get(thing + "/Properties/p"))).isEqualTo(json("[{'p':0.0}]"));
        assertThat(rows(node.get(thing + "/Properties/kept"))).isEqualTo(json("[{'kept':'k'}]"));
        assertEmpty(node.put(thing + "/Properties/p", "6"));
        assertThat(rows(node.get(thing + "/Properties/p"))).isEqualTo(json("[{'p':6.0}]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"DELETE", "DeleteThing"})
    void showsNoOldValueOfAThingThatWasDeletedAndMadeAnew(String way) throws Exception {
        String thing = thing("{'p':{'baseType':'NUMBER'}}");
        assertEmpty(node.put(thing + "/Properties/p", "5"));
        long id = thingId(thing);

        assertEmpty(
                way.equals("DELETE")
                        ? node.delete(thing)
                        : node.post(
                                "Resources/EntityServices/Services/DeleteThing",
                                "{\"name\":\"" + thing.substring("Things/".length()) + "\"}"));
        assertError(node.get(thing + "/Properties/p"), 404, "Entity Not Found");
        assertThat(storedValues(id)).isZero();

        assertEmpty(node.put(
                "Things",
                "{\"name\":\"" + thing.substring("Things/".length())
                        + "\",\"propertyDefinitions\":{\"p\":{\"baseType\":\"NUMBER\"}}}"));
        assertThat(rows(node.get(thing + "/Properties/p"))).isEqualTo(json("[{'p':0.0}]"));
        assertThat(thingId(thing)).isGreaterThan(id);
    }

    @Test
    void aPropertyThatIsNotPersistentIsInNoDatabaseAndNeedsNone() throws Exception {
        String thing = thing("{'p':{'baseType':'NUMBER','aspects':{'isPersistent':false}},"
                + "'q':{'baseType':'NUMBER','aspects':{'isPersistent':true}}}");
        assertEmpty(node.put(thing + "/Properties/*", "{\"p\": 1, \"q\": 2}"));
        assertThat(rows(node.get(thing + "/Properties/*"))).isEqualTo(json("[{'p':1.0,'q':2.0}]"));
        assertThat(storedValues(thingId(thing))).isEqualTo(1);

        node.surroundings().takeDatabaseAway();
        try {
            assertEmpty(node.put(thing + "/Properties/p", "{\"p\": 3}"));
            assertThat(rows(node.get(thing + "/Properties/p"))).isEqualTo(json("[{'p':3.0}]"));
        } finally {
            node.surroundings().bringDatabaseBack();
        }
        assertThat(storedValues(thingId(thing))).isEqualTo(1);
        // The pool takes connections that were used just before for sound without asking: the next test must not get
        // one of those.
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertEmpty(node.put(thing, "{\"description\":\"d\"}")));
    }

    @Test
    void answers503WhileTheDatabaseIsAwayAndReadsOn() throws Exception {
        String thing = thing("{'p':{'baseType':'NUMBER'}}");
        assertEmpty(node.put(thing + "/Properties/p", "5"));
        assertThat(node.get(thing).statusCode()).isEqualTo(200);

        node.surroundings().takeDatabaseAway();
        try {
            // The first one finds the connection broken and does not know what became of it; the next waits in vain.
            assertError503(node.put(thing + "/Properties/p", "6"), "");
            assertError503(node.put(thing + "/Properties/p", "7"), "nothing was written");
            assertThat(rows(node.get(thing + "/Properties/p"))).isEqualTo(json("[{'p':5.0}]"));
            assertError503(node.get("Things"), "the database does not answer");
            assertError503(node.put("Things", "{\"name\":\"" + name() + "\"}"), "the database does not answer");
            assertThat(node.send(node.anonymous("ready")).statusCode()).isEqualTo(200);
        } finally {
            node.surroundings().bringDatabaseBack();
        }
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertEmpty(node.put(thing + "/Properties/p", "8"));
            assertThat(node.get("Things?maxItems=1").statusCode()).isEqualTo(200);
            assertEmpty(node.put(thing, "{\"description\":\"d\"}"));
        });
        // Each lane.
        for (int i = 0; i < 8; i++) {
            assertEmpty(node.put(thing("{'p':{'baseType':'NUMBER'}}") + "/Properties/p", "1"));
        }
        assertThat(rows(node.get(thing + "/Properties/p"))).isEqualTo(json("[{'p':8.0}]"));
        assertThat(node.stopRequests()).isEmpty();
    }

    @Test
    void isNotHeldUpByAClientThatDoesNotRead() throws Exception {
        String large = thing("{'p':{'baseType':'STRING'}}");
        String small = thing("{'p':{'baseType':'NUMBER'}}");
        assertEmpty(node.put(large + "/Properties/p", "\"" + "x".repeat(5 << 20) + "\""));
        List<Socket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                Socket socket = new Socket();
                socket.setReceiveBufferSize(4096);
                socket.connect(new InetSocketAddress("127.0.0.1", node.port()));
                socket.getOutputStream()
                        .write(("GET /Thingworx/" + large + "/Properties/p HTTP/1.1\r\nHost: x\r\nappKey: "
                                        + RunningNode.KEY + "\r\n\r\n")
                                .getBytes(UTF_8));
                idle.add(socket);
            }
            for (Socket socket : idle) {
                // The answer has begun.
                InputStream in = socket.getInputStream();
                assertThat(new String(in.readNBytes(15), UTF_8)).isEqualTo("HTTP/1.1 200 OK");
            }
            for (int i = 0; i < 20; i++) {
                assertEmpty(node.put(small + "/Properties/p", Integer.toString(i)));
                assertThat(rows(node.get(small + "/Properties/p"))
                                .get(0)
                                .path("p")
                                .asInt())
                        .isEqualTo(i);
            }
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    /** A new thing with these properties; its address. Quotes may be single. */
    private static String thing(String propertyDefinitions) throws Exception {
        String name = name();
        assertEmpty(node.put(
                "Things",
                ("{'name':'" + name + "','propertyDefinitions':" + propertyDefinitions + "}").replace('\'', '"')));
        return "Things/" + name;
    }

    private static String name() {
        return "RestThing" + THINGS.incrementAndGet() + "x";
    }

    private static HttpRequest.Builder reader(String address) {
        return node.anonymous(address).header("appKey", RunningNode.READ_ONLY_KEY);
    }

    private static long thingId(String thing) throws Exception {
        return node.database()
                .model()
                .find("Things", thing.substring("Things/".length()))
                .orElseThrow()
                .id();
    }

    private static long storedValues(long thingId) throws Exception {
        AtomicInteger count = new AtomicInteger();
        node.database().properties().scan(1, value -> {
            if (value.key().thingId() == thingId) {
                count.incrementAndGet();
            }
        });
        return count.get();
    }

    private static JsonNode rows(HttpResponse<String> response) throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return Json.read(response.body()).path("rows");
    }

    private static JsonNode json(String text) throws Exception {
        return Json.read(text.replace('\'', '"'));
    }

    private static JsonNode text(String text) {
        return TextNode.valueOf(text);
    }

    private static String encode(String segment) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : segment.getBytes(UTF_8)) {
            if (b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z') {
                encoded.append((char) b);
            } else {
                encoded.append("%%%02X".formatted(b));
            }
        }
        return encoded.toString();
    }

    private static void assertEmpty(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
        assertThat(response.headers().firstValue("Content-Length")).contains("0");
    }

    private static void assertError(HttpResponse<String> response, int status, String... messages) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).contains("text/plain;charset=UTF-8");
        assertThat(response.body()).contains(messages).doesNotContain("\n");
    }

    private static void assertError503(HttpResponse<String> response, String message) {
        assertError(response, 503, message);
        assertThat(response.headers().firstValue("Retry-After")).contains("1");
    }
}
