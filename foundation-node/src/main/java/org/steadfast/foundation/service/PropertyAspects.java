package org.steadfast.foundation.service;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.steadfast.foundation.model.Entity;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Value;

/**
 * What definitions of properties say besides name and base type. Where the property is inherited, the one that is changed becomes a
 * property of the entity's own. Safe for use by several threads.
 */
final class PropertyAspects {
    private final Model model;

    PropertyAspects(Model model) {
        this.model = model;
    }

    /** A property of an entity itself, or else the one that it inherits. */
    FieldDefinition require(EntityRef ref, String name) throws ModelException {
        return require(model.require(ref), name);
    }

    private FieldDefinition require(Entity entity, String name) throws ModelException {
        FieldDefinition own = entity.members().properties().get(name);
        FieldDefinition property =
                own == null ? model.effective(entity).members().properties().get(name) : own;
        if (property == null) {
            throw new ModelException(
                    ModelException.Kind.NOT_FOUND,
                    "Property [" + name + "] Does Not Exist On " + entity.type().singular() + " [" + entity.name()
                            + "]");
        }
        return property;
    }

    /** @param change is given the aspects to be changed; it may be called again where others change the entity meanwhile */
    CompletionStage<ServiceResult> change(EntityRef ref, String name, Consumer<Map<String, Value>> change)
            throws ModelException {
        return ServiceResult.of(model.update(ref, Optional.empty(), entity -> {
            FieldDefinition property = require(entity, name);
            Map<String, Value> aspects = new LinkedHashMap<>(property.aspects());
            change.accept(aspects);
            Map<String, FieldDefinition> properties =
                    new LinkedHashMap<>(entity.members().properties());
            properties.put(name, new FieldDefinition(name, property.description(), property.baseType(), aspects));
            return entity.change()
                    .members(entity.members().withProperties(properties))
                    .build();
        }));
    }
}
