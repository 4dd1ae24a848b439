package org.steadfast.foundation.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.HashMap;
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
 * empty text in the place of each, which changes nothing where it comes back in a configuration table. Safe for use by several threads.
 */
public final class Passwords {
    private static final Value.Text HIDDEN = new Value.Text(BaseType.PASSWORD, "");

    private static final String SHAPE_NAME = "dataShapeName";
    private static final String SHAPE = "dataShape";
    private static final String ROWS = "rows";

    private final Definitions definitions;

    Passwords(Definitions definitions) {
        this.definitions = definitions;
    }

    /** The table without its passwords; the same one where it has none. */
    public static Infotable hidden(Infotable table) {
        if (table.fields().stream().noneMatch(Passwords::mayHold)) {
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
        Map<String, JsonNode> tables = ownTables(entity).isEmpty()
                ? Map.of()
                : definitions.configuration().tables(entity);
        for (String name : ownTables(entity)) {
            List<FieldDefinition> fields = fields(tables.get(name));
            if (rows(entity, name)
                    .valueStream()
                    .anyMatch(row -> !hidden(row, fields).equals(row))) {
                copy = copy == null ? copy(entity) : copy;
                ArrayNode shown =
                        ((ObjectNode) copy.other().path(Configuration.TABLES).path(name)).putArray(ROWS);
                rows(entity, name).forEach(row -> shown.add(hidden(row, fields)));
            }
        }
        return copy == null ? entity : copy;
    }

    /**
     * The changed entity, with the passwords that it has where it brings what is shown of them: in the row with the same key, or, where the table
     * has no key, in the same row of as many. Not where the table's fields are other ones: as these a password could be told.
     */
    Entity kept(Entity changed, Entity present) throws ModelException {
        if (ownTables(changed).isEmpty()) {
            return changed;
        }
        Map<String, JsonNode> after = definitions.configuration().tables(changed);
        Map<String, JsonNode> before = definitions.configuration().tables(present);
        Entity copy = null;
        for (String name : ownTables(changed)) {
            JsonNode was = before.get(name);
            boolean isAlike = was != null
                    && was.path(SHAPE_NAME).equals(after.get(name).path(SHAPE_NAME))
                    && was.path(SHAPE).equals(after.get(name).path(SHAPE));
            List<FieldDefinition> fields = isAlike ? fields(was) : List.of();
            if (fields.stream().anyMatch(Passwords::mayHold)) {
                copy = copy == null ? copy(changed) : copy;
                fill(rows(copy, name), was.path(ROWS), fields);
            }
        }
        return copy == null ? changed : copy;
    }

    private static Entity copy(Entity entity) {
        return entity.change().other(entity.other().deepCopy()).build();
    }

    private static void fill(JsonNode rows, JsonNode before, List<FieldDefinition> fields) {
        List<String> keys = fields.stream()
                .filter(Passwords::isKey)
                .map(FieldDefinition::name)
                .toList();
        Map<List<JsonNode>, JsonNode> byKey = new HashMap<>();
        if (!keys.isEmpty()) {
            before.forEach(row -> byKey.putIfAbsent(key(row, keys), row));
        }
        for (int i = 0; i < rows.size(); i++) {
            JsonNode was = !keys.isEmpty()
                    ? byKey.get(key(rows.get(i), keys))
                    : rows.size() == before.size() ? before.get(i) : null;
            if (was != null && rows.get(i) instanceof ObjectNode row) {
                for (FieldDefinition field : fields) {
                    JsonNode secret = was.path(field.name());
                    JsonNode shown = hidden(secret, field.baseType());
                    if (!shown.equals(secret) && shown.equals(row.get(field.name()))) {
                        row.set(field.name(), secret);
                    }
                }
            }
        }
    }

    private static List<JsonNode> key(JsonNode row, List<String> keys) {
        return keys.stream().map(row::path).toList();
    }

    private static boolean isKey(FieldDefinition field) {
        return field.aspects().get("isPrimaryKey") instanceof Value.Bool key && key.truth();
    }

    private static boolean mayHold(FieldDefinition field) {
        return switch (field.baseType()) {
            case PASSWORD, VARIANT, INFOTABLE -> true;
            default -> false;
        };
    }

    private static JsonNode hidden(JsonNode row, List<FieldDefinition> fields) {
        if (!(row instanceof ObjectNode object)) {
            return row;
        }
        ObjectNode shown = object.deepCopy();
        for (FieldDefinition field : fields) {
            if (mayHold(field) && shown.hasNonNull(field.name())) {
                shown.set(field.name(), hidden(shown.get(field.name()), field.baseType()));
            }
        }
        return shown;
    }

    /** A cell as JSON holds it; tables and variants in it tell themselves what they hold. */
    private static JsonNode hidden(JsonNode cell, BaseType type) {
        if (type == BaseType.PASSWORD && cell.isTextual()) {
            return TextNode.valueOf("");
        }
        if (type == BaseType.VARIANT && cell instanceof ObjectNode variant) {
            ObjectNode shown = variant.deepCopy();
            BaseType inner = BaseType.ofName(variant.path("baseType").asText()).orElse(BaseType.NOTHING);
            if (variant.has("value")) {
                shown.set("value", hidden(variant.get("value"), inner));
            }
            return shown;
        }
        if (type == BaseType.INFOTABLE
                && cell instanceof ObjectNode table
                && table.path(ROWS).isArray()) {
            List<FieldDefinition> fields = embedded(table);
            ObjectNode shown = table.deepCopy();
            ArrayNode rows = shown.putArray(ROWS);
            table.path(ROWS).forEach(row -> rows.add(hidden(row, fields)));
            return shown;
        }
        return cell;
    }

    private static Set<String> ownTables(Entity entity) {
        Set<String> names = new LinkedHashSet<>();
        entity.other().path(Configuration.TABLES).fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static JsonNode rows(Entity entity, String table) {
        return entity.other().path(Configuration.TABLES).path(table).path(ROWS);
    }

    /** As the services that read tables do: by the data shape that is named, or else by what the table brings itself. */
    private List<FieldDefinition> fields(JsonNode table) throws ModelException {
        String shape = table.path(SHAPE_NAME).asText();
        if (shape.isEmpty()) {
            return embedded(table);
        }
        Optional<Entity> found = definitions.find(new EntityRef(EntityType.DATA_SHAPE, shape));
        return found.isPresent() ? definitions.fieldsOf(found.get()) : List.of();
    }

    private static List<FieldDefinition> embedded(JsonNode table) {
        List<FieldDefinition> fields = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field :
                table.path(SHAPE).path("fieldDefinitions").properties()) {
            BaseType type =
                    BaseType.ofName(field.getValue().path("baseType").asText()).orElse(BaseType.NOTHING);
            boolean isKey =
                    field.getValue().path("aspects").path("isPrimaryKey").asBoolean();
            fields.add(new FieldDefinition(
                    field.getKey(), "", type, isKey ? Map.of("isPrimaryKey", new Value.Bool(true)) : Map.of()));
        }
        return fields;
    }
}
