package org.steadfast.foundation.security;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Recent;
import org.steadfast.persistence.store.MembershipStore.Party;
import org.steadfast.persistence.store.OrganizationUnitStore;
import org.steadfast.persistence.store.OrganizationUnitStore.Unit;
import org.steadfast.persistence.store.StoreException;

/** The units of organizations, read and changed. Their members are {@link Memberships}' affair. Safe for use by several threads. */
public final class Organizations {
    private static final int MOST_ATTEMPTS = 5;
    private static final int MOST_KEPT = 20_000;

    private final OrganizationUnitStore store;
    private final Model model;
    /** By organization; filled by requests, emptied by {@link #forget}; weighed by their units; guards itself. */
    private final Recent<String, OrganizationTree> known = new Recent<>(
            MOST_KEPT,
            (String organization, OrganizationTree tree) -> 1 + tree.units().size(),
            System::nanoTime);

    Organizations(OrganizationUnitStore store, Model model) {
        this.store = store;
        this.model = model;
    }

    /** The units of an organization as the database has them; none where there is no such organization. */
    public OrganizationTree tree(String organization) throws ModelException {
        try {
            return new OrganizationTree(organization, store.units(organization));
        } catch (StoreException e) {
            throw Accounts.unavailable(e);
        }
    }

    /** Whether a unit is there, as this node has lately heard. */
    boolean contains(Party unit) throws ModelException {
        String organization = unit.organization().orElseThrow();
        try {
            return known.get(organization, () -> new OrganizationTree(organization, store.units(organization)))
                    .contains(unit.unit().orElseThrow());
        } catch (StoreException e) {
            throw Accounts.unavailable(e);
        }
    }

    void forget(String organization) {
        known.forget(organization);
    }

    /** Adds a unit under another one, or, for an empty name, under none; completes with whether every live node has heard of it. */
    public CompletableFuture<Boolean> add(String organization, String name, String parent) throws ModelException {
        return change(organization, tree -> tree.add(name, parent));
    }

    /** Adds those of some units that are not there, in any order, each with its description; see {@link #add}. */
    public CompletableFuture<Boolean> addAll(String organization, List<Unit> units) throws ModelException {
        return change(organization, tree -> tree.withAll(units));
    }

    /** Whether {@link #addAll} could be done now; fails as that would. */
    public void checkAll(String organization, List<Unit> units) throws ModelException {
        var unused = tree(organization).withAll(units);
    }

    /** Puts a unit, with those under it, under another one; see {@link #add}. */
    public CompletableFuture<Boolean> move(String organization, String name, String parent) throws ModelException {
        return change(organization, tree -> tree.move(name, parent));
    }

    public CompletableFuture<Boolean> describe(String organization, String name, String description)
            throws ModelException {
        return change(organization, tree -> tree.describe(name, description));
    }

    /** Removes a unit with its members and with what is permitted to it. */
    public CompletableFuture<Boolean> remove(String organization, String name, boolean withChildren)
            throws ModelException {
        return change(organization, tree -> tree.remove(name, withChildren));
    }

    /** Makes another tree of one. */
    @FunctionalInterface
    private interface Edit {
        OrganizationTree of(OrganizationTree present) throws ModelException;
    }

    private CompletableFuture<Boolean> change(String organization, Edit edit) throws ModelException {
        EntityRef ref = new EntityRef(EntityType.ORGANIZATION, organization);
        try {
            for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
                OrganizationTree present = tree(organization);
                if (store.replace(
                        organization, present.units(), edit.of(present).units())) {
                    return model.announceChange(ref);
                }
            }
        } catch (StoreException e) {
            model.announceUnknown(ref, e);
            throw Accounts.unavailable(e);
        }
        throw new ModelException(
                ModelException.Kind.CHANGED_MEANWHILE,
                "others change the units of organization [" + organization + "] at the same time; try again");
    }
}
