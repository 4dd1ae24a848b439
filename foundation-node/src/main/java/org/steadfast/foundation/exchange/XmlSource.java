package org.steadfast.foundation.exchange;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads documents that come from outside. Document types are refused as a whole, so that there are no entities but the five that
 * XML itself has; nothing is fetched from anywhere. Elements may stand only so deep, have only so many attributes and only so long
 * ones. Used by one thread.
 */
final class XmlSource implements AutoCloseable {
    /** Deepest nesting that is read: what nothing interprets is kept as JSON, which has a bound of its own. */
    static final int DEEPEST = 60;
    /** Most attributes of one element. */
    static final int MOST_ATTRIBUTES = 500;
    /** Longest attribute in characters; longer texts belong between tags. */
    static final int LONGEST_ATTRIBUTE = 1 << 20;

    private static final XMLInputFactory FACTORY = factory();

    private final XMLStreamReader reader;
    private int depth;

    XmlSource(InputStream document) throws ExchangeException {
        try {
            reader = FACTORY.createXMLStreamReader(document);
        } catch (XMLStreamException e) {
            throw malformed(e);
        }
    }

    private static XMLInputFactory factory() {
        // The JDK's own, whatever else is on the class path: what follows is known of it.
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, false);
        factory.setProperty("http://java.sun.com/xml/stream/properties/report-cdata-event", true);
        factory.setXMLResolver((publicId, systemId, base, namespace) -> {
            throw new XMLStreamException("nothing is fetched from outside a document");
        });
        return factory;
    }

    /** Goes to the first element, and says what it is called. */
    String root() throws ExchangeException {
        while (next() != XMLStreamConstants.START_ELEMENT) {
            // Comments and white space before it.
        }
        depth = 1;
        return reader.getLocalName();
    }

    /** The attributes of the element that was just entered. */
    Map<String, String> attributes() throws ExchangeException {
        if (reader.getAttributeCount() > MOST_ATTRIBUTES) {
            throw ExchangeException.tooLarge("an element has more than " + MOST_ATTRIBUTES + " attributes" + place());
        }
        Map<String, String> attributes = new LinkedHashMap<>();
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            String value = reader.getAttributeValue(i);
            if (value.length() > LONGEST_ATTRIBUTE) {
                throw ExchangeException.tooLarge("the attribute " + reader.getAttributeLocalName(i) + " is longer than "
                        + LONGEST_ATTRIBUTE + " characters" + place());
            }
            attributes.put(reader.getAttributeLocalName(i), value);
        }
        return attributes;
    }

    /**
     * Enters the next child of the element that it is in.
     *
     * @return false where there is none any more; then it has left the element
     */
    boolean enterChild() throws ExchangeException {
        while (true) {
            int event = next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                depth++;
                return true;
            }
            if (event == XMLStreamConstants.END_ELEMENT) {
                depth--;
                return false;
            }
        }
    }

    /** The name of the element that was just entered. */
    String name() {
        return reader.getLocalName();
    }

    /** Reads the element that was just entered, with all that is in it, and leaves it. */
    XmlElement element() throws ExchangeException {
        if (depth > DEEPEST) {
            throw ExchangeException.tooLarge("elements stand more than " + DEEPEST + " deep" + place());
        }
        String name = reader.getLocalName();
        Map<String, String> attributes = attributes();
        List<XmlElement> children = new ArrayList<>();
        Text text = new Text();
        while (true) {
            switch (next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    depth++;
                    children.add(element());
                }
                case XMLStreamConstants.END_ELEMENT -> {
                    depth--;
                    return new XmlElement(name, attributes, children, text.of(!children.isEmpty()));
                }
                case XMLStreamConstants.CDATA -> text.addMarked(reader.getText());
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.SPACE -> text.add(reader.getText());
                default -> {
                    // Comments and instructions are nobody's definition.
                }
            }
        }
    }

    /** Reads to the end: what follows the document's element must be well formed too. */
    void finish() throws ExchangeException {
        while (next() != XMLStreamConstants.END_DOCUMENT) {
            // Comments and white space after it.
        }
    }

    private int next() throws ExchangeException {
        try {
            int event = reader.next();
            if (event == XMLStreamConstants.DTD || event == XMLStreamConstants.ENTITY_REFERENCE) {
                throw ExchangeException.refused(
                        "the document must not have a document type or entities of its own" + place());
            }
            return event;
        } catch (XMLStreamException | IllegalStateException | java.util.NoSuchElementException e) {
            throw malformed(e);
        }
    }

    private String place() {
        return ", line " + reader.getLocation().getLineNumber();
    }

    private static ExchangeException malformed(Exception e) {
        // Not the cause: this exception keeps what it comes from in a place of its own.
        if (e instanceof XMLStreamException xml
                && xml.getNestedException() instanceof LimitedInput.TooLongException tooLong) {
            return ExchangeException.tooLarge(tooLong.getMessage());
        }
        return new ExchangeException(
                ExchangeException.Kind.REFUSED,
                "the document is not well-formed XML: "
                        + String.valueOf(e.getMessage()).replaceAll("\\s+", " "),
                e);
    }

    @Override
    public void close() throws ExchangeException {
        try {
            reader.close();
        } catch (XMLStreamException e) {
            throw malformed(e);
        }
    }

    /**
     * The text of an element. Where a part of it is marked as CDATA, white space around that part is layout: documents of the
     * reference have it there.
     */
    private static final class Text {
        private final StringBuilder all = new StringBuilder();
        private final StringBuilder marked = new StringBuilder();
        private boolean hasMarked;
        private boolean isLayout = true;

        void add(String more) {
            all.append(more);
            isLayout &= more.isBlank();
        }

        void addMarked(String more) {
            all.append(more);
            marked.append(more);
            hasMarked = true;
        }

        String of(boolean hasChildren) {
            if (hasMarked && isLayout) {
                return marked.toString();
            }
            return hasChildren && isLayout ? "" : all.toString();
        }
    }
}
