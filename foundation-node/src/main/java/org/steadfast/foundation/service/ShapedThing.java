package org.steadfast.foundation.service;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.query.RowShape;
import org.steadfast.foundation.rows.RowContent;
import org.steadfast.persistence.store.StoredRow;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/**
 * A data table or a stream, with the fields that its data shape gives its rows. Immutable.
 *
 * @param fields what rows hold
 * @param rows what they hold, and what each has besides
 */
record ShapedThing(Thing thing, List<FieldDefinition> fields, RowShape rows) {
    private static final FieldDefinition TIMESTAMP = new FieldDefinition("timestamp", BaseType.DATETIME);
    private static final List<FieldDefinition> LABELS = List.of(
            new FieldDefinition("location", BaseType.LOCATION),
            new FieldDefinition("source", BaseType.STRING),
            new FieldDefinition("sourceType", BaseType.STRING),
            new FieldDefinition("tags", BaseType.TAGS));

    /** A thing whose rows have keys. */
    static ShapedThing dataTable(Model model, ServiceRequest request) throws ServiceException, ModelException {
        return of(model, request, new FieldDefinition("key", BaseType.STRING));
    }

    /** A thing whose entries have numbers. */
    static ShapedThing stream(Model model, ServiceRequest request) throws ServiceException, ModelException {
        return of(model, request, new FieldDefinition("id", BaseType.LONG));
    }

    private static ShapedThing of(Model model, ServiceRequest request, FieldDefinition name)
            throws ServiceException, ModelException {
        Thing thing = model.things().require(request.entity());
        String dataShape = thing.shape().dataShape();
        if (dataShape.isEmpty()) {
            throw new ServiceException(
                    ServiceException.Kind.INVALID,
                    "the thing [" + thing.name() + "] has no data shape; the service SetDataShape gives it one");
        }
        List<FieldDefinition> fields = model.dataShape(dataShape)
                .orElseThrow(() -> ModelException.notFound(new EntityRef(EntityType.DATA_SHAPE, dataShape)));
        List<FieldDefinition> ofRow = new ArrayList<>(LABELS);
        ofRow.add(0, name);
        ofRow.add(TIMESTAMP);
        return new ShapedThing(thing, fields, RowShape.of(fields, ofRow));
    }

    long id() {
        return thing.id();
    }

    /** Rows with all their fields. */
    Infotable table(List<StoredRow> stored) {
        return table(stored, rows.columns());
    }

    /** Rows with what each has besides what it holds. */
    Infotable labels(List<StoredRow> stored) {
        return table(
                stored,
                rows.columns().stream()
                        .filter(column -> !column.field().inContent())
                        .toList());
    }

    /** Rows with what they hold, and when. */
    Infotable content(List<StoredRow> stored) {
        return table(
                stored,
                rows.columns().stream()
                        .filter(column -> column.field().inContent()
                                || column.field().name().equals(TIMESTAMP.name()))
                        .toList());
    }

    private static Infotable table(List<StoredRow> stored, List<RowShape.Column> columns) {
        List<List<Value>> cells = new ArrayList<>(stored.size());
        for (StoredRow row : stored) {
            JsonNode content = read(row);
            cells.add(columns.stream()
                    .map(column -> column.field().inContent()
                            ? RowContent.read(content, column.definition())
                            : ofRow(row, column.field().name()))
                    .toList());
        }
        return new Infotable(columns.stream().map(RowShape.Column::definition).toList(), cells);
    }

    private static JsonNode read(StoredRow row) {
        try {
            return Json.read(row.content());
        } catch (InvalidValueException e) {
            throw new IllegalStateException("row " + row.id() + " holds no JSON", e);
        }
    }

    private static Value ofRow(StoredRow row, String name) {
        return switch (name) {
            case "id" -> new Value.Long(row.id());
            case "key" -> Value.string(row.key());
            case "timestamp" -> new Value.Datetime(row.time());
            case "source" -> row.labels().source().map(Value::string).orElse(Value.NOTHING);
            case "sourceType" -> row.labels().sourceType().map(Value::string).orElse(Value.NOTHING);
            case "location" -> row.labels().location().map(Value.class::cast).orElse(Value.NOTHING);
            case "tags" ->
                new Value.Text(
                        BaseType.TAGS, String.join(";", row.labels().tags().orElse(List.of())));
            default -> throw new IllegalArgumentException("rows have no " + name);
        };
    }
}
