package org.steadfast.foundation.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.regex.Pattern;

/** What names of entities and members may be, and what texts can be kept at all. Stateless. */
public final class Names {
    private static final int LONGEST = 255;
    /** Control characters, and what is no character: a document has no place for these. */
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\x{FFFE}\\x{FFFF}]");
    /** The character 0, and halves of characters: no database holds them in a text. */
    private static final Pattern UNSTORABLE = Pattern.compile("[\\x00\\x{D800}-\\x{DFFF}]");

    private Names() {}

    /** Reads a name that must be there. */
    public static String require(JsonNode node, String field) throws ModelException {
        JsonNode name = node.path(field);
        if (!name.isTextual() || name.textValue().isBlank()) {
            throw ModelException.invalid("field " + field + ": a name is needed");
        }
        return check(field, name.textValue());
    }

    /** Refuses names that cannot be addressed or told apart. */
    public static String check(String field, String name) throws ModelException {
        if (name.isBlank() || name.length() > LONGEST) {
            throw ModelException.invalid("field " + field + ": a name has 1 to " + LONGEST + " characters");
        }
        if (CONTROL.matcher(name).find() || !name.equals(name.strip()) || name.startsWith("*") || name.contains("/")) {
            throw ModelException.invalid(
                    "field " + field + ": a name has no control characters, no / and no space around it, and does not"
                            + " begin with *");
        }
        // In an address these mean folders.
        if (name.equals(".") || name.equals("..") || name.contains("\\")) {
            throw ModelException.invalid("field " + field + ": a name is not . or .. and has no backslash");
        }
        requireStorable(field, name);
        return name;
    }

    /** Refuses texts, anywhere within, that no database keeps. */
    public static void requireStorable(String field, JsonNode node) throws ModelException {
        if (node.isTextual()) {
            requireStorable(field, node.textValue());
        }
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            requireStorable(field, entry.getKey());
        }
        for (JsonNode child : node) {
            requireStorable(field, child);
        }
    }

    static void requireStorable(String field, String text) throws ModelException {
        if (UNSTORABLE.matcher(text).find()) {
            throw ModelException.invalid("field " + field + ": a text has no character 0 and no halves of characters");
        }
    }
}
