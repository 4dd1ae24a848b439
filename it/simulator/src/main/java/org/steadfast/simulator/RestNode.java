package org.steadfast.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.steadfast.protocol.json.Json;

/** The REST API of one foundation node. What it cannot answer now (503, no connection) is asked again a few times. */
final class RestNode {
    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    private static final int ATTEMPTS = 5;
    private static final long FIRST_DELAY_MILLIS = 200;
    private static final int UNAVAILABLE = 503;
    private static final int LONGEST_QUOTE = 200;

    private final HttpClient http;
    private final ServerAddress address;
    private final AppKey appKey;
    private final String scheme;

    RestNode(HttpClient http, ServerAddress address, AppKey appKey) {
        this(http, address, appKey, Transport.plain());
    }

    /** @param http set up for the transport */
    RestNode(HttpClient http, ServerAddress address, AppKey appKey, Transport transport) {
        this.http = http;
        this.address = address;
        this.appKey = appKey;
        this.scheme = transport.httpScheme();
    }

    ServerAddress address() {
        return address;
    }

    /** Calls a service; fails with a {@link RestException} where the status is not 2xx. */
    CompletableFuture<String> post(String path, JsonNode body) {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(Json.write(body)))
                .build());
    }

    /** Reads; fails with a {@link RestException} where the status is not 2xx. */
    CompletableFuture<String> get(String path) {
        return send(request(path).GET().build());
    }

    /** A name as one segment of a path. */
    static String segment(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(address.uri(scheme, "/Thingworx/" + path))
                .timeout(TIMEOUT)
                .header("appKey", appKey.text())
                .header("Accept", "application/json");
    }

    private CompletableFuture<String> send(HttpRequest request) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        attempt(request, 1, answer);
        return answer;
    }

    private void attempt(HttpRequest request, int attempt, CompletableFuture<String> answer) {
        CompletableFuture<HttpResponse<String>> unused = http.sendAsync(request, HttpResponse.BodyHandlers.ofString())
                .whenComplete((response, failure) -> {
                    boolean answered = failure == null && response.statusCode() != UNAVAILABLE;
                    if (answered || attempt == ATTEMPTS) {
                        settle(request, response, failure, answer);
                    } else {
                        CompletableFuture.delayedExecutor(FIRST_DELAY_MILLIS << (attempt - 1), TimeUnit.MILLISECONDS)
                                .execute(() -> attempt(request, attempt + 1, answer));
                    }
                });
    }

    private static void settle(
            HttpRequest request, HttpResponse<String> response, Throwable failure, CompletableFuture<String> answer) {
        String what = request.method() + " " + request.uri();
        if (failure != null) {
            Throwable cause = Causes.of(failure);
            answer.completeExceptionally(new RestException(
                    what + " failed: " + cause.getClass().getSimpleName() + " " + Causes.text(cause), cause));
        } else if (response.statusCode() / 100 != 2) {
            answer.completeExceptionally(new RestException(
                    response.statusCode(),
                    what + " was answered " + response.statusCode() + ": " + shortened(response.body())));
        } else {
            answer.complete(response.body());
        }
    }

    private static String shortened(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.length() > LONGEST_QUOTE ? line.substring(0, LONGEST_QUOTE) + "..." : line;
    }
}
