package org.steadfast.foundation.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.steadfast.foundation.model.Entity;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Names;
import org.steadfast.foundation.model.Passwords;
import org.steadfast.protocol.json.InfotableJson;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/**
 * Tables of settings that entities carry with them, or inherit from their templates; whoever changes one that is inherited gets one of
 * its own. A table has a data shape, and one row or many. All changes are kept; the
 * parameter {@code persistent} of the reference's services is ignored, since a change that is lost with the node that made it would
 * differ from node to node.
 */
final class ConfigurationTables {
    private static final String TABLES = "configurationTables";
    private static final String SHAPE_NAME = "dataShapeName";
    private static final String MULTI_ROW = "isMultiRow";

    private final Model model;

    ConfigurationTables(Model model) {
        this.model = model;
    }

    List<BuiltInService> services(EntityType type) {
        return List.of(
                BuiltInService.reading(
                        "GetConfigurationTables() -> result:INFOTABLE", request -> list(entity(type, request))),
                BuiltInService.reading(
                        "GetConfigurationTable(tableName:STRING*) -> result:INFOTABLE",
                        request -> table(read(entity(type, request), request))),
                BuiltInService.reading(
                        "GetConfigurationTableRow(tableName:STRING*, key:STRING*) -> result:INFOTABLE",
                        request -> row(read(entity(type, request), request), request)),
                BuiltInService.reading(
                        "IsMultiRowTable(tableName:STRING*) -> result:BOOLEAN",
                        request -> done(new Value.Bool(definition(entity(type, request), request)
                                .path(MULTI_ROW)
                                .asBoolean()))),
                BuiltInService.defining(
                        "AddConfigurationTableDefinition(name:STRING*, description:STRING, category:STRING,"
                                + " ordinal:INTEGER, isHidden:BOOLEAN, isMultiRow:BOOLEAN,"
                                + " dataShapeName:DATASHAPENAME*) -> result:NOTHING",
                        request -> define(type, request)),
                BuiltInService.defining(
                        "DeleteConfigurationTable(tableName:STRING*, persistent:BOOLEAN) -> result:NOTHING",
                        request -> change(type, request, (entity, tables) -> tables.remove(request.text("tableName")))),
                BuiltInService.defining(
                        "SetConfigurationTable(tableName:STRING*, configurationTable:INFOTABLE*, persistent:BOOLEAN)"
                                + " -> result:NOTHING",
                        request -> rows(type, request, "configurationTable", (fields, present, sent) -> sent)),
                BuiltInService.defining(
                        "SetMultiRowConfigurationTable(tableName:STRING*, configurationTable:INFOTABLE*,"
                                + " persistent:BOOLEAN) -> result:NOTHING",
                        request -> rows(type, request, "configurationTable", (fields, present, sent) -> sent)),
                BuiltInService.defining(
                        "SetConfigurationTableRows(tableName:STRING*, values:INFOTABLE*, persistent:BOOLEAN) ->"
                                + " result:NOTHING",
                        request -> rows(type, request, "values", ConfigurationTables::upsert)),
                BuiltInService.defining(
                        "DeleteConfigurationTableRows(tableName:STRING*, values:INFOTABLE*, persistent:BOOLEAN,"
                                + " removeAllMatchingRows:BOOLEAN) -> result:NOTHING",
                        request -> rows(type, request, "values", ConfigurationTables::without)),
                BuiltInService.defining(
                        "DeleteAllConfigurationTableRows(tableName:STRING*, persistent:BOOLEAN) -> result:NOTHING",
                        request -> change(
                                type,
                                request,
                                (entity, tables) -> own(entity, tables, request).putArray("rows"))));
    }

    private Entity entity(EntityType type, ServiceRequest request) throws ModelException {
        return model.require(new EntityRef(type, request.entity()));
    }

    private static CompletionStage<ServiceResult> done(Value value) {
        return CompletableFuture.completedFuture(ServiceResult.of(value));
    }

    private static CompletionStage<ServiceResult> table(Infotable table) {
        return done(new Value.Table(table));
    }

