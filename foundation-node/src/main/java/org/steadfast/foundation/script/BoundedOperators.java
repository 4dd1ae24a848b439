package org.steadfast.foundation.script;

import org.mozilla.javascript.Context;
import org.mozilla.javascript.IteratorLikeIterable;
import org.mozilla.javascript.LambdaFunction;
import org.mozilla.javascript.NativeArray;
import org.mozilla.javascript.ScriptRuntime;
import org.mozilla.javascript.Scriptable;
import org.mozilla.javascript.ScriptableObject;
import org.mozilla.javascript.SymbolKey;
import org.mozilla.javascript.SymbolScriptable;
import org.mozilla.javascript.Undefined;

/**
 * What the compiler puts in place of operators that could make too much at once. Their names cannot be written in a script.
 * Stateless.
 */
final class BoundedOperators {
    /** {@code left + right}. */
    static final String ADD = "\u00b7add";
    /** What a template joins. */
    static final String CONCAT = "\u00b7concat";
    /** What is appended to a property by {@code +=}: the property itself is out of reach there, so the sum is bounded. */
    static final String APPEND = "\u00b7append";
    /** {@code ...iterable}, as an array. */
    static final String SPREAD = "\u00b7spread";

    private BoundedOperators() {}

    /** Makes them known in the scope of a script, which cannot replace them. */
    static void define(ScriptableObject scope) {
        define(
                scope,
                new LambdaFunction(
                        scope, ADD, 2, (context, at, self, arguments) -> add(context, arguments[0], arguments[1])));
        define(
                scope,
                new LambdaFunction(
                        scope, CONCAT, 2, (context, at, self, arguments) -> concat(arguments[0], arguments[1])));
        define(
                scope,
                new LambdaFunction(scope, APPEND, 1, (context, at, self, arguments) -> append(context, arguments[0])));
        define(
                scope,
                new LambdaFunction(
                        scope, SPREAD, 1, (context, at, self, arguments) -> drain(context, at, arguments[0])));
    }

    private static void define(ScriptableObject scope, LambdaFunction function) {
        function.sealObject();
        scope.defineProperty(
                function.getFunctionName(),
                function,
                ScriptableObject.READONLY | ScriptableObject.PERMANENT | ScriptableObject.DONTENUM);
    }

    private static Object add(Context context, Object left, Object right) {
        Object first = ScriptRuntime.toPrimitive(left);
        Object second = ScriptRuntime.toPrimitive(right);
        if (first instanceof CharSequence || second instanceof CharSequence) {
            TooMuch.requireText(length(first) + length(second));
        }
        return ScriptRuntime.add(first, second, context);
    }

    private static Object concat(Object left, Object right) {
        CharSequence first = ScriptRuntime.toCharSequence(left);
        CharSequence second = ScriptRuntime.toCharSequence(right);
        TooMuch.requireText(length(first) + length(second));
        return ScriptRuntime.add(first, (Object) second);
    }

    private static Object append(Context context, Object value) {
        Object primitive = ScriptRuntime.toPrimitive(value);
        if (primitive instanceof CharSequence text) {
            ScriptContext.of(context).bounds().append(text.length());
        }
        return primitive;
    }

    private static long length(Object primitive) {
        return primitive instanceof CharSequence text ? text.length() : 0;
    }

    /** All that an iterable gives, as an array; each step counts as the script's. */
    static Scriptable drain(Context context, Scriptable scope, Object iterable) {
        if (iterable instanceof NativeArray array) {
            TooMuch.requireElements(array.getLength());
            if (array.getPrototype() == ScriptableObject.getArrayPrototype(scope)
                    && !array.has(SymbolKey.ITERATOR, array)) {
                return array;
            }
        }
        NativeArray drained = (NativeArray) context.newArray(scope, 0);
        Object iterator = ScriptRuntime.callIterator(iterable, context, scope);
        if (Undefined.isUndefined(iterator)) {
            return drained;
        }
        int count = 0;
        // Not closed where it ends too early: what ends it may come from the generator, which cannot be resumed then.
        for (Object step : new IteratorLikeIterable(context, scope, iterator)) {
            TooMuch.requireElements(count + 1.0);
            if ((count & 0xFF) == 0) {
                ScriptContext.of(context).bounds().check();
            }
            drained.put(count++, drained, step);
        }
        return drained;
    }

    /** The elements of what has a length and is no array, such as {@code arguments}; the length is asked for once. */
    static Scriptable copy(Context context, Scriptable scope, Object arrayLike) {
        if (arrayLike == null || Undefined.isUndefined(arrayLike)) {
            throw ScriptRuntime.typeError("cannot convert null or undefined to an object");
        }
        Scriptable from = ScriptRuntime.toObject(context, scope, arrayLike);
        double length = ScriptRuntime.toInteger(ScriptableObject.getProperty(from, "length"));
        TooMuch.requireElements(length);
        NativeArray copied = (NativeArray) context.newArray(scope, (int) Math.max(0, length));
        for (int i = 0; i < length; i++) {
            if ((i & 0xFF) == 0) {
                ScriptContext.of(context).bounds().check();
            }
            Object element = ScriptableObject.getProperty(from, i);
            if (element != Scriptable.NOT_FOUND) {
                copied.put(i, copied, element);
            }
        }
        return copied;
    }

    static boolean isIterable(Object value) {
        return value instanceof SymbolScriptable
                && value instanceof Scriptable object
                && ScriptableObject.hasProperty(object, SymbolKey.ITERATOR);
    }
}
