package org.steadfast.persistence.influx;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;

/**
 * InfluxDB's {@code /write} and {@code /query}, as of version 1 and as later versions have them for its sake. Safe for use by several
 * threads.
 */
final class InfluxClient {
    /** Rows in one piece of an answer: each may be as long as a text of InfluxDB, 64 KiB. */
    private static final int ROWS_AT_ONCE = 500;
    /** Nothing was done yet when a connection that was kept open turns out to be gone: once more, with another one. */
    private static final int MOST_ATTEMPTS = 2;

    private static final int LONGEST_ERROR = 500;

    private final InfluxSettings settings;
    private final HttpClient http;

    InfluxClient(InfluxSettings settings) {
        this.settings = settings;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(settings.connectTimeout())
                .build();
    }

    /**
     * Writes points; what is there already is written again.
     *
     * @param lines in the line protocol, with nanoseconds
     * @return why InfluxDB does not take them as they are; empty: it has taken all of them. Of what it refuses, some may have been taken
     * @throws StoreException if it is not known whether they were taken
     */
    Optional<String> write(byte[] lines) throws StoreException {
        // Of a cluster, most of those that hold the points must have them.
        HttpRequest request = request("/write?precision=ns&consistency=quorum&db=" + encoded(settings.database()))
                .POST(BodyPublishers.ofByteArray(lines))
                .build();
        HttpResponse<InputStream> response = send("writing history", request);
        if (response.statusCode() == 400) {
            return Optional.of(error(response));
        }
        requireSuccess("writing history", response);
        close(response);
        return Optional.empty();
    }

    /** Asks for rows, of which the answer need not be read to its end. */
    InfluxRows query(String what, String query) throws StoreException {
        HttpResponse<InputStream> response = post(what, query, "&epoch=ns&chunked=true&chunk_size=" + ROWS_AT_ONCE);
        requireSuccess(what, response);
        return new InfluxRows(what + " in " + settings, response.body(), settings.timeout());
    }

    /** Does something that has no rows. */
    void execute(String what, String query) throws StoreException {
        try (InfluxRows rows = query(what, query)) {
            while (rows.next().isPresent()) {
                // Errors come last.
            }
        }
    }

    /** Makes the database where there is none and the login may make one. */
    void createDatabase() throws StoreException {
        execute("making the database", "CREATE DATABASE " + InfluxQl.name(settings.database()));
    }

    private HttpResponse<InputStream> post(String what, String query, String further) throws StoreException {
        HttpRequest request = request("/query?db=" + encoded(settings.database()) + further)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("q=" + encoded(query)))
                .build();
        return send(what, request);
    }

    private HttpRequest.Builder request(String target) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(settings.url() + target)).timeout(settings.timeout());
        if (!settings.token().isEmpty()) {
            request.header("Authorization", "Token " + settings.token());
        } else if (!settings.user().isEmpty()) {
            byte[] login = (settings.user() + ":" + settings.password()).getBytes(StandardCharsets.UTF_8);
            request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(login));
        }
        return request;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private HttpResponse<InputStream> send(String what, HttpRequest request) throws StoreException {
        for (int attempt = 1; ; attempt++) {
            try {
                return http.send(request, BodyHandlers.ofInputStream());
            } catch (java.net.http.HttpTimeoutException | java.net.ConnectException e) {
                throw unavailable(what, e);
            } catch (IOException e) {
                if (attempt == MOST_ATTEMPTS) {
                    throw unavailable(what, e);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw unavailable(what, e);
            }
        }
    }

    private StoreException unavailable(String what, Exception e) {
        return new StoreException(
                StoreException.Kind.UNAVAILABLE,
                what + ": " + settings + " does not answer ("
                        + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()) + ")",
                e);
    }

    private void requireSuccess(String what, HttpResponse<InputStream> response) throws StoreException {
        int status = response.statusCode();
        if (status / 100 == 2) {
            return;
        }
        StoreException.Kind kind = switch (status) {
            case 401, 403 -> StoreException.Kind.REFUSED;
            // The database is missing.
            case 404 -> StoreException.Kind.NOT_FOUND;
            case 429, 500, 502, 503, 504 -> StoreException.Kind.UNAVAILABLE;
            default -> StoreException.Kind.FAILED;
        };
        throw new StoreException(kind, what + ": " + settings + " answers " + status + ", " + error(response));
    }

    /** What InfluxDB says, or whoever stands before it. */
    private String error(HttpResponse<InputStream> response) throws StoreException {
        String said;
        try (InputStream body = response.body()) {
            said = new String(body.readNBytes(LONGEST_ERROR), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw unavailable("reading an error", e);
        }
        try {
            JsonNode error = Json.read(said).path("error");
            return error.isTextual() ? error.textValue() : said;
        } catch (InvalidValueException e) {
            // A proxy's page, or longer than an error should be: as it is.
            return said;
        }
    }

    private static void close(HttpResponse<InputStream> response) {
        try {
            response.body().close();
        } catch (IOException e) {
            // Its status has come; there was nothing more to read.
            return;
        }
    }
}