    private CompletionStage<ServiceResult> list(Entity entity) throws ModelException {
        Infotable.Builder rows = new Infotable.Builder(
                new FieldDefinition("tableName", BaseType.STRING),
                new FieldDefinition("description", BaseType.STRING),
                new FieldDefinition(SHAPE_NAME, BaseType.DATASHAPENAME),
                new FieldDefinition(MULTI_ROW, BaseType.BOOLEAN));
        for (Map.Entry<String, JsonNode> table :
                model.configuration().tables(entity).entrySet()) {
            rows.row(
                    Value.string(table.getKey()),
                    Value.string(table.getValue().path("description").asText()),
                    new Value.Text(
                            BaseType.DATASHAPENAME,
                            table.getValue().path(SHAPE_NAME).asText()),
                    new Value.Bool(table.getValue().path(MULTI_ROW).asBoolean()));
        }
        return table(rows.build());
    }

    private JsonNode definition(Entity entity, ServiceRequest request) throws ServiceException, ModelException {
        String name = request.text("tableName");
        JsonNode table = model.configuration().tables(entity).get(name);
        if (table == null || !table.isObject()) {
            throw new ServiceException(
                    ServiceException.Kind.NOT_FOUND,
                    "Configuration table [" + name + "] does not exist on [" + request.entity() + "]");
        }
        return table;
    }

    /** A table that belongs to the entity itself. */
    private ObjectNode own(Entity entity, ObjectNode tables, ServiceRequest request)
            throws ServiceException, ModelException {
        ObjectNode definition = definition(entity, request).deepCopy();
        tables.set(request.text("tableName"), definition);
        return definition;
    }

    private Infotable read(Entity entity, ServiceRequest request) throws ServiceException, ModelException {
        JsonNode definition = definition(entity, request);
        return read(definition, fields(definition), request, "tableName");
    }

    private List<FieldDefinition> fields(JsonNode definition) throws ModelException {
        String shape = definition.path(SHAPE_NAME).asText();
        if (!shape.isEmpty()) {
            return model.dataShape(shape)
                    .orElseThrow(() -> ModelException.notFound(new EntityRef(EntityType.DATA_SHAPE, shape)));
        }
        // Tables that came with an entity may bring their fields themselves.
        try {
            return InfotableJson.read(definition, List.of()).fields();
        } catch (InvalidValueException e) {
            throw new ModelException(
                    ModelException.Kind.INVALID, "the table's data shape cannot be read: " + e.getMessage(), e);
        }
    }

    private static Infotable read(
            JsonNode table, List<FieldDefinition> fields, ServiceRequest request, String parameter)
            throws ServiceException {
        ObjectNode rows = JsonNodeFactory.instance.objectNode();
        rows.set("rows", table.path("rows"));
        try {
            // By the table's own fields alone, whatever else was sent with the rows.
            return InfotableJson.read(rows, fields);
        } catch (InvalidValueException e) {
            throw new ServiceException(
                    ServiceException.Kind.INVALID, "parameter " + parameter + ": " + e.getMessage(), e);
        }
    }

    private static CompletionStage<ServiceResult> row(Infotable table, ServiceRequest request) throws ServiceException {
        String key = request.text("key");
        for (int row = 0; row < table.rows().size(); row++) {
            for (FieldDefinition field : table.fields()) {
                if (isKey(field) && isText(table.cell(row, field.name()), key)) {
                    return table(
                            new Infotable(table.fields(), List.of(table.rows().get(row))));
                }
            }
        }
        return table(new Infotable(table.fields(), List.of()));
    }

    /** Whether a value, whatever its type, is written so. */
    private static boolean isText(Value value, String text) {
        if (value instanceof Value.Text written) {
            return written.text().equals(text);
        }
        if (value instanceof Value.Number number) {
            return Double.toString(number.number()).equals(text)
                    || Long.toString((long) number.number()).equals(text);
        }
        if (value instanceof Value.Int number) {
            return Integer.toString(number.number()).equals(text);
        }
        return value instanceof Value.Long number
                && Long.toString(number.number()).equals(text);
    }

    private static boolean isKey(FieldDefinition field) {
        return field.aspects().get("isPrimaryKey") instanceof Value.Bool key && key.truth();
    }

