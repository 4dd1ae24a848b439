package org.steadfast.protocol.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ValueNode;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The one JSON reader and writer of the platform. Safe for use by several threads. */
public final class Json {
    /** Deepest nesting that is read; deeper documents are refused, so that nobody can exhaust a stack. */
    public static final int MAX_NESTING = 200;

    /** Most places that a number may be moved by its exponent; others can neither be computed with nor written again. */
    private static final int MAX_SCALE = 10_000;

    // Names are not kept in a table common to all documents: one made of colliding names would spoil it for the others.
    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_NESTING)
                            .maxStringLength(32 << 20)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .nodeFactory(new Nodes())
            .build();

    private static final class Nodes extends JsonNodeFactory {
        private static final long serialVersionUID = 1L;

        @Override
        public ValueNode numberNode(BigDecimal number) {
            if (number != null && Math.abs((long) number.scale()) > MAX_SCALE) {
                throw new NumberFormatException("a number has an exponent beyond " + MAX_SCALE);
            }
            return super.numberNode(number);
        }
    }

    private Json() {}

    /**
     * The mapper, for streaming; its configuration must not be changed. Reading by it throws {@link NumberFormatException} for
     * numbers with absurd exponents and replaces what is not UTF-8; {@link #read(byte[])} refuses both.
     */
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
        } catch (NumberFormatException e) {
            throw new InvalidValueException("not JSON: " + e.getMessage(), e);
        }
    }

    /** Reads one JSON document from UTF-8 bytes. */
    public static JsonNode read(byte[] utf8) throws InvalidValueException {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
            return read(text.startsWith("\uFEFF") ? text.substring(1) : text);
        } catch (CharacterCodingException e) {
            throw new InvalidValueException("not JSON: the bytes are not UTF-8", e);
        }
    }

    /** The compact text of a document. */
    public static String write(JsonNode node) {
        String text = node.toString();
        return isWellFormed(text) ? text : escapeHalves(node);
    }

    private static boolean isWellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (i + 1 == text.length() || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    /** The text with halves of characters as escapes, as no encoding has a place for them. */
    private static String escapeHalves(JsonNode node) {
        try {
            return new String(MAPPER.writeValueAsBytes(node), StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the document cannot be written", e);
        }
    }
}
