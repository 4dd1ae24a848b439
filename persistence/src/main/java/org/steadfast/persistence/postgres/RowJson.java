package org.steadfast.persistence.postgres;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.steadfast.persistence.store.RowLabels;
import org.steadfast.persistence.store.RowWrite;
import org.steadfast.persistence.store.StoredRow;
import org.steadfast.protocol.json.Json;
import org.steadfast.protocol.type.Value;

/** Rows on their way into the database, as one JSON text that it takes apart again, and out of it. Stateless. */
final class RowJson {
    /** The rows of the parameter, each with a number drawn in the order in which they stand there. */
    static final String SENT = """
            with sent as materialized (
                select nextval('row_id') as id, s.* from jsonb_to_recordset(?::jsonb) as s(
                    row_key text, row_time bigint, source text, source_type text, latitude double precision,
                    longitude double precision, elevation double precision, tags text[], content jsonb)
            )
            """;

    /** What a change leaves of a row's labels. */
    static final String CHANGED = """
            source = coalesce(%1$s.source, r.source), source_type = coalesce(%1$s.source_type, r.source_type),
            latitude = coalesce(%1$s.latitude, r.latitude), longitude = coalesce(%1$s.longitude, r.longitude),
            elevation = coalesce(%1$s.elevation, r.elevation), tags = coalesce(%1$s.tags, r.tags),
            content = jsonb_strip_nulls(r.content || %1$s.content)""";

    private RowJson() {}

    static String write(List<RowWrite> rows) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        for (RowWrite row : rows) {
            ObjectNode sent = all.addObject();
            sent.put("row_key", row.key());
            sent.put("row_time", row.time());
            RowLabels labels = row.labels();
            labels.source().ifPresent(source -> sent.put("source", source));
            labels.sourceType().ifPresent(type -> sent.put("source_type", type));
            labels.location()
                    .ifPresent(place -> sent.put("latitude", place.latitude())
                            .put("longitude", place.longitude())
                            .put("elevation", place.elevation()));
            labels.tags().ifPresent(tags -> {
                ArrayNode texts = sent.putArray("tags");
                tags.forEach(texts::add);
            });
            sent.set("content", row.content());
        }
        return Json.write(all);
    }

    /** Reads a row of {@code id, key, row_time, source, source_type, latitude, longitude, elevation, tags, content}. */
    static StoredRow read(ResultSet rows) throws SQLException {
        double latitude = rows.getDouble(6);
        Optional<Value.Location> location = rows.wasNull()
                ? Optional.empty()
                : Optional.of(new Value.Location(rows.getDouble(7), latitude, rows.getDouble(8)));
        Array tags = rows.getArray(9);
        return new StoredRow(
                rows.getLong(1),
                rows.getString(2),
                rows.getLong(3),
                new RowLabels(
                        Optional.ofNullable(rows.getString(4)),
                        Optional.ofNullable(rows.getString(5)),
                        location,
                        Optional.ofNullable(tags).map(RowJson::texts)),
                rows.getString(10));
    }

    private static List<String> texts(Array array) {
        try {
            return Arrays.asList((String[]) array.getArray());
        } catch (SQLException e) {
            throw new IllegalStateException("an array that was read cannot be looked into", e);
        }
    }
}
