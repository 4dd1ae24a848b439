package org.steadfast.simulator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.steadfast.protocol.json.Json;

/** The few REST calls that the simulator makes, answered from maps. */
final class FakeRestNode implements AutoCloseable {
    /** Path and body of each POST, in order of arrival. */
    final List<String> posts = new CopyOnWriteArrayList<>();
    /** What is read back. */
    final Map<PropertyKey, Double> values = new ConcurrentHashMap<>();
    /** Status for paths that end so, instead of 200. */
    final Map<String, Integer> statuses = new ConcurrentHashMap<>();
    /** So many calls are answered 503 first. */
    final AtomicInteger unavailable = new AtomicInteger();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(4);

    FakeRestNode() {
        try {
            server = HttpServer.create(new InetSocketAddress("localhost", 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        server.setExecutor(threads);
        server.createContext("/Thingworx/", this::handle);
        server.start();
    }

    ServerAddress address() {
        return new ServerAddress("localhost", server.getAddress().getPort());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String path = exchange.getRequestURI().getRawPath().substring("/Thingworx/".length());
        if (!FakeServer.KEY.text().equals(exchange.getRequestHeaders().getFirst("appKey"))) {
            answer(exchange, 401, "");
            return;
        }
        if (unavailable.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
            answer(exchange, 503, "not now");
            return;
        }
        if (exchange.getRequestMethod().equals("POST")) {
            posts.add(path + " " + body);
        }
        int status = statuses.entrySet().stream()
                .filter(entry -> path.endsWith(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(200);
        if (status != 200) {
            answer(exchange, status, status == 403 ? "Property already exists" : "no");
        } else if (path.endsWith("/Properties/*")) {
            answer(exchange, 200, properties(path.split("/")[1]));
        } else {
            answer(exchange, 200, "");
        }
    }

    private String properties(String thing) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ObjectNode row = json.putArray("rows").addObject();
        values.forEach((key, value) -> {
            if (key.thing().equals(thing)) {
                row.put(key.property(), value);
            }
        });
        return Json.write(json);
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }
}