    private CompletionStage<ServiceResult> define(EntityType type, ServiceRequest request) throws Exception {
        String name = Names.require(request.parameters(), "name");
        String shape = request.text(SHAPE_NAME);
        ObjectNode definition = JsonNodeFactory.instance.objectNode();
        definition.put("name", name);
        definition.put("description", request.text("description", ""));
        definition.put("category", request.text("category", ""));
        definition.put(SHAPE_NAME, shape);
        definition.put(MULTI_ROW, request.flag(MULTI_ROW, false));
        definition.put("isHidden", request.flag("isHidden", false));
        definition.putArray("rows");
        return change(type, request, (entity, tables) -> {
            if (model.configuration().tables(entity).containsKey(name)) {
                throw new ModelException(
                        ModelException.Kind.ALREADY_EXISTS,
                        "configuration table " + name + " already exists on " + request.entity());
            }
            tables.set(name, definition);
        });
    }

    /** Makes the rows of a table from those that it has and those that were sent. */
    @FunctionalInterface
    private interface Rows {
        Infotable of(List<FieldDefinition> fields, Infotable present, Infotable sent);
    }

    private CompletionStage<ServiceResult> rows(EntityType type, ServiceRequest request, String parameter, Rows rows)
            throws Exception {
        return change(type, request, (entity, tables) -> {
            ObjectNode definition = own(entity, tables, request);
            List<FieldDefinition> fields = fields(definition);
            Infotable sent = read(request.parameters().path(parameter), fields, request, parameter);
            Infotable after = rows.of(fields, read(definition, fields, request, "tableName"), sent);
            if (!definition.path(MULTI_ROW).asBoolean() && after.rows().size() > 1) {
                throw request.invalid(parameter, "the table " + request.text("tableName") + " has one row only");
            }
            ArrayNode written = definition.putArray("rows");
            InfotableJson.toJson(after).path("rows").forEach(written::add);
        });
    }

    private static Infotable upsert(List<FieldDefinition> fields, Infotable present, Infotable sent) {
        List<List<Value>> rows = new ArrayList<>(present.rows());
        for (List<Value> row : sent.rows()) {
            rows.removeIf(sameKey(fields, row));
            rows.add(row);
        }
        return new Infotable(present.fields(), rows);
    }

    private static Infotable without(List<FieldDefinition> fields, Infotable present, Infotable sent) {
        List<List<Value>> rows = new ArrayList<>(present.rows());
        sent.rows().forEach(row -> rows.removeIf(sameKey(fields, row).or(other -> isShown(other, row))));
        return new Infotable(present.fields(), rows);
    }

    /** Whether a row is sent as it is, or as it is shown, without its passwords. */
    private static boolean isShown(List<Value> row, List<Value> sent) {
        return row.equals(sent) || row.stream().map(Passwords::hidden).toList().equals(sent);
    }

    /** Rows of a table without a key are never the same. */
    private static Predicate<List<Value>> sameKey(List<FieldDefinition> fields, List<Value> row) {
        boolean hasKey = fields.stream().anyMatch(ConfigurationTables::isKey);
        return other -> {
            for (int i = 0; i < fields.size(); i++) {
                if (isKey(fields.get(i)) && !row.get(i).equals(other.get(i))) {
                    return false;
                }
            }
            return hasKey;
        };
    }

    /** Changes the tables of an entity in place. */
    @FunctionalInterface
    private interface Change {
        void of(Entity entity, ObjectNode tables) throws ModelException, ServiceException;
    }

    /** Carries what was wrong with a request out of the change of an entity. */
    private static final class Wrong extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient ServiceException cause;

        Wrong(ServiceException cause) {
            super(cause);
            this.cause = cause;
        }
    }

    private CompletionStage<ServiceResult> change(EntityType type, ServiceRequest request, Change change)
            throws Exception {
        try {
            return ServiceResult.of(model.update(new EntityRef(type, request.entity()), Optional.empty(), entity -> {
                Entity copy = entity.change().other(entity.other().deepCopy()).build();
                ObjectNode tables = copy.other().path(TABLES) instanceof ObjectNode present
                        ? present
                        : copy.other().putObject(TABLES);
                try {
                    change.of(copy, tables);
                } catch (ServiceException e) {
                    throw new Wrong(e);
                }
                return copy;
            }));
        } catch (Wrong e) {
            throw e.cause;
        }
    }
}
