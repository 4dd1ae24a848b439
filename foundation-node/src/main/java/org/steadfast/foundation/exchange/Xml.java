package org.steadfast.foundation.exchange;

import java.util.regex.Pattern;

/** What XML 1.0 can hold. Stateless. */
final class Xml {
    /** Names that every reader takes, without a prefix. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,254}");

    private Xml() {}

    static boolean isName(String text) {
        return NAME.matcher(text).matches() && !text.regionMatches(true, 0, "xml", 0, 3);
    }

    /** Whether a text has nothing that XML has no place for, such as most control characters. */
    static boolean isText(String text) {
        return text.codePoints().allMatch(Xml::isCharacter);
    }

    static boolean isCharacter(int c) {
        return c == '\t'
                || c == '\n'
                || c == '\r'
                || c >= 0x20 && c <= 0xD7FF
                || c >= 0xE000 && c <= 0xFFFD
                || c >= 0x10000;
    }
}
