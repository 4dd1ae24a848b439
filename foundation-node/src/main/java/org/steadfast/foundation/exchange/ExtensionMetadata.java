package org.steadfast.foundation.exchange;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.InputStream;
import java.util.List;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Names;

/**
 * What a package says of itself, in its file {@code metadata.xml}.
 *
 * @param version as its author counts
 * @param attributes everything that is said, by name
 * @param hasCode whether it speaks of Java archives
 */
record ExtensionMetadata(String name, String version, ObjectNode attributes, boolean hasCode) {
    static ExtensionMetadata read(InputStream document) throws ExchangeException {
        try (XmlSource source = new XmlSource(document)) {
            String root = source.root();
            XmlElement content = source.element();
            source.finish();
            List<XmlElement> packages = content.children().stream()
                    .filter(child -> child.name().equals("ExtensionPackages"))
                    .flatMap(child -> child.children().stream())
                    .filter(child -> child.name().equals("ExtensionPackage"))
                    .toList();
            if (!root.equals("Entities") || packages.size() != 1) {
                throw ExchangeException.refused("file metadata.xml: must have Entities with ExtensionPackages with one"
                        + " ExtensionPackage in it");
            }
            XmlElement described = packages.get(0);
            ObjectNode attributes = JsonNodeFactory.instance.objectNode();
            described.attributes().forEach(attributes::put);
            Names.check("name of the ExtensionPackage", described.attribute("name"));
            if (described.attribute("packageVersion").isBlank()) {
                throw ExchangeException.refused("file metadata.xml: the attribute packageVersion is missing");
            }
            return new ExtensionMetadata(
                    described.attribute("name"), described.attribute("packageVersion"), attributes, hasCode(content));
        } catch (ModelException e) {
            throw new ExchangeException(ExchangeException.Kind.REFUSED, "file metadata.xml: " + e.getMessage(), e);
        }
    }

    private static boolean hasCode(XmlElement element) {
        return element.name().equals("JarResources") && !element.children().isEmpty()
                || element.children().stream().anyMatch(ExtensionMetadata::hasCode);
    }
}
