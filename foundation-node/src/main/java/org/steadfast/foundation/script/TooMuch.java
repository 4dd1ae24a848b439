package org.steadfast.foundation.script;

import org.mozilla.javascript.EcmaError;
import org.mozilla.javascript.ScriptRuntime;

/** What a script asks for and does not get because it is too much: a {@code RangeError}, which the script may catch. Stateless. */
final class TooMuch {
    private TooMuch() {}

    static EcmaError of(String what) {
        return ScriptRuntime.rangeError("too much: " + what);
    }

    static void requireText(long length) {
        if (length > Bounds.LONGEST_TEXT) {
            throw of("a text of " + length + " characters, the longest may have " + Bounds.LONGEST_TEXT);
        }
    }

    static void requireElements(double count) {
        if (count > Bounds.MOST_ELEMENTS) {
            throw of("an array of " + (long) count + " elements, at most " + Bounds.MOST_ELEMENTS
                    + " are walked through");
        }
    }
}
