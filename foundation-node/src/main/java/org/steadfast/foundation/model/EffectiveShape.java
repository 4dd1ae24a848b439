package org.steadfast.foundation.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What a thing or a template has, inherited and own. Things without members of their own share the one of their template.
 * Immutable.
 *
 * @param lineage templates and shapes that it comes from
 * @param templates the thing's template first, then its base, and so on
 * @param valueStream the thing that keeps the history of logged properties; empty where there is none
 * @param dataShape what rows of a data table or entries of a stream hold; empty where it is not said
 * @param storageLocation the one in which a file repository has its files, by its name in the settings; empty for ThingworxStorage
 */
public record EffectiveShape(
        Set<EntityRef> lineage,
        List<String> templates,
        Members members,
        String valueStream,
        String dataShape,
        String storageLocation) {
    static final EffectiveShape NONE = new EffectiveShape(Set.of(), List.of(), Members.NONE);

    public EffectiveShape {
        lineage = Set.copyOf(lineage);
        templates = List.copyOf(templates);
        Objects.requireNonNull(valueStream, "valueStream is null");
        Objects.requireNonNull(dataShape, "dataShape is null");
        Objects.requireNonNull(storageLocation, "storageLocation is null");
    }

    /** One that keeps nothing. */
    public EffectiveShape(Set<EntityRef> lineage, List<String> templates, Members members) {
        this(lineage, templates, members, "", "", "");
    }

    /** Whether it comes from a template. */
    public boolean isA(String template) {
        return templates.contains(template);
    }

    public boolean comesFromAny(Set<EntityRef> refs) {
        return !Collections.disjoint(lineage, refs);
    }

    /** This one as the base of a template. */
    EffectiveShape derived(String template) {
        Set<EntityRef> refs = new LinkedHashSet<>(lineage);
        refs.add(new EntityRef(EntityType.THING_TEMPLATE, template));
        List<String> names = new ArrayList<>(templates.size() + 1);
        names.add(template);
        names.addAll(templates);
        return new EffectiveShape(refs, names, members, valueStream, dataShape, storageLocation);
    }

    /** This one and a thing shape. */
    EffectiveShape implementing(Entity shape) {
        Set<EntityRef> refs = new LinkedHashSet<>(lineage);
        refs.add(shape.ref());
        return new EffectiveShape(
                refs, templates, members.with(shape.members()), valueStream, dataShape, storageLocation);
    }

    /** This one and members of one's own, which stand before inherited ones. */
    EffectiveShape with(Members own) {
        return own.isEmpty()
                ? this
                : new EffectiveShape(lineage, templates, members.with(own), valueStream, dataShape, storageLocation);
    }

    /** This one, with what an entity itself says of where things are kept. */
    EffectiveShape keeping(Entity own) {
        if (own.valueStream().isEmpty()
                && own.dataShape().isEmpty()
                && own.storageLocation().isEmpty()) {
            return this;
        }
        return new EffectiveShape(
                lineage,
                templates,
                members,
                own.valueStream().isEmpty() ? valueStream : own.valueStream(),
                own.dataShape().isEmpty() ? dataShape : own.dataShape(),
                own.storageLocation().isEmpty() ? storageLocation : own.storageLocation());
    }
}
