package org.steadfast.foundation.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.steadfast.foundation.RunningNode;
import org.steadfast.protocol.json.Json;

/** Streams of live values of a running node, through a real client. */
@ExtendWith(RunningNode.Extension.class)
class LiveValuesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private static RunningNode node;

    private final String thing = "live" + NUMBERS.incrementAndGet();
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeAll
    static void use(RunningNode running) {
        node = running;
    }

    @BeforeEach
    void create() throws Exception {
        ok(node.put("Things", thing(thing)));
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        // Found out when the next comment is sent, so that no test has the places of another one.
        await().atMost(PATIENCE).until(() -> metric("steadfast_live_streams") == 0);
    }

    private static String thing(String name) {
        return """
                {"name": "%s", "thingTemplate": "GenericThing", "propertyDefinitions": {
                  "n": {"baseType": "NUMBER"}, "m": {"baseType": "NUMBER", "aspects": {"defaultValue": 7}},
                  "text": {"baseType": "STRING", "aspects": {"isPersistent": false}}}}""".formatted(name);
    }

    @Test
    void tellsThePresentValuesAndThenEveryLastOneInOrder() throws Exception {
        set("n", "1");
        EventReader reader = open("thing=" + thing);

        awaitCurrent(reader, 1);
        assertThat(reader.header("Content-Type")).isEqualTo("text/event-stream;charset=UTF-8");
        assertThat(Integer.parseInt(reader.retry())).isBetween(1_000, 4_000);
        assertThat(reader.events().get(0).name()).isEqualTo("thing");
        assertThat(reader.events().get(0).data().get("properties")).hasSize(3);
        assertThat(reader.values("n")).containsExactly("1.0");
        assertThat(reader.values("m")).containsExactly("7.0");
        EventReader.Event first = reader.events("value").get(0);
        assertThat(first.data().get("thing").asText()).isEqualTo(thing);
        assertThat(first.data().get("baseType").asText()).isEqualTo("NUMBER");
        assertThat(first.data().get("quality").asText()).isEqualTo("GOOD");
        assertThat(first.data().get("time").asLong()).isGreaterThan(1_600_000_000_000L);

        for (int i = 2; i <= 20; i++) {
            set("n", Integer.toString(i));
        }
        set("text", "\"two\\nlines\"");
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(reader.values("n")).endsWith("20.0");
            assertThat(reader.values("text")).endsWith("two\nlines");
        });
        List<Double> heard = reader.values("n").stream().map(Double::valueOf).toList();
        assertThat(heard).isSorted().doesNotHaveDuplicates();
        assertThat(reader.values("m")).hasSize(1);
    }

    @Test
    void tellsOfNamedPropertiesOnly() throws Exception {
        EventReader reader = open("thing=" + thing + "&property=m&property=text");
        awaitCurrent(reader, 1);

        set("n", "5");
        set("m", "6");

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(reader.values("m")).endsWith("6.0"));
        assertThat(reader.values("n")).isEmpty();
    }

    @Test
    void whoComesAgainIsToldWhatHasChangedMeanwhileAndNothingElse() throws Exception {
        set("n", "1");
        set("text", "\"before\"");
        EventReader reader = open("thing=" + thing);
        awaitCurrent(reader, 1);
        String id = reader.lastId();
        reader.close();
        set("text", "\"meanwhile\"");
        set("text", "\"after\"");

        EventReader again = open("thing=" + thing, id);
        awaitCurrent(again, 1);

        assertThat(again.values("text")).containsExactly("after");
        assertThat(again.events("value")).hasSize(1);
        EventReader stranger = open("thing=" + thing, "no identifier of ours");
        awaitCurrent(stranger, 1);
        assertThat(stranger.events("value")).hasSize(3);
    }

    @Test
    void whatIsWrongIsSaidToWhoeverComesForTheFirstTime() throws Exception {
        assertThat(open("").status()).isEqualTo(400);
        assertThat(open("thing=" + thing + "&thing=nowhere").status()).isEqualTo(404);
        assertThat(open("thing=" + thing + "&property=none").status()).isEqualTo(404);
        assertThat(node.send(node.anonymous("LiveValues?thing=" + thing)).statusCode())
                .isEqualTo(401);

        EventReader again = open("thing=" + thing + "&thing=nowhere", "AAAA");
        awaitCurrent(again, 1);
        assertThat(again.events("gone")).hasSize(1);
        assertThat(again.events("gone").get(0).data().get("thing").asText()).isEqualTo("nowhere");
    }

    @Test
    void aThingThatIsDeletedIsGoneAndOneThatIsMadeAnewIsHeardAgain() throws Exception {
        set("n", "1");
        EventReader reader = open("thing=" + thing);
        awaitCurrent(reader, 1);

        ok(node.delete("Things/" + thing));
        await().atMost(PATIENCE).until(() -> reader.events("gone").size() == 1);
        assertThat(reader.events("gone").get(0).data().get("thing").asText()).isEqualTo(thing);
        ok(node.put("Things", thing(thing)));
        await().atMost(PATIENCE).until(() -> reader.events("thing").size() == 2);
        set("n", "2");

        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(reader.values("n")).startsWith("1.0").endsWith("2.0"));
    }

    @Test
    void onlyWhatMayBeReadIsTold() throws Exception {
        String key = user();
        assertThat(open(withKey(key), "thing=" + thing, "").status()).isEqualTo(404);
        ok(node.post(
                "Things/" + thing + "/Services/AddVisibilityPermission",
                "{\"principal\":\"" + thing + "O\",\"principalType\":\"Organization\"}"));
        allow("n", true);
        EventReader reader = open(withKey(key), "thing=" + thing, "");
        awaitCurrent(reader, 1);
        assertThat(reader.events("value"))
                .extracting(EventReader.Event::property)
                .containsExactly("n");
        assertThat(open(withKey(key), "thing=" + thing + "&property=text", "").status())
                .isEqualTo(403);

        allow("text", true);
        await().atMost(PATIENCE).until(() -> !reader.values("text").isEmpty());
        allow("n", false);
        await().atMost(PATIENCE).until(() -> !reader.events("gone").isEmpty());
        assertThat(reader.events("gone").get(0).property()).isEqualTo("n");
        int before = reader.values("n").size();
        set("n", "99");
        set("text", "\"still heard\"");

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(reader.values("text")).endsWith("still heard"));
        assertThat(reader.values("n")).hasSize(before);
    }

    @Test
    void aStreamEndsWithTheKeyItWasOpenedWith() throws Exception {
        String key = user();
        ok(node.post(
                "Things/" + thing + "/Services/AddVisibilityPermission",
                "{\"principal\":\"" + thing + "O\",\"principalType\":\"Organization\"}"));
        EventReader reader = open(withKey(key), "thing=" + thing, "");
        awaitCurrent(reader, 1);

        ok(node.delete("ApplicationKeys/" + thing + "K"));

        await().atMost(PATIENCE).until(reader::ended);
        assertThat(reader.events("end").get(0).data().get("reason").asText()).isEqualTo("unauthorized");
    }

    /** A page that opens a stream cannot send headers, and is not to have the user's own key in its address. */
    @Test
    void aStreamGoesOnAfterTheKeyForItsClientAndEndsWithTheOneBehindIt() throws Exception {
        String key = user();
        ok(node.post(
                "Things/" + thing + "/Services/AddVisibilityPermission",
                "{\"principal\":\"" + thing + "O\",\"principalType\":\"Organization\"}"));
        allow("n", true);
        HttpResponse<String> made =
                node.send(node.anonymous("Resources/EntityServices/Services/GetClientApplicationKey")
                        .header("appKey", key)
                        .POST(HttpRequest.BodyPublishers.noBody()));
        String ofClient = Json.read(made.body()).at("/rows/0/result").asText();
        EventReader reader = open(withKey(ofClient), "thing=" + thing, "");
        awaitCurrent(reader, 1);

        await().atMost(Duration.ofSeconds(30))
                .until(() -> node.send(node.anonymous("Things?maxItems=1").header("appKey", ofClient))
                                .statusCode()
                        == 401);
        // Each change of the model has the stream's right to be there looked at again.
        ok(node.post("Things/" + thing + "/Services/SetDescription", "{\"description\":\"changed\"}"));
        set("n", "77");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(reader.values("n")).endsWith("77.0"));
        assertThat(reader.ended()).isFalse();

        ok(node.delete("ApplicationKeys/" + thing + "K"));
        await().atMost(PATIENCE).until(reader::ended);
        assertThat(reader.events("end").get(0).data().get("reason").asText()).isEqualTo("unauthorized");
    }

    @Test
    void quietStreamsAreKeptAliveByComments() throws Exception {
        EventReader reader = open("thing=" + thing);
        awaitCurrent(reader, 1);

        await().atMost(PATIENCE).until(() -> reader.comments().size() > 2);
        assertThat(reader.comments()).containsOnly(":");
    }

    @Test
    void thereAreOnlySoManyStreams() throws Exception {
        for (int i = 0; i < RunningNode.MOST_STREAMS_OF_USER; i++) {
            assertThat(open("thing=" + thing).status()).isEqualTo(200);
        }
        EventReader refused = open("thing=" + thing);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.header("Retry-After")).isEqualTo("10");
        String key = user();
        ok(node.post(
                "Things/" + thing + "/Services/AddVisibilityPermission",
                "{\"principal\":\"" + thing + "O\",\"principalType\":\"Organization\"}"));
        for (int i = RunningNode.MOST_STREAMS_OF_USER; i < RunningNode.MOST_STREAMS; i++) {
            assertThat(open(withKey(key), "thing=" + thing, "").status()).isEqualTo(200);
        }
        EventReader full = open(withKey(key), "thing=" + thing, "");
        assertThat(full.status()).isEqualTo(503);
        assertThat(full.header("Retry-After")).isNotEmpty();
        assertThat(full.body()).contains("MostStreams");
    }

    /** It hears of the end, and everybody else hears of every change meanwhile. */
    @Test
    void aClientThatReadsTooSlowlyIsToldSoAndLetGo() throws Exception {
        double dropped = metric("steadfast_live_dropped_total");
        EventReader other = open("thing=" + thing);
        awaitCurrent(other, 1);
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4096);
            socket.connect(new java.net.InetSocketAddress("127.0.0.1", node.port()));
            socket.getOutputStream()
                    .write(("GET /Thingworx/LiveValues?thing=" + thing + " HTTP/1.1\r\nHost: localhost\r\nappKey: "
                                    + RunningNode.KEY + "\r\n\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            await().atMost(PATIENCE).until(() -> metric("steadfast_live_streams") == 2);
            String much = "x".repeat(1 << 20);
            for (int i = 0; i < 12; i++) {
                int number = i;
                set("text", "\"" + i + much + "\"");
                await().atMost(PATIENCE)
                        .until(() -> other.values("text").stream().anyMatch(value -> value.startsWith(number + "x")));
            }
            await().atMost(PATIENCE).until(() -> metric("steadfast_live_dropped_total") == dropped + 1);
            String all = read(socket.getInputStream());
            assertThat(all).contains("event: end\ndata: {\"reason\":\"slow\"").endsWith("0\r\n\r\n");
        }
        set("n", "3");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(other.values("n")).endsWith("3.0"));
        assertThat(other.ended()).isFalse();
    }

    private static String read(InputStream in) throws Exception {
        StringBuilder all = new StringBuilder();
        byte[] buffer = new byte[1 << 16];
        while (!all.toString().endsWith("\r\n0\r\n\r\n")) {
            int count = in.read(buffer);
            if (count < 0) {
                break;
            }
            all.append(new String(buffer, 0, count, StandardCharsets.UTF_8));
            if (all.length() > 1 << 17) {
                all.delete(0, all.length() - (1 << 16));
            }
        }
        return all.toString();
    }

    private String user() throws Exception {
        ok(node.put("Users", "{\"name\":\"" + thing + "U\"}"));
        ok(node.put("Organizations", "{\"name\":\"" + thing + "O\"}"));
        ok(node.post(
                "Organizations/" + thing + "O/Services/AddMember",
                "{\"member\":\"" + thing + "U\",\"type\":\"User\"}"));
        HttpResponse<String> made = node.post(
                "Resources/EntityServices/Services/CreateApplicationKey",
                "{\"name\":\"" + thing + "K\",\"userNameReference\":\"" + thing + "U\"}");
        ok(made);
        return Json.read(made.body()).at("/rows/0/result").asText();
    }

    private void allow(String property, boolean allow) throws Exception {
        ok(node.post(
                "Things/" + thing + "/Services/AddRunTimePermission",
                "{\"principal\":\"" + thing + "U\",\"principalType\":\"User\",\"type\":\"PropertyRead\",\"resource\":\""
                        + property + "\",\"allow\":" + allow + "}"));
    }

    private EventReader open(String query) throws Exception {
        return open(query, "");
    }

    private EventReader open(String query, String lastId) throws Exception {
        return open(node.request("LiveValues?" + query), lastId);
    }

    private EventReader open(HttpRequest.Builder request, String query, String lastId) throws Exception {
        return open(request.uri(node.anonymous("LiveValues?" + query).build().uri()), lastId);
    }

    private EventReader open(HttpRequest.Builder request, String lastId) throws Exception {
        if (!lastId.isEmpty()) {
            request.header("Last-Event-ID", lastId);
        }
        EventReader reader = EventReader.open(node.client(), request.build());
        open.add(reader);
        return reader;
    }

    private static HttpRequest.Builder withKey(String key) {
        return node.anonymous("LiveValues").header("appKey", key);
    }

    private static void awaitCurrent(EventReader reader, int times) {
        assertThat(reader.status()).isEqualTo(200);
        await().atMost(PATIENCE).until(() -> reader.events("current").size() >= times);
    }

    private void set(String property, String json) throws Exception {
        ok(node.put("Things/" + thing + "/Properties/" + property, "{\"" + property + "\": " + json + "}"));
    }

    private static void ok(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }

    private static double metric(String name) throws Exception {
        return node.get("Metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
