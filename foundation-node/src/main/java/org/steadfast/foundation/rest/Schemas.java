package org.steadfast.foundation.rest;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.ServiceDefinition;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;

/**
 * The schemas that endpoints share, which stand among the components of the OpenAPI document: base types, infotables, entities.
 * Stateless.
 */
final class Schemas {
    private static final String INFOTABLE = "Infotable";
    private static final String FIELD_DEFINITIONS = "FieldDefinitions";
    private static final String SHAPE = "Members";
    private static final String SIGNATURE = "Signature";
    private static final String ENTITY = "Entity";

    private Schemas() {}

    /** Whether it is an infotable, whatever its fields. */
    static boolean isTable(Schema schema) {
        return List.of(infotable(), row(), entityRows(), nameRows(), fieldRows(), eventRows())
                .contains(schema);
    }

    /** Any infotable. */
    static Schema infotable() {
        return Schema.ref(INFOTABLE);
    }

    /** An infotable of one row. */
    static Schema row() {
        return Schema.ref("Row");
    }

    /** The listing of a collection. */
    static Schema entityRows() {
        return Schema.ref("EntityRows");
    }

    /** Names with descriptions. */
    static Schema nameRows() {
        return Schema.ref("NameRows");
    }

    /** Definitions of properties or fields. */
    static Schema fieldRows() {
        return Schema.ref("FieldRows");
    }

    /** Definitions of events. */
    static Schema eventRows() {
        return Schema.ref("EventRows");
    }

    /** An entity as it is shown. */
    static Schema entity(EntityType type) {
        return Schema.ref(
                switch (type) {
                    case THING, THING_TEMPLATE, THING_SHAPE, DATA_SHAPE -> type.singular();
                    default -> ENTITY;
                });
    }

    /** An entity as it is sent to be made. */
    static Schema newEntity() {
        return Schema.ref("NewEntity");
    }

    /** What is to be changed in an entity. */
    static Schema entityChange() {
        return Schema.ref("EntityChange");
    }

    /** All that an entity can do. */
    static Schema metadata() {
        return Schema.ref("Metadata");
    }

    /** What a service takes and gives. */
    static Schema signature() {
        return Schema.ref(SIGNATURE);
    }

    /** The parameters of a service as its request holds them. */
    static Schema parameters(ServiceDefinition service) {
        Schema parameters = Schema.object();
        for (FieldDefinition parameter : service.parameters().values()) {
            Schema value = Schema.ref(parameter.baseType().name());
            parameters = parameter.aspects().containsKey("isRequired")
                    ? parameters.has(parameter.name(), value)
                    : parameters.mayHave(parameter.name(), value);
        }
        return parameters;
    }

    /** What a service of some base type is answered with; not for those that give nothing. */
    static Schema result(BaseType type) {
        return switch (type) {
            case INFOTABLE -> infotable();
            case JSON -> Schema.ref(type.name());
            default -> Schema.ref("Result." + type.name());
        };
    }

    /** All of them by name. */
    static Map<String, Schema> components() {
        Map<String, Schema> all = new TreeMap<>();
        for (BaseType type : BaseType.values()) {
            if (type != BaseType.NOTHING && type != BaseType.INFOTABLE) {
                all.put(type.name(), value(type));
                all.put(
                        "Result." + type.name(),
                        rows(Schema.arrayOf(Schema.object().mayHave("result", Schema.ref(type.name())))
                                .ofLength(1)));
            }
        }
        all.put(
                BaseType.INFOTABLE.name(),
                Schema.object()
                        .mayHave("dataShape", Schema.object().has("fieldDefinitions", Schema.ref(FIELD_DEFINITIONS)))
                        .has("rows", Schema.arrayOf(Schema.object()))
                        .described("Without dataShape, the fields are those that the parameter is known to have"));
        putInfotables(all);
        putEntities(all);
        return all;
    }

    private static void putInfotables(Map<String, Schema> all) {
        all.put(
                "FieldDefinition",
                Schema.object()
                        .has("name", Schema.string())
                        .has("description", Schema.string())
                        .has("baseType", baseTypeName())
                        .has("ordinal", Schema.integer().described("Its place among the others, from 0"))
                        .has("aspects", Schema.object()));
        all.put(FIELD_DEFINITIONS, Schema.mapOf(Schema.ref("FieldDefinition")));
        all.put(
                INFOTABLE,
                Schema.object()
                        .has("dataShape", Schema.object().has("fieldDefinitions", Schema.ref(FIELD_DEFINITIONS)))
                        .has(
                                "rows",
                                Schema.arrayOf(Schema.object())
                                        .described("A cell for each field by its name; absent values are left out")));
        all.put("Row", rows(Schema.arrayOf(Schema.object()).ofLength(1)));
        Schema named = Schema.object().has("name", Schema.string()).has("description", Schema.string());
        all.put("NameRows", rows(Schema.arrayOf(named)));
        all.put("FieldRows", rows(Schema.arrayOf(named.has("baseType", baseTypeName()))));
        all.put("EventRows", rows(Schema.arrayOf(named.has("dataShape", Schema.string()))));
        all.put(
                "EntityRows",
                rows(Schema.arrayOf(named.has("homeMashup", Schema.string())
                        .has("avatar", Schema.string())
                        .has("isSystemObject", Schema.bool())
                        .has("tags", Schema.ref(BaseType.TAGS.name())))));
    }

    /** An infotable whose rows fulfil something. */
    private static Schema rows(Schema rows) {
        return Schema.allOf(infotable(), Schema.object().mayHave("rows", rows));
    }

