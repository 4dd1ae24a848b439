package org.steadfast.foundation.security;

import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.persistence.store.MembershipStore.Party;

/** Whether there is whom something is to be permitted to. Safe for use by several threads. */
public final class Principals {
    private final Model model;
    private final Organizations organizations;

    Principals(Model model, Organizations organizations) {
        this.organizations = organizations;
        this.model = model;
    }

    public boolean exists(Party principal) throws ModelException {
        if (!principal.collection().equals(Party.UNITS)) {
            return model.find(ref(principal)).isPresent();
        }
        return principal.organization().isPresent() && organizations.contains(principal);
    }

    /** @throws ModelException {@link ModelException.Kind#NOT_FOUND} */
    public Party require(Party principal) throws ModelException {
        if (!exists(principal)) {
            throw new ModelException(ModelException.Kind.NOT_FOUND, "Entity Not Found : [" + principal.name() + "]");
        }
        return principal;
    }

    private static EntityRef ref(Party principal) {
        return new EntityRef(EntityType.ofCollection(principal.collection()).orElseThrow(), principal.name());
    }
}
