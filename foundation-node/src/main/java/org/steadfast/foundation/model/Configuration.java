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

    /** A table that says nothing of its form has that of the one that it stands before. */
    private static JsonNode over(JsonNode farther, JsonNode nearer) {
        if (!(farther instanceof ObjectNode base) || !(nearer instanceof ObjectNode own)) {
            return nearer;
        }
        ObjectNode table = base.deepCopy();
        table.setAll(own.deepCopy());
        return table;
    }

    /** The first row of a table, each field from the nearest that says something; empty where there is no such table. */
    public ObjectNode row(Entity entity, String table) throws ModelException {
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        for (Entity each : fromTheFarthest(entity)) {
            JsonNode own = each.other().path(TABLES).path(table).path("rows").path(0);
            own.properties().stream()
                    .filter(cell -> !cell.getValue().isNull())
                    .forEach(cell -> row.set(cell.getKey(), cell.getValue()));
        }
        return row;
    }

    /**
     * An entity whose table has another value in a field of its first row. A table that is inherited becomes one of its own; there is one
     * of that name.
     */
    public Entity with(Entity entity, String table, String field, JsonNode value) throws ModelException {
        Entity copy = entity.change().other(entity.other().deepCopy()).build();
        ObjectNode own = tables(entity).get(table).deepCopy();
        ArrayNode rows = own.withArrayProperty("rows");
        if (rows.isEmpty()) {
            rows.addObject();
        }
        ((ObjectNode) rows.get(0)).set(field, value);
        copy.other().withObjectProperty(TABLES).set(table, own);
        return copy;
    }

    private List<Entity> fromTheFarthest(Entity entity) throws ModelException {
        List<Entity> line = new ArrayList<>();
        line.add(entity);
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
