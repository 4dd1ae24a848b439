package org.steadfast.foundation.live;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.steadfast.protocol.json.Json;

/** A client of a stream, as browsers are one: it gathers events, and remembers the last identifier. */
final class EventReader implements AutoCloseable {
    private final HttpResponse<InputStream> response;
    /** Written by the reading thread alone. */
    private final List<Event> events = new CopyOnWriteArrayList<>();

    private final List<String> comments = new CopyOnWriteArrayList<>();
    private volatile String lastId = "";
    private volatile String retry = "";
    private volatile boolean ended;

    /** What the stream said. */
    record Event(String name, JsonNode data, String id) {
        String property() {
            return data.path("property").asText();
        }

        JsonNode value() {
            return data.path("value");
        }
    }

    private EventReader(HttpResponse<InputStream> response) {
        this.response = response;
    }

    static EventReader open(HttpClient client, HttpRequest request) throws Exception {
        HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        EventReader reader = new EventReader(response);
        if (response.statusCode() == 200) {
            Thread thread = new Thread(reader::read, "event-reader");
            thread.setDaemon(true);
            thread.start();
        }
        return reader;
    }

    int status() {
        return response.statusCode();
    }

    String header(String name) {
        return response.headers().firstValue(name).orElse("");
    }

    String body() throws IOException {
        return new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
    }

    private void read() {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            String name = "";
            String data = "";
            String id = "";
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.isEmpty()) {
                    lastId = id.isEmpty() ? lastId : id;
                    if (!data.isEmpty()) {
                        events.add(new Event(name, Json.read(data), id));
                    }
                    name = "";
                    data = "";
                    id = "";
                } else if (line.startsWith(":")) {
                    comments.add(line);
                } else if (line.startsWith("event: ")) {
                    name = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    data = line.substring(6);
                } else if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("retry: ")) {
                    retry = line.substring(7);
                } else {
                    throw new IllegalStateException("no line of a stream: " + line);
                }
            }
        } catch (Exception e) {
            comments.add("broken off: " + e);
        } finally {
            ended = true;
        }
    }

    List<Event> events(String name) {
        List<Event> found = new ArrayList<>();
        for (Event event : events) {
            if (event.name().equals(name)) {
                found.add(event);
            }
        }
        return found;
    }

    /** The values of a property, in the order of their events. */
    List<String> values(String property) {
        return events("value").stream()
                .filter(event -> event.property().equals(property))
                .map(event -> event.value().asText())
                .toList();
    }

    List<Event> events() {
        return List.copyOf(events);
    }

    List<String> comments() {
        return comments;
    }

    String lastId() {
        return lastId;
    }

    String retry() {
        return retry;
    }

    boolean ended() {
        return ended;
    }

    @Override
    public void close() throws IOException {
        response.body().close();
    }
}
