package org.steadfast.foundation.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.steadfast.foundation.model.BuiltIns;
import org.steadfast.foundation.model.BundledEdit;
import org.steadfast.foundation.model.Entity;
import org.steadfast.foundation.model.EntityJson;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.Members;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.SubscriptionDefinition;
import org.steadfast.foundation.property.PropertyUpdate;
import org.steadfast.foundation.security.Principal;
import org.steadfast.foundation.security.PrincipalType;
import org.steadfast.foundation.security.Principals;
import org.steadfast.foundation.security.Security;
import org.steadfast.persistence.store.MembershipStore.Party;
import org.steadfast.persistence.store.PermissionStore.Permission;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.ValueJson;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Value;

/**
 * Imported entities as changes of the model: what a document says replaces what is there, but for what is the business of the place
 * where it is: values, and rows of configuration tables, unless they are to be overwritten. Used by one thread.
 */
final class ImportBundle {
    private static final String TABLES = "configurationTables";

    private final List<ImportedEntity> imported;
    private final ImportOptions options;
    private final ImportNotes notes;
    private final Principals principals;
    private final String importer;
    private final long now;
    private final ImportedFellowships fellowships;
    /** Names of application keys by the keys that the bundle brings. */
    private final Map<String, String> keys = new HashMap<>();
    /** Who is stored with the bundle. */
    private final Set<Party> coming = new HashSet<>();
    /** Who is made after it. */
    private final Set<Party> comingUnits = new HashSet<>();
    /** What is permitted to these, by what it is permitted on. */
    private final Map<EntityRef, Set<Permission>> toUnits = new LinkedHashMap<>();

    private final ImportedPermissions.Known known = new ImportedPermissions.Known() {
        @Override
        public boolean exists(Party party) throws ModelException {
            return ImportBundle.this.exists(party);
        }

        @Override
        public boolean keepsUntilThere(EntityRef entity, Permission permission) {
            boolean isComing = comingUnits.contains(permission.principal());
            if (isComing) {
                toUnits.computeIfAbsent(entity, none -> new LinkedHashSet<>()).add(permission);
            }
            return isComing;
        }
    };

    /** By thing: what is to be written once the things are there. */
    private final Map<String, List<PropertyUpdate>> values = new LinkedHashMap<>();

    /**
     * Nothing is changed yet.
     *
     * @param importer the user who imports
     * @param now time of values that bring none, epoch milliseconds
     */
    ImportBundle(
            List<ImportedEntity> imported,
            ImportOptions options,
            ImportNotes notes,
            Principals principals,
            ImportedFellowships fellowships,
            String importer,
            long now) {
        this.fellowships = fellowships;
        this.principals = principals;
        this.importer = importer;
        this.imported = withoutPrincipalsOfThePlatform(imported, notes);
        for (ImportedEntity entity : this.imported) {
            String name = entity.ref().name();
            switch (entity.ref().type()) {
                case USER -> coming.add(PrincipalType.USER.party(name));
                case GROUP -> coming.add(PrincipalType.GROUP.party(name));
                case ORGANIZATION -> {
                    coming.add(PrincipalType.ORGANIZATION.party(name));
                    entity.fellowship().units().forEach(unit -> comingUnits.add(Party.ofUnit(name, unit.name())));
                }
                default -> {
                    // Nobody.
                }
            }
        }
        this.options = options;
        this.notes = notes;
        this.now = now;
    }

    /** An export of a whole platform has them, and here they are already. */
    private static List<ImportedEntity> withoutPrincipalsOfThePlatform(
            List<ImportedEntity> imported, ImportNotes notes) {
        List<ImportedEntity> own = new ArrayList<>();
        for (ImportedEntity entity : imported) {
            boolean isPrincipal = switch (entity.ref().type()) {
                case USER, GROUP, ORGANIZATION, APPLICATION_KEY -> true;
                default -> false;
            };
            if (isPrincipal && BuiltIns.find(entity.ref()).isPresent()) {
                notes.ignored(entity.ref() + ", which came with the platform, with its members");
            } else {
                own.add(entity);
            }
        }
        return List.copyOf(own);
    }

    List<BundledEdit> edits() {
        keys.clear();
        List<BundledEdit> edits = new ArrayList<>();
        for (ImportedEntity entity : imported) {
            ObjectNode definition = withoutForeignBindings(entity);
            edits.add(new BundledEdit(
                    entity.ref(),
                    present -> edit(definition, present),
                    (made, effective) -> checkValues(entity, made, effective),
                    new ImportedPermissions(entity.permissions(), known, notes)));
        }
        return edits;
    }

    /** What the bundle brings, without what came with the platform and is nobody's to import. */
    List<ImportedEntity> imported() {
        return imported;
    }

    /** What is permitted to units that the bundle brings, known when its entities are stored. */
    Map<EntityRef, Set<Permission>> toUnits() {
        return toUnits;
    }

    /** Whether somebody is here, or comes with the bundle. */
    private boolean exists(Party party) throws ModelException {
        return coming.contains(party) || principals.exists(party);
    }

