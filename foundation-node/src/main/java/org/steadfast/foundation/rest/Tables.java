package org.steadfast.foundation.rest;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.steadfast.protocol.json.InfotableJson;
import org.steadfast.protocol.json.Json;
import org.steadfast.protocol.json.ValueJson;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** Writes infotables in the forms that clients ask for. Stateless. */
final class Tables {
    private static final XMLOutputFactory XML = XMLOutputFactory.newFactory();
    /** What XML 1.0 has no place for. */
    private static final Pattern NO_TEXT =
            Pattern.compile("[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD\\x{10000}-\\x{10FFFF}]");

    private static final String STYLE = "body{font-family:sans-serif}table{border-collapse:collapse}"
            + "th,td{border:1px solid #bbb;padding:.2em .6em;text-align:left;vertical-align:top}";

    private Tables() {}

    static byte[] write(Infotable table, Form form) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try {
            switch (form) {
                case JSON -> json(table, bytes);
                case XML -> xml(table, bytes);
                case CSV -> csv(table, bytes);
                case HTML -> html(table, bytes);
            }
        } catch (IOException | XMLStreamException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    private static void json(Infotable table, OutputStream out) throws IOException {
        try (JsonGenerator json = Json.mapper().createGenerator(out)) {
            InfotableJson.write(json, table);
        }
    }

    /** A row is a line; the first one has the names (RFC 4180). */
    private static void csv(Infotable table, OutputStream out) throws IOException {
        try (Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
                CSVPrinter csv = new CSVPrinter(writer, CSVFormat.RFC4180)) {
            csv.printRecord(table.fields().stream().map(FieldDefinition::name));
            for (List<Value> row : table.rows()) {
                csv.printRecord(row.stream().map(Tables::text));
            }
        }
    }

    /** As documents of entities hold tables. */
    private static void xml(Infotable table, OutputStream out) throws XMLStreamException {
        XMLStreamWriter xml = XML.createXMLStreamWriter(out, "UTF-8");
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeStartElement("InfoTable");
        xml.writeStartElement("DataShape");
        xml.writeStartElement("FieldDefinitions");
        int ordinal = 0;
        for (FieldDefinition field : table.fields()) {
            xml.writeEmptyElement("FieldDefinition");
            xml.writeAttribute("name", clean(field.name()));
            xml.writeAttribute("description", clean(field.description()));
            xml.writeAttribute("baseType", field.baseType().name());
            xml.writeAttribute("ordinal", Integer.toString(ordinal++));
        }
        xml.writeEndElement();
        xml.writeEndElement();
        xml.writeStartElement("Rows");
        for (List<Value> row : table.rows()) {
            xml.writeStartElement("Row");
            for (int i = 0; i < row.size(); i++) {
                if (ValueJson.isWritable(row.get(i))) {
                    // Names of fields may have what names of elements may not.
                    xml.writeStartElement("Cell");
                    xml.writeAttribute("name", clean(table.fields().get(i).name()));
                    xml.writeCharacters(clean(text(row.get(i))));
                    xml.writeEndElement();
                }
            }
            xml.writeEndElement();
        }
        xml.writeEndElement();
        xml.writeEndElement();
        xml.writeEndDocument();
        xml.close();
    }

    /** For somebody who looks: nothing in it runs. */
    private static void html(Infotable table, OutputStream out) throws XMLStreamException {
        XMLStreamWriter html = XML.createXMLStreamWriter(out, "UTF-8");
        html.writeDTD("<!DOCTYPE html>");
        html.writeStartElement("html");
        html.writeStartElement("head");
        element(html, "title", "Steadfast");
        element(html, "style", STYLE);
        html.writeEndElement();
        html.writeStartElement("body");
        html.writeStartElement("table");
        html.writeStartElement("tr");
        for (FieldDefinition field : table.fields()) {
            element(html, "th", field.name());
        }
        html.writeEndElement();
        for (List<Value> row : table.rows()) {
            html.writeStartElement("tr");
            for (Value cell : row) {
                element(html, "td", text(cell));
            }
            html.writeEndElement();
        }
        html.writeEndElement();
        html.writeEndElement();
        html.writeEndElement();
        html.close();
    }

    private static void element(XMLStreamWriter out, String name, String text) throws XMLStreamException {
        out.writeStartElement(name);
        out.writeCharacters(clean(text));
        out.writeEndElement();
    }

    private static String clean(String text) {
        return NO_TEXT.matcher(text).replaceAll("\uFFFD");
    }

    /** One value for people and spreadsheets: times as ISO 8601, what has parts as JSON, nothing as nothing. */
    private static String text(Value value) {
        if (!ValueJson.isWritable(value)) {
            return "";
        }
        if (value instanceof Value.Datetime time) {
            return Instant.ofEpochMilli(time.epochMillis()).toString();
        }
        JsonNode json = ValueJson.toJson(value);
        return json.isValueNode() ? json.asText() : Json.write(json);
    }
}
