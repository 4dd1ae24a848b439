package org.steadfast.persistence.influx;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.function.Consumer;
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

    private static final int MOST_ATTEMPTS = 2;

    private static final int LONGEST_ERROR = 500;
    /** What InfluxDB answers to points that it has taken; others answer 200 to anything. */
    private static final int NO_CONTENT = 204;

    private final InfluxSettings settings;
    private final HttpClient http;

    InfluxClient(InfluxSettings settings) {
        this.settings = settings;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(settings.connectTimeout())
                .build();
    }

    /** Whether InfluxDB takes all points. */
    enum Taken {
        ALL,
        /** Some of them it never takes as they are; of the others some may have been taken. */
        NOT_ALL
    }

    /**
     * Writes points; what is there already is written again.
     *
     * @param lines in the line protocol, with nanoseconds
     * @param reason gets what InfluxDB says where it does not take all of them
     * @throws StoreException if it is not known whether they were taken, or they will be when InfluxDB is set up otherwise
     */
    Taken write(byte[] lines, Consumer<String> reason) throws StoreException {
        // Of a cluster, most of those that hold the points must have them.
        HttpRequest.Builder request = request(
                        "/write?precision=ns&consistency=quorum&db=" + encoded(settings.database()))
                .POST(BodyPublishers.ofByteArray(lines));
        String what = "writing history";
        Deadline deadline = new Deadline(settings.timeout());
        HttpResponse<InputStream> response = send(what, request, deadline);
        if (response.statusCode() == NO_CONTENT) {
            close(response);
            return Taken.ALL;
        }
        String said = error(what, response, deadline);
        if (isRefusal(response.statusCode(), said)) {
            reason.accept(said);
            return Taken.NOT_ALL;
        }
        throw failure(what, response.statusCode(), said);
    }

    /**
     * Whether it is because of these points. Others than InfluxDB answer 400 too, such as a server that expects TLS, and limits that can be
     * set are no reason to do without InfluxDB.
     */
    private static boolean isRefusal(int status, String said) {
        boolean isLimit = said.contains("max-values-per-tag") || said.contains("max-series-per-database");
        boolean isOfPoints = said.contains("partial write")
                || said.contains("unable to parse")
                || said.contains("field type conflict")
                || said.contains("points beyond retention policy");
        return status == 413 || (status == 400 || status == 422) && isOfPoints && !isLimit;
    }

    /** Asks for rows, of which the answer need not be read to its end. */
    InfluxRows query(String what, String query) throws StoreException {
        HttpRequest.Builder request = request("/query?db=" + encoded(settings.database())
                        + "&epoch=ns&chunked=true&chunk_size=" + ROWS_AT_ONCE)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("q=" + encoded(query)));
        Deadline deadline = new Deadline(settings.timeout());
        HttpResponse<InputStream> response = send(what, request, deadline);
        if (!isSuccess(response)) {
            throw failure(what, response.statusCode(), error(what, response, deadline));
        }
        return new InfluxRows(what + " in " + settings, new BoundedBody(response.body(), deadline.millisLeft()));
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
        try {
            execute("making the database", "CREATE DATABASE " + InfluxQl.name(settings.database()));
        } catch (StoreException e) {
            // Whoever does not know what is asked of him is no InfluxDB.
            throw e.kind() == StoreException.Kind.NOT_FOUND
                    ? new StoreException(StoreException.Kind.UNAVAILABLE, e.getMessage(), e)
                    : e;
        }
    }

    /** @throws StoreException {@link StoreException.Kind#UNAVAILABLE} if InfluxDB does not answer */
    void ping() throws StoreException {
        String what = "asking whether it is there";
        Deadline deadline = new Deadline(settings.timeout());
        HttpResponse<InputStream> response = send(what, request("/ping").GET(), deadline);
        // Whoever stands before it may lead to nothing but what is needed: that is an answer, too.
        if (response.statusCode() >= 500) {
            throw failure(what, response.statusCode(), error(what, response, deadline));
        }
        close(response);
    }

    /** What is left of the time for a request and its answer. */
    private record Deadline(long nanos) {
        Deadline(Duration timeout) {
            this(System.nanoTime() + timeout.toNanos());
        }

        long millisLeft() {
            return Math.max(1, (nanos - System.nanoTime()) / 1_000_000);
        }
    }

    private HttpRequest.Builder request(String target) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(settings.url() + target));
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

    /** Nothing that is asked of InfluxDB does harm when it is asked twice: a connection that was kept open may turn out to be gone. */
    private HttpResponse<InputStream> send(String what, HttpRequest.Builder request, Deadline deadline)
            throws StoreException {
        for (int attempt = 1; ; attempt++) {
            try {
                return http.send(
                        request.timeout(Duration.ofMillis(deadline.millisLeft()))
                                .build(),
                        BodyHandlers.ofInputStream());
            } catch (HttpTimeoutException | ConnectException e) {
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

    private static boolean isSuccess(HttpResponse<InputStream> response) {
        return response.statusCode() / 100 == 2;
    }

    private StoreException failure(String what, int status, String said) {
        StoreException.Kind kind = switch (status) {
            case 401, 403 -> StoreException.Kind.REFUSED;
            // The database is missing.
            case 404 -> StoreException.Kind.NOT_FOUND;
            default -> StoreException.Kind.UNAVAILABLE;
        };
        return new StoreException(kind, what + ": " + settings + " answers " + status + ", " + said);
    }

    /** What InfluxDB says, or whoever stands before it. */
    private String error(String what, HttpResponse<InputStream> response, Deadline deadline) throws StoreException {
        String said;
        try (BoundedBody body = new BoundedBody(response.body(), deadline.millisLeft())) {
            said = new String(body.in().readNBytes(LONGEST_ERROR), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw unavailable(what, e);
        }
        try {
            JsonNode error = Json.read(said).path("error");
            return error.isTextual() ? error.textValue() : said;
        } catch (InvalidValueException e) {
            // A proxy's page, or longer than an error should be: as it is.
            return said;
        }
    }

    /** Its status has come, and says everything. */
    private static void close(HttpResponse<InputStream> response) {
        try {
            response.body().close();
        } catch (IOException e) {
            // There was nothing more to read.
            return;
        }
    }
}