    private static void putEntities(Map<String, Schema> all) {
        Schema field = Schema.ref("FieldDefinition");
        Schema definition = Schema.object().has("name", Schema.string());
        Schema members = Schema.object()
                .has("propertyDefinitions", Schema.ref(FIELD_DEFINITIONS))
                .has(
                        "serviceDefinitions",
                        Schema.mapOf(definition
                                .has("parameterDefinitions", Schema.ref(FIELD_DEFINITIONS))
                                .has("resultType", field)))
                .has("serviceImplementations", Schema.mapOf(definition.has("handlerName", Schema.string())))
                .has("eventDefinitions", Schema.mapOf(definition.has("dataShape", Schema.string())))
                .has("subscriptions", Schema.mapOf(definition.has("eventName", Schema.string())))
                .has("alertConfigurations", Schema.mapOf(definition));
        all.put(SHAPE, members);
        Schema shown = Schema.object()
                .has("entityType", Schema.string().described("Its collection, such as Things"))
                .has("name", Schema.string())
                .has("description", Schema.string())
                .has("projectName", Schema.string())
                .has("tags", Schema.ref(BaseType.TAGS.name()))
                .has("isSystemObject", Schema.bool())
                .has("lastModifiedDate", Schema.ref(BaseType.DATETIME.name()))
                .has("configurationTables", Schema.object());
        all.put(ENTITY, shown);
        Schema entity = Schema.ref(ENTITY);
        Schema shapes = Schema.mapOf(definition);
        Schema effective = Schema.object().has("effectiveShape", Schema.ref(SHAPE));
        Schema composed = effective.has("thingShape", Schema.ref(SHAPE)).has("implementedShapes", shapes);
        all.put(
                EntityType.THING.singular(),
                Schema.allOf(
                        entity,
                        composed.has("thingTemplate", Schema.string())
                                .has("identifier", Schema.string())
                                .has("enabled", Schema.bool())));
        all.put(
                EntityType.THING_TEMPLATE.singular(),
                Schema.allOf(entity, composed.has("baseThingTemplate", Schema.string())));
        all.put(EntityType.THING_SHAPE.singular(), Schema.allOf(entity, Schema.ref(SHAPE), effective));
        all.put(
                EntityType.DATA_SHAPE.singular(),
                Schema.allOf(
                        entity,
                        Schema.object()
                                .has("baseDataShape", Schema.string())
                                .has("fieldDefinitions", Schema.ref(FIELD_DEFINITIONS))));
        Schema sent = Schema.object()
                .mayHave("description", Schema.string())
                .mayHave("projectName", Schema.string().described("A project that there is"))
                .mayHave("tags", Schema.any().described("A list as it is shown, or Vocabulary:Term;Vocabulary:Term"));
        all.put(
                "EntityChange",
                sent.described("What is to be changed, as the entity is shown; other keys of the author's are kept. "
                        + "What is shown, sent whole, changes nothing"));
        all.put(
                "NewEntity",
                sent.has("name", Schema.string()).described("As it will be shown; all but the name may be missing"));
        all.put(
                SIGNATURE,
                definition
                        .has("description", Schema.string())
                        .has("Inputs", Schema.object().has("fieldDefinitions", Schema.ref(FIELD_DEFINITIONS)))
                        .has("Outputs", field));
        all.put(
                "Metadata",
                Schema.object()
                        .has("name", Schema.string())
                        .has("description", Schema.string())
                        .has("isSystemObject", Schema.bool())
                        .has("propertyDefinitions", Schema.ref(FIELD_DEFINITIONS))
                        .has("serviceDefinitions", Schema.mapOf(signature()))
                        .has("eventDefinitions", Schema.mapOf(definition.has("dataShape", Schema.string()))));
    }

    private static Schema baseTypeName() {
        return Schema.string().described("A base type, such as NUMBER");
    }

    /** How values of a base type are written. */
    private static Schema value(BaseType type) {
        if (type == BaseType.TAGS) {
            return Schema.arrayOf(
                    Schema.object().has("vocabulary", Schema.string()).has("vocabularyTerm", Schema.string()));
        }
        return switch (type.form()) {
            case TEXT -> Schema.string();
            case NUMBER -> Schema.number();
            case INTEGER -> Schema.integer().between(Integer.MIN_VALUE, Integer.MAX_VALUE);
            case LONG -> Schema.integer();
            case BOOLEAN -> Schema.bool();
            case DATETIME -> Schema.integer().described("Milliseconds since 1970-01-01T00:00:00Z");
            case TIMESPAN -> Schema.integer().described("Milliseconds");
            case LOCATION ->
                Schema.object()
                        .has("latitude", Schema.number())
                        .has("longitude", Schema.number())
                        .mayHave("elevation", Schema.number())
                        .mayHave("units", Schema.string());
            case JSON -> Schema.object().described("A list stands under the key array");
            case BYTES -> Schema.string().described("Base64");
            case VARIANT -> Schema.object().has("baseType", baseTypeName()).has("value", Schema.any());
            case VECTOR -> vector(type);
            case THINGCODE -> Schema.object().has("domainId", Schema.integer()).has("instanceId", Schema.integer());
            case NOTHING, INFOTABLE -> throw new IllegalArgumentException(type + " is written elsewhere");
        };
    }

    private static Schema vector(BaseType type) {
        Schema vector = Schema.object().has("x", Schema.number()).has("y", Schema.number());
        if (type != BaseType.VEC2) {
            vector = vector.has("z", Schema.number());
        }
        return type == BaseType.VEC4 ? vector.has("w", Schema.number()) : vector;
    }
}
