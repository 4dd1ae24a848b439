package org.steadfast.persistence.influx;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import java.io.IOException;
import java.util.Collections;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.protocol.json.Json;

/** The rows of an answer, read piece by piece as they arrive. Used by one thread. */
final class InfluxRows implements AutoCloseable {
    private final String what;
    private final BoundedBody body;
    private final MappingIterator<JsonNode> pieces;
    private Iterator<JsonNode> rows = Collections.emptyIterator();

    /**
     * Reads the first piece, in which InfluxDB says that it cannot do what it was asked, if so.
     *
     * @param what for messages
     */
    InfluxRows(String what, BoundedBody body) throws StoreException {
        this.what = what;
        this.body = body;
        try {
            this.pieces = Json.mapper().readerFor(JsonNode.class).readValues(body.in());
            readPiece();
        } catch (IOException e) {
            close();
            throw failed(e);
        } catch (StoreException e) {
            close();
            throw e;
        }
    }

    /** The next row, an array in the order of the columns that were asked for, time first; empty behind the last one. */
    Optional<JsonNode> next() throws StoreException {
        try {
            while (!rows.hasNext()) {
                if (!readPiece()) {
                    return Optional.empty();
                }
            }
            return Optional.of(rows.next());
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private boolean readPiece() throws IOException, StoreException {
        if (!pieces.hasNextValue()) {
            if (body.isOverdue()) {
                throw tooSlow(null);
            }
            return false;
        }
        JsonNode piece = pieces.nextValue();
        JsonNode result = piece.path("results").path(0);
        String error = piece.path("error").asText(result.path("error").asText());
        if (!error.isEmpty()) {
            throw new StoreException(kind(error), what + ": " + error);
        }
        rows = result.path("series").path(0).path("values").iterator();
        return true;
    }

    /** InfluxDB begins its answer before it begins the query, so these come with the status of a success. */
    private static StoreException.Kind kind(String error) {
        String said = error.toLowerCase(Locale.ROOT);
        if (said.contains("database not found")) {
            return StoreException.Kind.NOT_FOUND;
        }
        // Anything else is a limit that is reached, or a server that is going: our queries are valid ones.
        return said.contains("timeout") ? StoreException.Kind.TOO_SLOW : StoreException.Kind.UNAVAILABLE;
    }

    private StoreException failed(IOException e) {
        return body.isOverdue()
                ? tooSlow(e)
                : new StoreException(StoreException.Kind.UNAVAILABLE, what + ": " + e.getMessage(), e);
    }

    private StoreException tooSlow(IOException e) {
        return new StoreException(StoreException.Kind.TOO_SLOW, what + " took too long; ask for less", e);
    }

    @Override
    public void close() {
        body.close();
    }
}
