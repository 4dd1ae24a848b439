package org.steadfast.foundation.security;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.persistence.store.MembershipStore.Party;

/** What something can be permitted to. */
public enum PrincipalType {
    USER(EntityType.USER.singular(), EntityType.USER.collection()),
    GROUP(EntityType.GROUP.singular(), EntityType.GROUP.collection()),
    ORGANIZATION(EntityType.ORGANIZATION.singular(), EntityType.ORGANIZATION.collection()),
    /** A unit of an organization, called {@code Organization:Unit}. */
    UNIT("OrganizationalUnit", Party.UNITS);

    private final String title;
    private final String collection;

    PrincipalType(String title, String collection) {
        this.title = title;
        this.collection = collection;
    }

    /** What clients call it, such as {@code User}. */
    public String title() {
        return title;
    }

    /** One of this type. */
    public Party party(String name) {
        return new Party(collection, name);
    }

    /** Those that can have rights of a kind: organizations and their units see, users and groups do. */
    public static List<PrincipalType> having(Right.Kind kind) {
        return kind == Right.Kind.VISIBILITY ? List.of(ORGANIZATION, UNIT) : List.of(USER, GROUP);
    }

    /** The type that clients call so. */
    public static Optional<PrincipalType> ofTitle(String title) {
        return Arrays.stream(values()).filter(type -> type.title.equals(title)).findFirst();
    }

    /** The type of a party. */
    public static PrincipalType of(Party party) {
        return Arrays.stream(values())
                .filter(type -> type.collection.equals(party.collection()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("not a principal: " + party));
    }
}
