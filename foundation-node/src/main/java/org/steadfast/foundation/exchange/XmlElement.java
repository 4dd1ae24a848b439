package org.steadfast.foundation.exchange;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An element of a document, with all that is in it. Immutable.
 *
 * @param text its own text; of an element that has others in it, without white space alone
 */
record XmlElement(String name, Map<String, String> attributes, List<XmlElement> children, String text) {
    XmlElement {
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
        children = List.copyOf(children);
    }

    /** The first child of a name. */
    Optional<XmlElement> child(String wanted) {
        return children.stream().filter(child -> child.name().equals(wanted)).findFirst();
    }

    /** An attribute; empty where there is none. */
    String attribute(String wanted) {
        return attributes.getOrDefault(wanted, "");
    }

    /** Whether it has nothing in it. */
    boolean isEmpty() {
        return attributes.isEmpty() && children.isEmpty() && text.isBlank();
    }
}
