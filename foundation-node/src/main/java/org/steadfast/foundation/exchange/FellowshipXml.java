package org.steadfast.foundation.exchange;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.steadfast.foundation.exchange.Fellowship.Member;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.persistence.store.OrganizationUnitStore.Unit;

/** Members and units as elements of a document: {@code <Members>} and {@code <OrganizationalUnits>}. Stateless. */
final class FellowshipXml {
    /** The attribute that is the key itself. */
    static final String KEY = "keyId";

    private static final String MEMBERS = "Members";
    private static final String MEMBER = "Member";
    private static final String UNITS = "OrganizationalUnits";
    private static final String UNIT = "OrganizationalUnit";

    private FellowshipXml() {}

    /** Whether an element of an entity is one of these. */
    static boolean isOne(EntityType type, String element) {
        return switch (type) {
            case GROUP -> element.equals(MEMBERS);
            case ORGANIZATION -> element.equals(MEMBERS) || element.equals(UNITS);
            default -> false;
        };
    }

    /** @throws ExchangeException for a member or a unit that nobody could tell who it is */
    static Fellowship read(EntityType type, XmlElement entity, ImportNotes notes) throws ExchangeException {
        if (type == EntityType.APPLICATION_KEY) {
            return new Fellowship(
                    List.of(), List.of(), Optional.of(entity.attribute(KEY)).filter(key -> !key.isEmpty()));
        }
        List<Unit> units = new ArrayList<>();
        List<Member> members = new ArrayList<>();
        for (XmlElement child : entity.children()) {
            if (isOne(type, child.name()) && child.name().equals(MEMBERS)) {
                readMembers("", child, members, notes);
            } else if (isOne(type, child.name())) {
                for (XmlElement unit : named(child, UNIT, notes)) {
                    String name = required(unit);
                    units.add(new Unit(name, unit.attribute("parent"), unit.attribute("description")));
                    for (XmlElement of : named(unit, MEMBERS, notes)) {
                        readMembers(name, of, members, notes);
                    }
                }
            }
        }
        return new Fellowship(units, members, Optional.empty());
    }

    private static void readMembers(String unit, XmlElement element, List<Member> into, ImportNotes notes)
            throws ExchangeException {
        for (XmlElement member : named(element, MEMBER, notes)) {
            String type = member.attribute("type");
            EntityType known = EntityType.ofSingular(type)
                    .filter(each -> each == EntityType.USER || each == EntityType.GROUP)
                    .orElseThrow(() -> ExchangeException.refused("element Member [" + member.attribute("name")
                            + "]: the attribute type must be User or Group, not [" + type + "]"));
            into.add(new Member(unit, new EntityRef(known, required(member))));
        }
    }

    private static String required(XmlElement element) throws ExchangeException {
        String name = element.attribute("name");
        if (name.isEmpty()) {
            throw ExchangeException.refused("element " + element.name() + ": needs the attribute name");
        }
        return name;
    }

    private static List<XmlElement> named(XmlElement parent, String name, ImportNotes notes) {
        List<XmlElement> found = new ArrayList<>();
        for (XmlElement child : parent.children()) {
            if (child.name().equals(name)) {
                found.add(child);
            } else {
                notes.ignored("the element " + child.name() + " in " + parent.name());
            }
        }
        return found;
    }

    static List<XmlElement> elements(Fellowship fellowship) {
        List<XmlElement> elements = new ArrayList<>();
        addMembers(elements, "", fellowship);
        List<XmlElement> units = new ArrayList<>();
        for (Unit unit : fellowship.units()) {
            List<XmlElement> of = new ArrayList<>();
            addMembers(of, unit.name(), fellowship);
            Map<String, String> attributes = new LinkedHashMap<>();
            attributes.put("name", unit.name());
            attributes.put("parent", unit.parent());
            attributes.put("description", Xml.isText(unit.description()) ? unit.description() : "");
            units.add(new XmlElement(UNIT, attributes, of, ""));
        }
        if (!units.isEmpty()) {
            elements.add(new XmlElement(UNITS, Map.of(), units, ""));
        }
        return elements;
    }

    private static void addMembers(List<XmlElement> into, String unit, Fellowship fellowship) {
        List<XmlElement> members = fellowship.members().stream()
                .filter(member -> member.unit().equals(unit))
                .map(member -> {
                    Map<String, String> attributes = new LinkedHashMap<>();
                    attributes.put("name", member.ref().name());
                    attributes.put("type", member.ref().type().singular());
                    return new XmlElement(MEMBER, attributes, List.of(), "");
                })
                .toList();
        if (!members.isEmpty()) {
            into.add(new XmlElement(MEMBERS, Map.of(), members, ""));
        }
    }
}
