package org.steadfast.protocol.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** The one JSON reader and writer of the platform. Safe for use by several threads. */
public final class Json {
    /** Deepest nesting that is read; deeper documents are refused, so that nobody can exhaust a stack. */
    public static final int MAX_NESTING = 200;

    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_NESTING)
                            .maxStringLength(32 << 20)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private Json() {}

    /** The mapper, for streaming; its configuration must not be changed. */
    public static ObjectMapper mapper() {
        return MAPPER;
    }

    /** Reads one JSON document; nothing may follow it. */
    public static JsonNode read(String text) throws InvalidValueException {
        try {
            JsonNode node = MAPPER.readTree(text);
            if (node.isMissingNode()) {
                throw new InvalidValueException("the JSON text is empty");
            }
            return node;
        } catch (JsonProcessingException e) {
            throw new InvalidValueException("not JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** Reads one JSON document from UTF-8 bytes. */
    public static JsonNode read(byte[] utf8) throws InvalidValueException {
        try {
            JsonNode node = MAPPER.readTree(utf8);
            if (node.isMissingNode()) {
                throw new InvalidValueException("the JSON text is empty");
            }
            return node;
        } catch (JsonProcessingException e) {
            throw new InvalidValueException("not JSON: " + e.getOriginalMessage(), e);
        } catch (java.io.IOException e) {
            throw new InvalidValueException("not JSON: " + e.getMessage(), e);
        }
    }

    /** The compact text of a document. */
    public static String write(JsonNode node) {
        return node.toString();
    }
}
