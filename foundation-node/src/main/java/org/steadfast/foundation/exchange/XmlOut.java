package org.steadfast.foundation.exchange;

import java.io.IOException;
import java.io.Writer;
import java.util.Map;

/**
 * Writes documents, laid out so that versions of them can be compared line by line. Everything comes back as it was, line ends
 * included. Not safe for use by several threads.
 */
final class XmlOut {
    private final Writer out;
    private int depth;

    XmlOut(Writer out) {
        this.out = out;
    }

    /** Begins a document. */
    void begin() throws IOException {
        out.write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    }

    /** Begins an element that others stand in. */
    void open(String name, Map<String, String> attributes) throws IOException {
        start(name, attributes);
        out.write('>');
        depth++;
    }

    /** Ends an element that was opened. */
    void close(String name) throws IOException {
        depth--;
        newLine();
        out.write("</" + name + ">");
    }

    /** Writes an element with all that is in it. Names must be {@link Xml#isName names}, texts {@link Xml#isText texts}. */
    void element(XmlElement element) throws IOException {
        start(element.name(), element.attributes());
        if (element.children().isEmpty() && element.text().isEmpty()) {
            out.write("/>");
            return;
        }
        out.write('>');
        text(element.text());
        if (!element.children().isEmpty()) {
            depth++;
            for (XmlElement child : element.children()) {
                element(child);
            }
            depth--;
            newLine();
        }
        out.write("</" + element.name() + ">");
    }

    private void start(String name, Map<String, String> attributes) throws IOException {
        newLine();
        out.write("<" + name);
        for (Map.Entry<String, String> attribute : attributes.entrySet()) {
            out.write(" " + attribute.getKey() + "=\"");
            escape(attribute.getValue(), true);
            out.write('"');
        }
    }

    private void newLine() throws IOException {
        out.write('\n');
        out.write("  ".repeat(depth));
    }

    private void text(String text) throws IOException {
        boolean isPlain = text.indexOf('<') < 0 && text.indexOf('&') < 0 && text.indexOf('\n') < 0;
        // A reader turns a carriage return that is not escaped into a line end.
        if (text.indexOf('\r') >= 0 || isPlain && !text.isBlank()) {
            escape(text, false);
        } else if (!text.isEmpty()) {
            out.write("<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>");
        }
    }

    private void escape(String text, boolean inAttribute) throws IOException {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.write("&amp;");
                case '<' -> out.write("&lt;");
                case '>' -> out.write("&gt;");
                case '"' -> out.write("&quot;");
                case '\r' -> out.write("&#13;");
                case '\n' -> out.write(inAttribute ? "&#10;" : "\n");
                case '\t' -> out.write(inAttribute ? "&#9;" : "\t");
                default -> out.write(c);
            }
        }
    }
}
