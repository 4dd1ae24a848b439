package org.steadfast.foundation.exchange;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.steadfast.foundation.model.EntityType;

/**
 * The kinds of entities that documents hold. Users, groups, organizations and keys are none of them: what makes them what they are,
 * passwords and memberships, is in no document.
 */
public final class ExchangedTypes {
    private static final List<EntityType> ALL = Arrays.stream(EntityType.values())
            .filter(type -> switch (type) {
                case USER, GROUP, ORGANIZATION, APPLICATION_KEY -> false;
                default -> true;
            })
            .toList();

    private ExchangedTypes() {}

    public static List<EntityType> all() {
        return ALL;
    }

    public static Optional<EntityType> ofCollection(String collection) {
        return EntityType.ofCollection(collection).filter(ALL::contains);
    }
}
