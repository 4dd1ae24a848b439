package org.steadfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.Node;
import org.steadfast.it.harness.RestClient;
import org.steadfast.it.shared.OnCluster;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;

/** Who listens hears every last value, at whatever node, and whatever node dies. */
@OnCluster(foundationNodes = 2, connectionServers = 2)
final class LiveValuesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final int THINGS = 12;

    private static ClusterUnderTest cluster;

    @BeforeAll
    static void useCluster(ClusterUnderTest shared) {
        cluster = shared;
    }

    @Test
    void everyLastValueIsHeardThoughANodeDies() throws Exception {
        for (int i = 0; i < THINGS; i++) {
            RestClient.Answer made = rest(0).put("Things", """
                    {"name": "L%d", "thingTemplate": "GenericThing", "propertyDefinitions": {
                      "n": {"baseType": "NUMBER"}, "m": {"baseType": "NUMBER", "aspects": {"isPersistent": false}}}}""".formatted(i));
            assertThat(made.status()).as(made.body()).isEqualTo(200);
        }
        Listener staying = Listener.open(0, "");
        Listener moving = Listener.open(1, "");
        await().atMost(PATIENCE).until(() -> staying.currents.get() > 0 && moving.currents.get() > 0);

        // Much sooner than values are read without being told to be.
        for (int node = 0; node < 2; node++) {
            Map<String, Integer> written = writeAll(node, 100 * (node + 1));
            await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> {
                assertThat(staying.values).containsAllEntriesOf(written);
                assertThat(moving.values).containsAllEntriesOf(written);
            });
        }
        assertThat(moving.values).hasSize(2 * THINGS);

        AtomicInteger last = new AtomicInteger(1_000);
        Thread writer = new Thread(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    writeAll(1, last.incrementAndGet());
                } catch (IOException e) {
                    return;
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        });
        writer.start();
        await().atMost(PATIENCE).until(() -> last.get() > 1_010);
        cluster.foundationNodes().get(1).kill();
        writer.join();
        await().atMost(PATIENCE).until(() -> moving.ended);
        String id = moving.lastId;
        assertThat(id).isNotEmpty();

        Map<String, Integer> untouched = writeSome(0, 5_000);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(staying.values).containsAllEntriesOf(untouched));
        Map<String, Integer> now = readAll();
        Listener again = Listener.open(0, id);
        await().atMost(PATIENCE).until(() -> again.currents.get() > 0);
        moving.values.putAll(again.values);

        assertThat(again.values).containsAllEntriesOf(untouched);
        assertThat(moving.values).isEqualTo(now);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(staying.values).isEqualTo(now));

        Map<String, Integer> afterwards = writeAll(0, 9_000);
        await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> {
            assertThat(staying.values).containsAllEntriesOf(afterwards);
            assertThat(again.values).containsAllEntriesOf(afterwards);
        });
        // A node that stops says so.
        cluster.foundationNodes().get(0).stop();
        await().atMost(PATIENCE).until(() -> staying.ended);
        assertThat(staying.end).contains("stopping");
    }

    private static Map<String, Integer> writeAll(int node, int value) throws IOException, InterruptedException {
        return write(node, value, THINGS);
    }

    private static Map<String, Integer> writeSome(int node, int value) throws IOException, InterruptedException {
        return write(node, value, THINGS / 2);
    }

    private static Map<String, Integer> write(int node, int value, int things)
            throws IOException, InterruptedException {
        Map<String, Integer> written = new ConcurrentHashMap<>();
        for (int i = 0; i < things; i++) {
            RestClient.Answer answer = put(node, i, value);
            if (answer.status() != 200) {
                throw new IOException(answer.body());
            }
            written.put("L" + i + ".n", value);
            written.put("L" + i + ".m", value);
        }
        return written;
    }

    /**
     * Nobody tells the cluster of a node that these tests kill, so for up to the session timeout what needs it is 503; the same value
     * may be written again.
     */
    private static RestClient.Answer put(int node, int thing, int value) throws IOException, InterruptedException {
        String body = "{\"n\": " + value + ", \"m\": " + value + "}";
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        RestClient.Answer answer;
        do {
            answer = rest(node).put("Things/L" + thing + "/Properties/*", body);
        } while (answer.status() == 503 && System.nanoTime() < deadline);
        return answer;
    }

    private static Map<String, Integer> readAll() throws IOException, InterruptedException {
        Map<String, Integer> all = new ConcurrentHashMap<>();
        for (int i = 0; i < THINGS; i++) {
            RestClient.Answer answer = rest(0).get("Things/L" + i + "/Properties");
            all.put("L" + i + ".n", answer.json().at("/rows/0/n").asInt());
            all.put("L" + i + ".m", answer.json().at("/rows/0/m").asInt());
        }
        return all;
    }

    private static RestClient rest(int index) {
        return cluster.rest(cluster.foundationNodes().get(index), Duration.ofSeconds(15));
    }

    /** A client of a stream. Its values are written by its own thread. */
    private static final class Listener {
        final Map<String, Integer> values = new ConcurrentHashMap<>();
        final AtomicInteger currents = new AtomicInteger();
        volatile String lastId = "";
        volatile String end = "";
        volatile boolean ended;

        static Listener open(int index, String lastId) throws Exception {
            Node node = cluster.foundationNodes().get(index);
            StringBuilder query = new StringBuilder("LiveValues?property=n&property=m");
            for (int i = 0; i < THINGS; i++) {
                query.append("&thing=L").append(i);
            }
            HttpRequest.Builder request = HttpRequest.newBuilder(
                            URI.create("http://" + node.address() + "/Thingworx/" + query))
                    .header("appKey", cluster.administratorKey());
            if (!lastId.isEmpty()) {
                request.header("Last-Event-ID", lastId);
            }
            HttpResponse<InputStream> response = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .build()
                    .send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            assertThat(response.statusCode()).isEqualTo(200);
            Listener listener = new Listener();
            Thread thread = new Thread(() -> listener.read(response.body()));
            thread.setDaemon(true);
            thread.start();
            return listener;
        }

        private void read(InputStream stream) {
            try (BufferedReader in = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                String event = "";
                String id = "";
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    if (line.startsWith("event: ")) {
                        event = line.substring(7);
                    } else if (line.startsWith("id: ")) {
                        id = line.substring(4);
                    } else if (line.startsWith("data: ")) {
                        take(event, Json.read(line.substring(6)));
                    } else if (line.isEmpty()) {
                        // Not before the event is whole.
                        lastId = id;
                    }
                }
            } catch (IOException e) {
                end = end.isEmpty() ? e.toString() : end;
            } catch (InvalidValueException e) {
                throw new AssertionError("not JSON", e);
            } finally {
                ended = true;
            }
        }

        private void take(String event, JsonNode data) {
            switch (event) {
                case "value" ->
                    values.put(
                            data.get("thing").asText() + "."
                                    + data.get("property").asText(),
                            data.get("value").asInt());
                case "current" -> currents.incrementAndGet();
                case "end" -> end = data.get("reason").asText();
                default -> {
                    // Says what the stream is about.
                }
            }
        }
    }
}
