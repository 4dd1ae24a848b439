package org.steadfast.foundation.exchange;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.security.PermissionSet;
import org.steadfast.foundation.security.PrincipalType;
import org.steadfast.foundation.security.Right;
import org.steadfast.persistence.store.MembershipStore.Party;
import org.steadfast.persistence.store.PermissionStore;
import org.steadfast.persistence.store.PermissionStore.Permission;

/** The permissions of an entity as elements of a document, such as {@code <RunTimePermissions>}. Stateless. */
final class PermissionsXml {
    private static final String PERMISSIONS = "Permissions";
    private static final String RESOURCE = "resourceName";
    private static final String PRINCIPAL = "Principal";

    private PermissionsXml() {}

    /** An element for each set that has permissions; the same permissions give the same elements. */
    static List<XmlElement> elements(EntityType type, Collection<Permission> permissions) {
        List<XmlElement> elements = new ArrayList<>();
        for (PermissionSet set : PermissionSet.of(type)) {
            List<Permission> of = permissions.stream()
                    .filter(set::contains)
                    .sorted(Comparator.comparing((Permission permission) ->
                                    permission.principal().collection())
                            .thenComparing(permission -> permission.principal().name()))
                    .toList();
            if (!of.isEmpty()) {
                List<XmlElement> content = set.kind() == Right.Kind.RUN_TIME ? byResource(of) : byRight(set.kind(), of);
                elements.add(new XmlElement(set.title() + PERMISSIONS, Map.of(), content, ""));
            }
        }
        return elements;
    }

    private static List<XmlElement> byResource(List<Permission> permissions) {
        Map<String, List<Permission>> resources = new TreeMap<>();
        permissions.forEach(permission -> resources
                .computeIfAbsent(permission.resource(), resource -> new ArrayList<>())
                .add(permission));
        List<XmlElement> elements = new ArrayList<>();
        resources.forEach((resource, of) -> elements.add(
                new XmlElement(PERMISSIONS, Map.of(RESOURCE, resource), byRight(Right.Kind.RUN_TIME, of), "")));
        return elements;
    }

    private static List<XmlElement> byRight(Right.Kind kind, List<Permission> permissions) {
        List<XmlElement> elements = new ArrayList<>();
        for (Right right : Right.of(kind)) {
            List<XmlElement> principals = permissions.stream()
                    .filter(permission -> permission.type().equals(right.title()))
                    .map(PermissionsXml::principal)
                    .toList();
            elements.add(new XmlElement(right.title(), Map.of(), principals, ""));
        }
        return elements;
    }

    private static XmlElement principal(Permission permission) {
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("isPermitted", Boolean.toString(permission.permitted()));
        attributes.put("name", permission.principal().name());
        attributes.put("type", PrincipalType.of(permission.principal()).title());
        return new XmlElement(PRINCIPAL, attributes, List.of(), "");
    }

    /** The set that an element of an entity holds; empty where the element is another one. */
    static Optional<PermissionSet> setOf(EntityType type, String element) {
        return PermissionSet.of(type).stream()
                .filter(set -> element.equals(set.title() + PERMISSIONS))
                .findFirst();
    }

    /**
     * Reads a set.
     *
     * @throws ExchangeException for what could be taken for a permission and is none
     */
    static List<Permission> read(PermissionSet set, XmlElement element, ImportNotes notes) throws ExchangeException {
        List<Permission> permissions = new ArrayList<>();
        if (set.kind() != Right.Kind.RUN_TIME) {
            readRights(set, PermissionStore.ALL, element, notes, permissions);
            return permissions;
        }
        for (XmlElement resource : element.children()) {
            if (!resource.name().equals(PERMISSIONS)) {
                notes.ignored("the element " + resource.name() + " in " + element.name());
            } else if (resource.attribute(RESOURCE).isEmpty()) {
                throw ExchangeException.refused(element.name() + ": Permissions must have the attribute " + RESOURCE
                        + ", the name of a member or *");
            } else {
                readRights(set, resource.attribute(RESOURCE), resource, notes, permissions);
            }
        }
        return permissions;
    }

    private static void readRights(
            PermissionSet set, String resource, XmlElement parent, ImportNotes notes, List<Permission> into)
            throws ExchangeException {
        for (XmlElement element : parent.children()) {
            Optional<Right> right = Right.of(set.kind(), element.name());
            if (right.isEmpty()) {
                notes.ignored("the right " + element.name() + " in " + set.title() + PERMISSIONS
                        + ", which this platform does not have");
                continue;
            }
            for (XmlElement principal : element.children()) {
                if (principal.name().equals(PRINCIPAL)) {
                    into.add(new Permission(
                            set.instance(),
                            right.get().title(),
                            resource,
                            party(set, element, principal),
                            isPermitted(set, element, principal)));
                } else {
                    notes.ignored("the element " + principal.name() + " in " + element.name());
                }
            }
        }
    }

    private static Party party(PermissionSet set, XmlElement right, XmlElement principal) throws ExchangeException {
        String type = principal.attribute("type");
        PrincipalType known = PrincipalType.ofTitle(type)
                .filter(PrincipalType.having(set.kind())::contains)
                .orElseThrow(() -> refused(
                        set,
                        right,
                        principal,
                        "the attribute type must be "
                                + String.join(
                                        " or ",
                                        PrincipalType.having(set.kind()).stream()
                                                .map(PrincipalType::title)
                                                .toList())
                                + ", not [" + type + "]"));
        return known.party(principal.attribute("name"));
    }

    private static boolean isPermitted(PermissionSet set, XmlElement right, XmlElement principal)
            throws ExchangeException {
        return switch (principal.attribute("isPermitted")) {
            case "true" -> true;
            case "false" -> false;
            default -> throw refused(set, right, principal, "the attribute isPermitted must be true or false");
        };
    }

    private static ExchangeException refused(PermissionSet set, XmlElement right, XmlElement principal, String why) {
        return ExchangeException.refused(set.title() + PERMISSIONS + ", " + right.name() + ", principal ["
                + principal.attribute("name") + "]: " + why);
    }
}