    /** Values to be written, by the names of things. */
    Map<String, List<PropertyUpdate>> values() {
        return values;
    }

    private Entity edit(ObjectNode definition, Entity present) throws ModelException {
        Entity made = withKnownAuthors(withKnownOwner(EntityJson.read(definition, present.emptied())));
        JsonNode before = present.other().path(TABLES);
        if (options.overwriteConfigurationTableValues() || !before.isObject()) {
            return made;
        }
        ObjectNode other = made.other().deepCopy();
        for (Map.Entry<String, JsonNode> table : other.path(TABLES).properties()) {
            JsonNode was = before.path(table.getKey());
            // Rows of another shape have no place in it.
            boolean isAlike = was.path("dataShapeName").equals(table.getValue().path("dataShapeName"))
                    && was.path("dataShape").equals(table.getValue().path("dataShape"));
            if (isAlike && was.has("rows") && table.getValue() instanceof ObjectNode now) {
                now.set("rows", was.get("rows"));
            }
        }
        return made.change().other(other).build();
    }

    private Entity withKnownOwner(Entity made) throws ModelException {
        JsonNode owner = made.other().path(EntityFromXml.OWNER_KEY);
        Party party = PrincipalType.USER.party(owner.path("name").asText());
        if (owner.isMissingNode() || exists(party)) {
            return made;
        }
        notes.ignored("the owner of " + made.ref() + ", the user [" + party.name() + "], who does not exist here");
        ObjectNode other = made.other().deepCopy();
        other.remove(EntityFromXml.OWNER_KEY);
        return made.change().other(other).build();
    }

    /** A subscription of a user who does not exist would not run, and would when somebody makes a user of that name. */
    private Entity withKnownAuthors(Entity made) throws ModelException {
        Map<String, SubscriptionDefinition> known = new LinkedHashMap<>();
        for (SubscriptionDefinition subscription :
                made.members().subscriptions().values()) {
            String user = subscription.runAsUser();
            boolean isKnown =
                    user.isEmpty() || user.equals(Principal.SYSTEM.user()) || exists(PrincipalType.USER.party(user));
            if (!isKnown) {
                notes.ignored("runAsUser of the subscription " + subscription.name() + " of " + made.ref()
                        + ", the user [" + user + "], who does not exist here; it runs as [" + importer + "]");
            }
            known.put(subscription.name(), isKnown ? subscription : subscription.runningAs(importer));
        }
        return known.equals(made.members().subscriptions())
                ? made
                : made.change().members(made.members().withSubscriptions(known)).build();
    }

    /** Bindings of what an entity only inherits have no place in the model. */
    private ObjectNode withoutForeignBindings(ImportedEntity entity) {
        Map<String, String> bound =
                Map.of("remotePropertyBindings", "propertyDefinitions", "remoteEventBindings", "eventDefinitions");
        ObjectNode definition = entity.definition().deepCopy();
        bound.forEach((bindings, definitions) -> {
            if (definition.get(bindings) instanceof ObjectNode all) {
                Set<String> foreign = new TreeSet<>();
                all.fieldNames().forEachRemaining(name -> {
                    if (!definition.path(definitions).has(name)) {
                        foreign.add(name);
                    }
                });
                foreign.forEach(name -> notes.ignored("the binding of [" + name + "] of " + entity.ref()
                        + ", which the entity does not define itself"));
                all.remove(foreign);
            }
        });
        return definition;
    }

    private void checkValues(ImportedEntity entity, Entity made, Members effective) throws ModelException {
        Security.checkKeyTerms(made);
        fellowships.check(entity, keys);
        values.remove(made.name());
        boolean isNew = made.version() == 0;
        if (entity.values().isEmpty()) {
            return;
        }
        if (!isNew && !options.overwritePropertyValues()) {
            notes.ignored("values of things that are there already");
            return;
        }
        List<PropertyUpdate> updates = new ArrayList<>();
        for (Map.Entry<String, ImportedValue> entry : entity.values().entrySet()) {
            FieldDefinition property = effective.properties().get(entry.getKey());
            if (property == null) {
                notes.ignored("the value of [" + entry.getKey() + "], which is no property of " + entity.ref());
            } else {
                updates.add(update(property, entry.getValue()));
            }
        }
        if (!updates.isEmpty()) {
            values.put(made.name(), updates);
        }
    }

    private PropertyUpdate update(FieldDefinition property, ImportedValue imported) throws ModelException {
        try {
            JsonNode json = imported.value().isTextual()
                    ? XmlText.of(property.baseType(), imported.value().textValue())
                    : imported.value();
            Value time = ValueJson.read(TextNode.valueOf(imported.timestamp()), BaseType.DATETIME);
            return new PropertyUpdate(
                    property.name(),
                    ValueJson.read(json, property.baseType()),
                    time instanceof Value.Datetime datetime ? datetime.epochMillis() : now,
                    imported.quality().isEmpty() ? PropertyUpdate.GOOD : imported.quality());
        } catch (InvalidValueException e) {
            throw new ModelException(
                    ModelException.Kind.INVALID, "value of property " + property.name() + ": " + e.getMessage(), e);
        }
    }
}
