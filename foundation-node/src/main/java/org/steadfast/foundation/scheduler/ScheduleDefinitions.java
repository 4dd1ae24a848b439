package org.steadfast.foundation.scheduler;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.foundation.model.Entity;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.schedule.ScheduleKind;
import org.steadfast.foundation.schedule.ScheduleTerms;

/** Reads from the model which things are timers and schedulers that fire, and when. Used by one thread. */
final class ScheduleDefinitions {
    private static final Logger log = LoggerFactory.getLogger(ScheduleDefinitions.class);
    private static final int PAGE = 1_000;

    private final Model model;
    /** Kinds by the names of all templates that things of that kind come from. */
    private Map<String, ScheduleKind> templates = Map.of();

    ScheduleDefinitions(Model model) {
        this.model = model;
    }

    /** A thing that fires. */
    record Definition(long thingId, String name, ScheduleKind kind, ScheduleTerms terms) {}

    /** Learns from which templates timers and schedulers come. */
    void readTemplates() throws ModelException {
        Map<String, ScheduleKind> found = new HashMap<>();
        for (ScheduleKind kind : ScheduleKind.values()) {
            for (String template : model.templatesFrom(kind.template())) {
                found.put(template, kind);
            }
        }
        templates = found;
    }

    /** Whether timers or schedulers come from a template, as far as it is known. */
    boolean isTemplate(String name) {
        return templates.containsKey(name);
    }

    /** All that fire. */
    List<Definition> all() throws ModelException {
        List<Definition> found = new ArrayList<>();
        for (String template : templates.keySet()) {
            EntityRef ref = new EntityRef(EntityType.THING_TEMPLATE, template);
            long after = 0;
            List<Entity> page;
            do {
                page = model.referring(ref, after, PAGE);
                for (Entity entity : page) {
                    after = entity.id();
                    // What merely has a value of that name somewhere refers to no template.
                    if (entity.type() == EntityType.THING && entity.parent().equals(template)) {
                        definition(entity).ifPresent(found::add);
                    }
                }
            } while (page.size() == PAGE);
        }
        return found;
    }

    /** Those of some things that fire, by name. */
    Map<String, Definition> of(Collection<String> names) throws ModelException {
        Map<String, Definition> found = new HashMap<>();
        for (Entity entity : model.things(names)) {
            definition(entity).ifPresent(definition -> found.put(entity.name(), definition));
        }
        return found;
    }

    private Optional<Definition> definition(Entity entity) throws ModelException {
        ScheduleKind kind = templates.get(entity.parent());
        if (kind == null || !entity.enabled()) {
            return Optional.empty();
        }
        try {
            return model.schedule(entity)
                    .filter(ScheduleTerms::enabled)
                    .map(terms -> new Definition(entity.id(), entity.name(), kind, terms));
        } catch (ModelException e) {
            if (e.kind() == ModelException.Kind.UNAVAILABLE) {
                throw e;
            }
            log.warn("SCHEDULE_UNREADABLE: {} does not fire: {}", entity.name(), e.getMessage());
            return Optional.empty();
        }
    }

    /** The numbers of the things. */
    static Set<Long> things(Collection<Definition> definitions) {
        Set<Long> things = new HashSet<>();
        definitions.forEach(definition -> things.add(definition.thingId()));
        return things;
    }
}
