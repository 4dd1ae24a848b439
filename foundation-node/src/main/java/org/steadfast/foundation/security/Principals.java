package org.steadfast.foundation.security;

import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.persistence.store.MembershipStore.Party;

/** Whether there is whom something is to be permitted to. Safe for use by several threads. */
public final class Principals {
    private final Model model;

    Principals(Model model) {
        this.model = model;
    }

    public boolean exists(Party principal) throws ModelException {
        return model.find(ref(principal)).isPresent();
    }

    /** @throws ModelException {@link ModelException.Kind#NOT_FOUND} */
    public Party require(Party principal) throws ModelException {
        if (!exists(principal)) {
            throw ModelException.notFound(ref(principal));
        }
        return principal;
    }

    private static EntityRef ref(Party principal) {
        return new EntityRef(EntityType.ofCollection(principal.collection()).orElseThrow(), principal.name());
    }
}
