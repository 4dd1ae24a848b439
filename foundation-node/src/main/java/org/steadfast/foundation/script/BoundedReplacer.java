package org.steadfast.foundation.script;

import java.util.HashSet;
import java.util.Set;
import org.mozilla.javascript.Context;
import org.mozilla.javascript.Function;
import org.mozilla.javascript.LambdaFunction;
import org.mozilla.javascript.NativeArray;
import org.mozilla.javascript.ScriptRuntime;
import org.mozilla.javascript.Scriptable;
import org.mozilla.javascript.ScriptableObject;
import org.mozilla.javascript.Undefined;

/**
 * Stands between {@code JSON.stringify} and what it writes: it is shown each value, and ends the work where it becomes too much. Does
 * besides what the script's own replacer, a function or a list of keys, says. Used by one thread, for one text.
 */
final class BoundedReplacer {
    /** Characters that any value and its key take at least, with what stands around them. */
    private static final int FRAME = 4;

    private final Function own;
    private final Set<String> keys;
    private long length;
    private int count;

    BoundedReplacer(Context context, Scriptable scope, Object replacer) {
        this.own = replacer instanceof Function function ? function : null;
        if (own == null && replacer instanceof NativeArray list) {
            TooMuch.requireElements(list.getLength());
            keys = new HashSet<>();
            for (int i = 0; i < list.getLength(); i++) {
                keys.add(ScriptRuntime.toString(ScriptableObject.getProperty(list, i)));
            }
        } else {
            keys = null;
        }
    }

    LambdaFunction function(Scriptable scope) {
        return new LambdaFunction(scope, 2, this::replace);
    }

    private Object replace(Context context, Scriptable scope, Scriptable holder, Object[] arguments) {
        String key = ScriptRuntime.toString(arguments[0]);
        if ((count++ & 0x3F) == 0) {
            ScriptContext.of(context).bounds().check();
        }
        if (keys != null && count > 1 && !(holder instanceof NativeArray) && !keys.contains(key)) {
            return Undefined.instance;
        }
        Object value = own == null ? arguments[1] : own.call(context, scope, holder, arguments);
        length += FRAME + (holder instanceof NativeArray ? 0 : key.length());
        if (value instanceof CharSequence text) {
            length += text.length();
        }
        TooMuch.requireText(length);
        return value;
    }
}
