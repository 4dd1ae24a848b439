package org.steadfast.persistence.influx;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.protocol.json.Json;

/**
 * The rows of an answer, read piece by piece as they arrive. The whole of it has a time, after which reading it fails. Used by one
 * thread.
 */
final class InfluxRows implements AutoCloseable {
    private final String what;
    private final InputStream body;
    private final CompletableFuture<Void> deadline;
    private final MappingIterator<JsonNode> pieces;
    private Iterator<JsonNode> rows = Collections.emptyIterator();

    /** @param what for messages */
    InfluxRows(String what, InputStream body, Duration timeout) throws StoreException {
        this.what = what;
        this.body = body;
        // What the client's own timeout does not reach: an answer that has begun and does not come to its end.
        this.deadline =
                new CompletableFuture<Void>().completeOnTimeout(null, timeout.toMillis(), TimeUnit.MILLISECONDS);
        var unused = deadline.thenRun(this::closeBody);
        try {
            this.pieces = Json.mapper().readerFor(JsonNode.class).readValues(body);
        } catch (IOException e) {
            close();
            throw failed(e);
        }
    }

    /** The next row, an array in the order of the columns that were asked for, time first; empty behind the last one. */
    Optional<JsonNode> next() throws StoreException {
        try {
            while (!rows.hasNext()) {
                if (!pieces.hasNextValue()) {
                    if (deadline.isDone()) {
                        throw tooSlow(null);
                    }
                    return Optional.empty();
                }
                rows = rows(pieces.nextValue());
            }
            return Optional.of(rows.next());
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private Iterator<JsonNode> rows(JsonNode piece) throws StoreException {
        JsonNode result = piece.path("results").path(0);
        String error = piece.path("error").asText(result.path("error").asText());
        if (!error.isEmpty()) {
            // Of a query that takes too much of the server, or that is no query.
            throw new StoreException(StoreException.Kind.FAILED, what + ": " + error);
        }
        return result.path("series").path(0).path("values").iterator();
    }

    private StoreException failed(IOException e) {
        return deadline.isDone()
                ? tooSlow(e)
                : new StoreException(StoreException.Kind.UNAVAILABLE, what + ": " + e.getMessage(), e);
    }

    private StoreException tooSlow(IOException e) {
        return new StoreException(StoreException.Kind.TOO_SLOW, what + " took too long; ask for less", e);
    }

    private void closeBody() {
        try {
            body.close();
        } catch (IOException e) {
            // Nothing more is wanted of it.
            return;
        }
    }

    /** Has InfluxDB end the query, too. */
    @Override
    public void close() {
        deadline.complete(null);
    }
}
