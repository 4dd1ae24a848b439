package org.steadfast.foundation.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.steadfast.foundation.model.EntityJson;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Names;
import org.steadfast.foundation.query.Query;
import org.steadfast.foundation.query.QueryException;
import org.steadfast.foundation.query.QueryReader;
import org.steadfast.foundation.query.RowMatch;
import org.steadfast.foundation.query.RowShape;
import org.steadfast.persistence.query.RowField;
import org.steadfast.persistence.query.RowFilter;
import org.steadfast.persistence.store.RowLabels;
import org.steadfast.persistence.store.TimeRange;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;
import org.steadfast.protocol.json.ValueJson;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Value;

/** Reads parameters that bring rows, say which rows are meant, or of what time. Stateless. */
final class RowParameters {
    static final RowField SOURCE = RowField.ofRow("source", BaseType.STRING);
    static final RowField TAGS = RowField.ofRow("tags", BaseType.TAGS);

    private RowParameters() {}

    /**
     * Rows as an infotable. Their values are read as the fields of the data shape say, whatever field definitions come with them.
     * What a row says of its source, place and tags stands before what the other parameters say.
     */
    static List<SentRow> rows(ServiceRequest request, String parameter, List<FieldDefinition> fields)
            throws ServiceException, ModelException {
        JsonNode sent = json(request, parameter);
        JsonNode rows = sent.path("rows");
        if (!rows.isArray()) {
            throw request.invalid(parameter, "must be an infotable with rows");
        }
        if (rows.size() > Bounds.MOST_WRITTEN) {
            throw request.invalid(parameter, "has " + rows.size() + " rows; one call takes " + Bounds.MOST_WRITTEN);
        }
        Names.requireStorable(parameter, rows);
        RowLabels ofCall = labels(request);
        RowShape shape = RowShape.of(fields);
        List<SentRow> read = new ArrayList<>();
        for (JsonNode row : rows) {
            String where = parameter + ", row " + read.size();
            ServiceRequest ofRow = withoutContent(request, row, shape);
            RowLabels own = labels(ofRow);
            Optional<String> key = ofRow.value("key", BaseType.STRING).map(value -> ((Value.Text) value).text());
            Optional<Value> time = ofRow.value("timestamp", BaseType.DATETIME);
            read.add(new SentRow(
                    cells(request, where, row, fields),
                    new RowLabels(
                            own.source().or(ofCall::source),
                            own.sourceType().or(ofCall::sourceType),
                            own.location().or(ofCall::location),
                            own.tags().or(ofCall::tags)),
                    key,
                    time.isPresent()
                            ? OptionalLong.of(((Value.Datetime) time.get()).epochMillis())
                            : OptionalLong.empty()));
        }
        return read;
    }

    /** What a row says besides its fields, as if it had been parameters. */
    private static ServiceRequest withoutContent(ServiceRequest request, JsonNode row, RowShape shape) {
        ObjectNode rest = Json.mapper().createObjectNode();
        for (Map.Entry<String, JsonNode> entry : row.properties()) {
            if (shape.find(entry.getKey()).isEmpty()) {
                rest.set(entry.getKey(), entry.getValue());
            }
        }
        return new ServiceRequest(request.principal(), request.entity(), request.service(), rest);
    }

    private static Map<String, Value> cells(
            ServiceRequest request, String where, JsonNode row, List<FieldDefinition> fields) throws ServiceException {
        Map<String, Value> cells = new LinkedHashMap<>();
        for (FieldDefinition field : fields) {
            if (row.has(field.name())) {
                try {
                    cells.put(field.name(), ValueJson.read(row.get(field.name()), field.baseType()));
                } catch (InvalidValueException e) {
                    throw request.invalid(where + ", field " + field.name(), e.getMessage());
                }
            }
        }
        return cells;
    }

    /** The only row of an infotable. */
    static SentRow row(ServiceRequest request, String parameter, List<FieldDefinition> fields)
            throws ServiceException, ModelException {
        List<SentRow> rows = rows(request, parameter, fields);
        if (rows.size() != 1) {
            throw request.invalid(parameter, "must be an infotable of one row, not " + rows.size());
        }
        return rows.get(0);
    }

    static boolean isSent(ServiceRequest request, String parameter) {
        return request.parameters().hasNonNull(parameter);
    }

    /** The key of a row. */
    static String key(ServiceRequest request) throws ServiceException, ModelException {
        Names.requireStorable("key", request.parameters().path("key"));
        return request.text("key");
    }

    static RowLabels labels(ServiceRequest request) throws ServiceException, ModelException {
        for (String text : List.of("source", "sourceType")) {
            Names.requireStorable(text, request.parameters().path(text));
        }
        return new RowLabels(
                request.value("source", BaseType.STRING).map(value -> ((Value.Text) value).text()),
                request.value("sourceType", BaseType.STRING).map(value -> ((Value.Text) value).text()),
                request.value("location", BaseType.LOCATION).map(Value.Location.class::cast),
                isSent(request, "tags")
                        ? Optional.of(EntityJson.readTags(request.parameters().path("tags")))
                        : Optional.empty());
    }

    /** The parameter {@code query}, on rows of some fields. */
    static Query query(ServiceRequest request, RowShape shape) throws ServiceException, ModelException {
        JsonNode sent = json(request, "query");
        Names.requireStorable("query", sent);
        try {
            return QueryReader.read(sent, shape);
        } catch (QueryException e) {
            throw request.invalid("query", e.getMessage());
        }
    }

    /** Conditions of the parameters {@code source} and {@code tags}, where they are given. */
    static List<RowFilter> labelled(ServiceRequest request) throws ServiceException, ModelException {
        RowLabels wanted = labels(request);
        List<RowFilter> filters = new ArrayList<>();
        wanted.source()
                .filter(source -> !source.isEmpty())
                .ifPresent(source -> filters.add(new RowFilter.Compare(
                        SOURCE, RowFilter.Comparison.EQUAL, QueryReader.operand(Value.string(source)), true)));
        wanted.tags().filter(tags -> !tags.isEmpty()).ifPresent(tags -> filters.add(new RowFilter.Tagged(TAGS, tags)));
        return filters;
    }

    /** The parameters {@code startDate} and {@code endDate}; where one is missing there is no end on that side. */
    static TimeRange range(ServiceRequest request) throws ServiceException {
        return new TimeRange(
                time(request, "startDate", TimeRange.ALWAYS.from()), time(request, "endDate", TimeRange.ALWAYS.to()));
    }

    static long time(ServiceRequest request, String parameter, long otherwise) throws ServiceException {
        return request.value(parameter, BaseType.DATETIME)
                .map(value -> ((Value.Datetime) value).epochMillis())
                .orElse(otherwise);
    }

    /** JSON, or its text. */
    static JsonNode json(ServiceRequest request, String parameter) throws ServiceException {
        JsonNode sent = request.parameters().path(parameter);
        if (!sent.isTextual()) {
            return sent;
        }
        if (sent.textValue().isBlank()) {
            return Json.mapper().nullNode();
        }
        try {
            return Json.read(sent.textValue());
        } catch (InvalidValueException e) {
            throw request.invalid(parameter, e.getMessage());
        }
    }

    /** @throws ServiceException if a query of rows in memory was given up: what it found is not all there is */
    static void requireDone(ServiceRequest request, RowMatch match) throws ServiceException {
        if (match.hasGivenUp()) {
            throw request.invalid(
                    "query",
                    "it compares more than " + RowMatch.MOST_STEPS / 1_000_000
                            + " million characters; fewer filters, fewer rows or shorter texts are needed");
        }
    }
}
