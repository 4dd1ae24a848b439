package org.steadfast.foundation.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/**
 * Values of base type PASSWORD. They are for scripts and devices, which log in somewhere with them; whoever asks through the REST API sees an
 * empty text in the place of each, and an empty text that comes back there changes nothing. Safe for use by several threads.
 */
public final class Passwords {
    private static final Value.Text HIDDEN = new Value.Text(BaseType.PASSWORD, "");

    private final Definitions definitions;

    Passwords(Definitions definitions) {
        this.definitions = definitions;
    }

    /** The table without its passwords; the same one where it has none. */
    public static Infotable hidden(Infotable table) {
        boolean mayHaveSome = false;
        for (FieldDefinition field : table.fields()) {
            mayHaveSome |= switch (field.baseType()) {
                case PASSWORD, VARIANT, INFOTABLE -> true;
                default -> false;
            };
        }
        if (!mayHaveSome) {
            return table;
        }
        List<List<Value>> rows = new ArrayList<>(table.rows().size());
        for (List<Value> row : table.rows()) {
            rows.add(row.stream().map(Passwords::hidden).toList());
        }
        return new Infotable(table.fields(), rows);
    }

    /** The value, or what stands for it where it is a password or has some in it. */
    public static Value hidden(Value value) {
        if (value instanceof Value.Text text && text.baseType() == BaseType.PASSWORD) {
            return HIDDEN;
        }
        if (value instanceof Value.Table table) {
            return new Value.Table(hidden(table.infotable()));
        }
        return value instanceof Value.Variant variant ? new Value.Variant(hidden(variant.inner())) : value;
    }

    /** The entity without the passwords of its configuration tables; the same one where they have none. */
    public Entity hidden(Entity entity) throws ModelException {
        Entity copy = null;
        for (String name : ownTables(entity)) {
            Set<String> cells = cells(definitions.configuration().tables(entity).get(name));
            if (!cells.isEmpty()) {
                copy = copy == null
                        ? entity.change().other(entity.other().deepCopy()).build()
                        : copy;
                for (JsonNode row : rows(copy, name)) {
                    cells.stream().filter(row::hasNonNull).forEach(cell -> ((ObjectNode) row).put(cell, ""));
                }
            }
        }
        return copy == null ? entity : copy;
    }

    /**
     * The changed entity, with the passwords that it has where it brings an empty text for them: in the row with the same key, or, where the
     * table has no key, in the same row of as many.
     */
    Entity kept(Entity changed, Entity present) throws ModelException {
        Entity copy = null;
        for (String name : ownTables(changed)) {
            Set<String> cells =
                    cells(definitions.configuration().tables(changed).get(name));
            JsonNode before = cells.isEmpty()
                    ? null
                    : definitions.configuration().tables(present).get(name);
            if (before != null) {
                copy = copy == null
                        ? changed.change().other(changed.other().deepCopy()).build()
                        : copy;
                fill(rows(copy, name), before.path("rows"), cells, keys(before));
            }
        }
        return copy == null ? changed : copy;
    }

    private static void fill(JsonNode rows, JsonNode before, Set<String> cells, Set<String> keys) {
        for (int i = 0; i < rows.size(); i++) {
            if (!(rows.get(i) instanceof ObjectNode row)) {
                continue;
            }
            Optional<JsonNode> was = Optional.empty();
            if (!keys.isEmpty()) {
                was = before.valueStream()
                        .filter(each ->
                                keys.stream().allMatch(key -> each.path(key).equals(row.path(key))))
                        .findFirst();
            } else if (rows.size() == before.size()) {
                was = Optional.of(before.get(i));
            }
            for (String cell : cells) {
                if (was.isPresent()
                        && row.path(cell).asText("?").isEmpty()
                        && was.get().hasNonNull(cell)) {
                    row.set(cell, was.get().get(cell));
                }
            }
        }
    }

    private static Set<String> ownTables(Entity entity) {
        Set<String> names = new LinkedHashSet<>();
        entity.other().path(Configuration.TABLES).fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static JsonNode rows(Entity entity, String table) {
        return entity.other().path(Configuration.TABLES).path(table).path("rows");
    }

    private Set<String> cells(JsonNode table) throws ModelException {
        Set<String> cells = new LinkedHashSet<>();
        for (FieldDefinition field : fields(table)) {
            if (field.baseType() == BaseType.PASSWORD) {
                cells.add(field.name());
            }
        }
        // Tables that came with an entity may bring their fields themselves.
        for (Map.Entry<String, JsonNode> field :
                table.path("dataShape").path("fieldDefinitions").properties()) {
            if (field.getValue().path("baseType").asText().equals(BaseType.PASSWORD.name())) {
                cells.add(field.getKey());
            }
        }
        return cells;
    }

    private Set<String> keys(JsonNode table) throws ModelException {
        Set<String> keys = new LinkedHashSet<>();
        for (FieldDefinition field : fields(table)) {
            if (field.aspects().get("isPrimaryKey") instanceof Value.Bool key && key.truth()) {
                keys.add(field.name());
            }
        }
        return keys;
    }

    private List<FieldDefinition> fields(JsonNode table) throws ModelException {
        String shape = table.path("dataShapeName").asText();
        Optional<Entity> found =
                shape.isEmpty() ? Optional.empty() : definitions.find(new EntityRef(EntityType.DATA_SHAPE, shape));
        return found.isPresent() ? definitions.fieldsOf(found.get()) : List.of();
    }
}
