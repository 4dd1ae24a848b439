package org.steadfast.foundation.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tables of settings as entities have them: their own, and of things and templates those that their templates bring. Safe for use by
 * several threads.
 */
public final class Configuration {
    static final String TABLES = "configurationTables";

    private final Finder finder;

    Configuration(Finder finder) {
        this.finder = finder;
    }

    /** Finds templates. */
    @FunctionalInterface
    interface Finder {
        Optional<Entity> find(EntityRef ref) throws ModelException;
    }

    /** All tables of an entity by name, each from what is nearest; not to be changed. */
    public Map<String, JsonNode> tables(Entity entity) throws ModelException {
        Map<String, JsonNode> tables = new LinkedHashMap<>();
        for (Entity each : fromTheFarthest(entity)) {
            each.other()
                    .path(TABLES)
                    .properties()
                    .forEach(table -> tables.merge(table.getKey(), table.getValue(), Configuration::over));
        }
        return tables;
    }

    /** A table that says nothing of its form has that of the one that it stands before; so has its row, where there is one only. */
    private static JsonNode over(JsonNode farther, JsonNode nearer) {
        if (!(farther instanceof ObjectNode base) || !(nearer instanceof ObjectNode own)) {
            return nearer;
        }
        ObjectNode table = base.deepCopy();
        table.setAll(own.deepCopy());
        if (!table.path("isMultiRow").asBoolean() && base.path("rows").path(0) instanceof ObjectNode row) {
            ObjectNode merged = row.deepCopy();
            merge(merged, own.path("rows").path(0));
            table.putArray("rows").add(merged);
        }
        return table;
    }

    private static void merge(ObjectNode row, JsonNode nearer) {
        nearer.properties().stream()
                .filter(cell -> !cell.getValue().isNull())
                .forEach(cell -> row.set(cell.getKey(), cell.getValue()));
    }

    /** The first row of a table, each field from the nearest that says something; empty where there is no such table. */
    public ObjectNode row(Entity entity, String table) throws ModelException {
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        for (Entity each : fromTheFarthest(entity)) {
            merge(row, each.other().path(TABLES).path(table).path("rows").path(0));
        }
        return row;
    }

    /**
     * An entity whose table has another value in a field of its first row. What it inherits besides it goes on inheriting.
     */
    public Entity with(Entity entity, String table, String field, JsonNode value) {
        Entity copy = entity.change().other(entity.other().deepCopy()).build();
        ArrayNode rows = copy.other()
                .withObjectProperty(TABLES)
                .withObjectProperty(table)
                .withArrayProperty("rows");
        ObjectNode row = rows.path(0) instanceof ObjectNode present ? present : rows.addObject();
        row.set(field, value);
        return copy;
    }

    private List<Entity> fromTheFarthest(Entity entity) throws ModelException {
        List<Entity> line = new ArrayList<>();
        line.add(entity);
        if (entity.type() == EntityType.USER) {
            line.add(0, BuiltIns.USER_BASE);
        }
        boolean inherits = entity.type() == EntityType.THING || entity.type() == EntityType.THING_TEMPLATE;
        Entity next = entity;
        while (inherits && !next.parent().isEmpty() && line.size() <= Definitions.LONGEST_LINE) {
            Optional<Entity> base = finder.find(new EntityRef(EntityType.THING_TEMPLATE, next.parent()));
            if (base.isEmpty()) {
                break;
            }
            next = base.get();
            line.add(0, next);
        }
        return line;
    }
}
