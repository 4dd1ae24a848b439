package org.steadfast.it.harness;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;
import org.steadfast.simulator.Transport;

/** A user of one foundation node's REST API. Safe for use by several threads. */
public final class RestClient {
    static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final HttpClient http;
    private final String base;
    private final String applicationKey;
    private final Duration timeout;

    /** @param timeout of each request */
    public RestClient(String address, String applicationKey, Duration timeout) {
        this(address, applicationKey, timeout, Transport.plain());
    }

    /** The same, for a node that is spoken to so. */
    public RestClient(String address, String applicationKey, Duration timeout, Transport transport) {
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(timeout);
        transport.tls().ifPresent(builder::sslContext);
        this.http = builder.build();
        this.base = base(address, transport);
        this.applicationKey = applicationKey;
        this.timeout = timeout;
    }

    /**
     * An answer.
     *
     * @param retryAfter the header of this name; empty where there is none
     */
    public record Answer(int status, String body, String retryAfter) {
        /** The body as JSON. */
        public JsonNode json() {
            try {
                return Json.read(body);
            } catch (InvalidValueException e) {
                throw new AssertionError("not JSON, status " + status + ": " + body, e);
            }
        }
    }

    static boolean isReady(String address, Transport transport) {
        try {
            HttpClient.Builder builder = HttpClient.newBuilder();
            transport.tls().ifPresent(builder::sslContext);
            HttpResponse<Void> response = builder.build()
                    .send(
                            HttpRequest.newBuilder(URI.create(base(address, transport) + "ready"))
                                    .timeout(Duration.ofSeconds(2))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding());
            return response.statusCode() == 200;
        } catch (IOException e) {
            // Not listening yet.
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static String base(String address, Transport transport) {
        return (transport.tls().isPresent() ? "https://" : "http://") + address + "/Thingworx/";
    }

    /** @param path after {@code /Thingworx/} */
    public Answer get(String path) throws IOException, InterruptedException {
        return send(request(path).GET());
    }

    public Answer put(String path, String json) throws IOException, InterruptedException {
        return send(request(path)
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(json)));
    }

    public Answer post(String path, String json) throws IOException, InterruptedException {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    /** Uploads a document, as a form does. */
    public Answer upload(String path, String fileName, String content) throws IOException, InterruptedException {
        String boundary = "a-boundary-that-no-document-has-in-it";
        String head = "--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\n\r\n"
                .formatted(boundary, fileName);
        return send(request(path)
                .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                .header("X-XSRF-TOKEN", "TWX-XSRF-TOKEN-VALUE")
                .POST(HttpRequest.BodyPublishers.ofString(head + content + "\r\n--" + boundary + "--\r\n")));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path)).timeout(timeout).header("appKey", applicationKey);
    }

    private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Answer(
                response.statusCode(),
                response.body(),
                response.headers().firstValue("Retry-After").orElse(""));
    }
}
