package org.steadfast.foundation.security;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Names;
import org.steadfast.persistence.store.OrganizationUnitStore.Unit;

/** The units of one organization, as a tree. Immutable; a change makes a new one. */
public final class OrganizationTree {
    /** Whoever is at the top of an organization belongs to all its units, and each node keeps that of many users. */
    private static final int MOST_UNITS = 5_000;

    private final String organization;
    /** By name, in the order of names. */
    private final Map<String, Unit> units;
    /** By the name of what they are under, in the order of names. */
    private final Map<String, List<Unit>> children = new HashMap<>();

    OrganizationTree(String organization, List<Unit> units) {
        this.organization = organization;
        Map<String, Unit> byName = new LinkedHashMap<>();
        for (Unit unit : units) {
            byName.put(unit.name(), unit);
            children.computeIfAbsent(unit.parent(), parent -> new ArrayList<>()).add(unit);
        }
        this.units = byName;
    }

    /** In the order of their names. */
    public List<Unit> units() {
        return List.copyOf(units.values());
    }

    public boolean contains(String name) {
        return units.containsKey(name);
    }

    /** @throws ModelException {@link ModelException.Kind#NOT_FOUND} */
    public Unit require(String name) throws ModelException {
        Unit unit = units.get(name);
        if (unit == null) {
            throw new ModelException(
                    ModelException.Kind.NOT_FOUND,
                    "Organizational unit [" + name + "] does not exist in organization [" + organization + "]");
        }
        return unit;
    }

    /** The units right under one, or, for an empty name, those under none. */
    public List<Unit> children(String name) {
        return Collections.unmodifiableList(children.getOrDefault(name, List.of()));
    }

    /**
     * The units under one, or, for an empty name, all of them: each after the one that it is under.
     *
     * @param deepest how many levels
     */
    public List<Unit> below(String name, int deepest) {
        List<Unit> all = new ArrayList<>();
        List<Unit> level = children(name);
        for (int depth = 0; depth < deepest && !level.isEmpty(); depth++) {
            all.addAll(level);
            level = level.stream()
                    .flatMap(unit -> children(unit.name()).stream())
                    .toList();
        }
        return all;
    }

    OrganizationTree add(String name, String parent) throws ModelException {
        Names.check("name", name);
        if (name.indexOf(':') >= 0) {
            // By it the organization and the unit are told apart.
            throw ModelException.invalid("field name: the name of a unit has no colon");
        }
        if (contains(name)) {
            throw new ModelException(
                    ModelException.Kind.ALREADY_EXISTS,
                    "Organizational unit [" + name + "] already exists in organization [" + organization + "]");
        }
        if (units.size() >= MOST_UNITS) {
            throw new ModelException(
                    ModelException.Kind.NOT_ALLOWED,
                    "organization [" + organization + "] has " + MOST_UNITS + " units, and can have no more");
        }
        return with(new Unit(name, requireParent(parent), ""));
    }

    /** With those of some units that are not here yet. */
    OrganizationTree withAll(List<Unit> more) throws ModelException {
        OrganizationTree tree = this;
        List<Unit> left = more.stream().filter(unit -> !contains(unit.name())).toList();
        while (!left.isEmpty()) {
            // Those whose parent is here; where none has one, the first fails with what is wrong with it.
            List<Unit> later = new ArrayList<>();
            for (Unit unit : left) {
                if (unit.parent().isEmpty() || tree.contains(unit.parent()) || later.size() == left.size() - 1) {
                    tree = tree.add(unit.name(), unit.parent()).describe(unit.name(), unit.description());
                } else {
                    later.add(unit);
                }
            }
            left = later;
        }
        return tree;
    }

    private String requireParent(String parent) throws ModelException {
        return parent.isEmpty() ? parent : require(parent).name();
    }

    OrganizationTree move(String name, String parent) throws ModelException {
        Unit unit = require(name);
        String above = requireParent(parent);
        boolean isBelow =
                below(name, units.size()).stream().anyMatch(each -> each.name().equals(above));
        if (isBelow || above.equals(name)) {
            throw ModelException.invalid(
                    "parameter parentName: [" + parent + "] is under [" + name + "], which would be under it then");
        }
        return with(new Unit(name, above, unit.description()));
    }

    OrganizationTree describe(String name, String description) throws ModelException {
        return with(new Unit(name, require(name).parent(), description));
    }

    OrganizationTree remove(String name, boolean withChildren) throws ModelException {
        require(name);
        List<Unit> below = below(name, units.size());
        if (!below.isEmpty() && !withChildren) {
            throw new ModelException(
                    ModelException.Kind.NOT_ALLOWED,
                    "Organizational unit [" + name + "] has units under it, such as ["
                            + below.get(0).name() + "]; deleteChildren deletes them too");
        }
        Set<String> gone = new LinkedHashSet<>(Set.of(name));
        below.forEach(unit -> gone.add(unit.name()));
        return new OrganizationTree(
                organization,
                units.values().stream()
                        .filter(unit -> !gone.contains(unit.name()))
                        .toList());
    }

    private OrganizationTree with(Unit unit) {
        Map<String, Unit> all = new LinkedHashMap<>(units);
        all.put(unit.name(), unit);
        return new OrganizationTree(organization, List.copyOf(all.values()));
    }
}
