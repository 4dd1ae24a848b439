package org.steadfast.foundation.script;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.mozilla.javascript.BaseFunction;
import org.mozilla.javascript.BoundFunction;
import org.mozilla.javascript.Callable;
import org.mozilla.javascript.Context;
import org.mozilla.javascript.EcmaError;
import org.mozilla.javascript.Function;
import org.mozilla.javascript.LambdaFunction;
import org.mozilla.javascript.NativeArray;
import org.mozilla.javascript.ScriptRuntime;
import org.mozilla.javascript.Scriptable;
import org.mozilla.javascript.ScriptableObject;
import org.mozilla.javascript.Symbol;
import org.mozilla.javascript.SymbolKey;
import org.mozilla.javascript.Undefined;

/**
 * Takes what is not for scripts out of the language's own library, and puts a bound around each of its functions: while one of them
 * works, no instructions are counted. Each call counts, and looks at the script's bounds; those that can make much of little are
 * looked at before. Stateless.
 */
final class BoundedLibrary {
    /** Makes code, reaches into the engine, or makes large things at once; the engine's own additions to the language. */
    private static final List<String> REMOVED = List.of(
            "eval",
            "Script",
            "Continuation",
            "With",
            "Call",
            "CallSite",
            "JavaException",
            "Proxy",
            "Promise",
            "BigInt",
            "ArrayBuffer",
            "DataView",
            "Int8Array",
            "Uint8Array",
            "Uint8ClampedArray",
            "Int16Array",
            "Uint16Array",
            "Int32Array",
            "Uint32Array",
            "BigInt64Array",
            "BigUint64Array",
            "Float32Array",
            "Float64Array",
            "uneval",
            "isXMLName",
            "StopIteration",
            "Iterator",
            "global",
            "globalThis");

    private static final Set<String> REMOVED_EVERYWHERE =
            Set.of("toSource", "captureStackTrace", "prepareStackTrace", "stackTraceLimit", "__proto__");
    private static final List<String> STATIC_OF_ARRAY = List.of("of", "from", "isArray");
    private static final List<String> STATIC_OF_STRING = List.of("fromCharCode", "fromCodePoint");
    private static final List<String> HTML = List.of(
            "bold",
            "italics",
            "fixed",
            "strike",
            "small",
            "big",
            "blink",
            "sub",
            "sup",
            "fontsize",
            "fontcolor",
            "link",
            "anchor");
    /** Functions of arrays that read only: they work on what is like an array as well. */
    private static final Set<String> READING = Set.of(
            "join",
            "concat",
            "slice",
            "indexOf",
            "lastIndexOf",
            "includes",
            "at",
            "flat",
            "flatMap",
            "every",
            "filter",
            "forEach",
            "map",
            "some",
            "find",
            "findIndex",
            "findLast",
            "findLastIndex",
            "reduce",
            "reduceRight",
            "keys",
            "entries",
            "values",
            "toReversed",
            "toSorted",
            "toSpliced",
            "with",
            "toString",
            "toLocaleString");

    private static final List<SymbolKey> SYMBOLS = List.of(
            SymbolKey.ITERATOR,
            SymbolKey.MATCH,
            SymbolKey.MATCH_ALL,
            SymbolKey.REPLACE,
            SymbolKey.SEARCH,
            SymbolKey.SPLIT,
            SymbolKey.TO_PRIMITIVE,
            SymbolKey.HAS_INSTANCE);
    /** Functions that change what sealing does not keep: the object that they change is their first argument. */
    private static final List<String> CHANGING =
            List.of("defineProperty", "defineProperties", "setPrototypeOf", "freeze", "seal", "preventExtensions");

    private static final int LONGEST_TO_NORMALIZE = 1 << 18;
    private static final int MOST_LEVELS_OF_BINDING = 100;
    private static final String LEVELS = "levels of binding";
    private static final int MOST_MATCHED_IN_REPLACEMENT = 64;

    private BoundedLibrary() {}

    /** A function in place of another one. */
    @FunctionalInterface
    private interface Bounded {
        Object call(Context context, Scriptable scope, Scriptable self, Object[] arguments, Callable original);
    }

    /**
     * Bounds the library of a scope that was just made, and seals all of it.
     *
     * @param unnamed objects whose prototypes no property leads to
     */
    static void bind(ScriptableObject scope, List<Object> unnamed) {
        REMOVED.forEach(scope::delete);
        ScriptableObject array = constructor(scope, "Array");
        ScriptableObject string = constructor(scope, "String");
        keepOnly(array, STATIC_OF_ARRAY);
        keepOnly(string, STATIC_OF_STRING);
        HTML.forEach(prototype(string)::delete);
        bindArrays(scope, array);
        bindTexts(string);
        bindObjects(scope);
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        countCalls(scope, seen);
        // Prototypes that no property leads to.
        for (Object one : unnamed) {
            for (Scriptable at = ((Scriptable) one).getPrototype();
                    at instanceof ScriptableObject object;
                    at = at.getPrototype()) {
                countCalls(object, seen);
            }
        }
        seen.forEach(object -> ((ScriptableObject) object).sealObject());
    }

    private static ScriptableObject constructor(Scriptable scope, String name) {
        return (ScriptableObject) ScriptableObject.getProperty(scope, name);
    }

    private static ScriptableObject prototype(ScriptableObject constructor) {
        return (ScriptableObject) ScriptableObject.getProperty(constructor, "prototype");
    }

    private static void keepOnly(ScriptableObject constructor, List<String> names) {
        for (Object id : constructor.getAllIds()) {
            if (id instanceof String name
                    && constructor.get(name, constructor) instanceof Function
                    && !names.contains(name)) {
                constructor.delete(name);
            }
        }
    }

    private static void bindArrays(Scriptable scope, ScriptableObject array) {
        ScriptableObject prototype = prototype(array);
        for (Object id : prototype.getAllIds()) {
            if (id instanceof String name
                    && !name.equals("constructor")
                    && prototype.get(name, prototype) instanceof Function) {
                replace(
                        prototype,
                        name,
                        (context, at, self, arguments, original) ->
                                original.call(context, at, elements(context, at, self, name), arguments));
            }
        }
        replace(prototype, "concat", (context, at, self, arguments, original) -> {
            double count = 0;
            for (Object argument : arguments) {
                if (argument instanceof NativeArray other) {
                    count += other.getLength();
                } else if (argument instanceof ScriptableObject object
                        && ScriptableObject.hasProperty(object, SymbolKey.IS_CONCAT_SPREADABLE)) {
                    throw ScriptRuntime.typeError("concat spreads arrays only");
                }
                TooMuch.requireElements(count);
            }
            return original.call(context, at, self, arguments);
        });
        replace(prototype, "join", (context, at, self, arguments, original) -> {
            Object separator = argument(arguments, 0);
            String between = Undefined.isUndefined(separator) ? "," : ScriptRuntime.toString(separator);
            return join(context, (NativeArray) elements(context, at, self, "join"), between);
        });
        replace(
                prototype,
                "toString",
                (context, at, self, arguments, original) -> self instanceof NativeArray elements
                        ? join(context, elements, ",")
                        : "[object " + self.getClassName() + "]");
        replace(
                prototype,
                "toLocaleString",
                (context, at, self, arguments, original) ->
                        join(context, (NativeArray) elements(context, at, self, "toLocaleString"), ","));
        replace(prototype, "flat", (context, at, self, arguments, original) -> {
            Object depth = argument(arguments, 0);
            NativeArray flat = (NativeArray) context.newArray(at, 0);
            flatten(
                    context,
                    flat,
                    (NativeArray) elements(context, at, self, "flat"),
                    Undefined.isUndefined(depth) ? 1 : ScriptRuntime.toInteger(depth));
            return flat;
        });
        replace(array, "from", (context, at, self, arguments, original) -> {
            Object[] bounded = arguments.clone();
            if (arguments.length > 0 && !(arguments[0] instanceof CharSequence)) {
                bounded[0] = BoundedOperators.isIterable(arguments[0])
                        ? BoundedOperators.drain(context, at, arguments[0])
                        : BoundedOperators.copy(context, at, arguments[0]);
            }
            return original.call(context, at, constructor(at, "Array"), bounded);
        });
        ScriptableObject regular = constructor(scope, "RegExp");
        regular.delete("multiline");
    }

    /** An array of a bounded length: the object itself, or a copy where it is only like an array. */
    private static Scriptable elements(Context context, Scriptable scope, Scriptable self, String function) {
        if (self instanceof NativeArray elements) {
            TooMuch.requireElements(elements.getLength());
            return elements;
        }
        if (!READING.contains(function)) {
            throw ScriptRuntime.typeError(function + " works on arrays only");
        }
        return BoundedOperators.copy(context, scope, self);
    }

    private static String join(Context context, NativeArray elements, String separator) {
        Bounds bounds = ScriptContext.of(context).bounds();
        bounds.enterFunction();
        try {
            StringBuilder joined = new StringBuilder();
            long length = elements.getLength();
            for (int i = 0; i < length; i++) {
                if (i > 0) {
                    joined.append(separator);
                }
                if ((i & 0x3F) == 0) {
                    bounds.check();
                }
                Object element = ScriptableObject.getProperty(elements, i);
                if (element != null && element != Scriptable.NOT_FOUND && !Undefined.isUndefined(element)) {
                    String text = ScriptRuntime.toString(element);
                    TooMuch.requireText((long) joined.length() + text.length());
                    joined.append(text);
                }
                TooMuch.requireText(joined.length());
            }
            return joined.toString();
        } finally {
            bounds.leaveFunction();
        }
    }

    private static void flatten(Context context, NativeArray flat, NativeArray from, double depth) {
        Bounds bounds = ScriptContext.of(context).bounds();
        bounds.enterFunction();
        try {
            TooMuch.requireElements(from.getLength());
            bounds.check();
            for (int i = 0; i < from.getLength(); i++) {
                Object element = ScriptableObject.getProperty(from, i);
                if (element instanceof NativeArray inner && depth >= 1) {
                    flatten(context, flat, inner, depth - 1);
                } else if (element != Scriptable.NOT_FOUND) {
                    TooMuch.requireElements(flat.getLength() + 1.0);
                    flat.put((int) flat.getLength(), flat, element);
                }
            }
        } finally {
            bounds.leaveFunction();
        }
    }

    private static void bindTexts(ScriptableObject string) {
        ScriptableObject prototype = prototype(string);
        replace(prototype, "repeat", (context, at, self, arguments, original) -> {
            double count = ScriptRuntime.toInteger(argument(arguments, 0));
            if (count > 0) {
                TooMuch.requireText((long) Math.min(1e15, count * text(self).length()));
            }
            return original.call(context, at, self, new Object[] {count});
        });
        for (String pad : List.of("padStart", "padEnd")) {
            replace(prototype, pad, (context, at, self, arguments, original) -> {
                double length = ScriptRuntime.toLength(arguments, 0);
                TooMuch.requireText((long) Math.min(1e15, length));
                Object[] bounded = arguments.clone();
                if (bounded.length > 0) {
                    bounded[0] = length;
                }
                return original.call(context, at, self, bounded);
            });
        }
        replace(prototype, "concat", (context, at, self, arguments, original) -> {
            StringBuilder joined = new StringBuilder(text(self));
            for (Object argument : arguments) {
                String text = ScriptRuntime.toString(argument);
                TooMuch.requireText((long) joined.length() + text.length());
                joined.append(text);
            }
            return joined.toString();
        });
        replace(prototype, "normalize", (context, at, self, arguments, original) -> {
            if (text(self).length() > LONGEST_TO_NORMALIZE) {
                throw TooMuch.of("a text of more than " + LONGEST_TO_NORMALIZE + " characters to normalize");
            }
            return original.call(context, at, self, arguments);
        });
        replace(prototype, "split", (context, at, self, arguments, original) -> {
            // A limit ends the work where too much would come of it; one of the script's own is kept.
            Object limit = argument(arguments, 1);
            double most = Undefined.isUndefined(limit) ? Double.MAX_VALUE : ScriptRuntime.toUint32(limit);
            int bound = Bounds.MOST_ELEMENTS / 4;
            Object split = original.call(
                    context, at, self, new Object[] {argument(arguments, 0), Math.min(most, bound + 1.0)});
            if (split instanceof NativeArray parts && parts.getLength() > bound) {
                throw TooMuch.of("a text split into more than " + bound + " parts");
            }
            return split;
        });
        for (String replace : List.of("replace", "replaceAll")) {
            replace(prototype, replace, (context, at, self, arguments, original) -> {
                Object[] bounded = arguments.clone();
                if (arguments.length > 1 && !(arguments[1] instanceof Function)) {
                    String replacement = ScriptRuntime.toString(arguments[1]);
                    bounded[1] = replacement;
                    requireReplacement(text(self), argument(arguments, 0), replacement, replace.equals("replaceAll"));
                }
                return original.call(context, at, self, bounded);
            });
        }
    }

    /** Expressions look at the bounds with each step; what one step can add is bounded here. */
    private static void requireReplacement(String text, Object pattern, String replacement, boolean isAll) {
        long matched = replacement.chars().filter(c -> c == '$').count();
        if (matched > MOST_MATCHED_IN_REPLACEMENT) {
            throw TooMuch.of("a replacement with more than " + MOST_MATCHED_IN_REPLACEMENT + " times $");
        }
        long longest = replacement.length() + matched * text.length();
        TooMuch.requireText(longest);
        if (isAll && !(pattern instanceof ScriptableObject)) {
            String searched = ScriptRuntime.toString(pattern);
            long count = searched.isEmpty() ? text.length() + 1 : 0;
            for (int at = text.indexOf(searched); !searched.isEmpty() && at >= 0; ) {
                count++;
                at = text.indexOf(searched, at + searched.length());
            }
            TooMuch.requireText(text.length() + count * longest);
        }
    }

    private static void bindObjects(ScriptableObject scope) {
        ScriptableObject json = constructor(scope, "JSON");
        replace(json, "stringify", (context, at, self, arguments, original) -> {
            Object replacer = new BoundedReplacer(context, at, argument(arguments, 1)).function(at);
            return original.call(
                    context, at, self, new Object[] {argument(arguments, 0), replacer, argument(arguments, 2)});
        });
        ScriptableObject functions = (ScriptableObject) ScriptableObject.getFunctionPrototype(scope);
        replace(
                functions,
                "apply",
                (context, at, self, arguments, original) ->
                        original.call(context, at, self, arrayAt(context, at, arguments, 1)));
        replace(functions, "bind", (context, at, self, arguments, original) -> {
            // Each level adds its arguments to those of the next one, all at the same time.
            int levels =
                    self instanceof BoundFunction bound && bound.getAssociatedValue(LEVELS) instanceof Integer before
                            ? before + 1
                            : 1;
            if (levels > MOST_LEVELS_OF_BINDING) {
                throw TooMuch.of("a function bound more than " + MOST_LEVELS_OF_BINDING + " times");
            }
            Object result = original.call(context, at, self, arguments);
            if (result instanceof BoundFunction bound) {
                bound.associateValue(LEVELS, levels);
            }
            return result;
        });
        ScriptableObject reflect = constructor(scope, "Reflect");
        replace(
                reflect,
                "apply",
                (context, at, self, arguments, original) ->
                        original.call(context, at, self, arrayAt(context, at, arguments, 2)));
        replace(
                reflect,
                "construct",
                (context, at, self, arguments, original) ->
                        original.call(context, at, self, arrayAt(context, at, arguments, 1)));
        ScriptableObject object = constructor(scope, "Object");
        for (ScriptableObject owner : List.of(object, reflect)) {
            CHANGING.forEach(name -> replace(owner, name, (context, at, self, arguments, original) -> {
                requireOwn(argument(arguments, 0));
                return original.call(context, at, self, arguments);
            }));
        }
        for (String name : List.of("__defineGetter__", "__defineSetter__")) {
            replace(prototype(object), name, (context, at, self, arguments, original) -> {
                requireOwn(self);
                return original.call(context, at, self, arguments);
            });
        }
        for (String name : List.of("fromEntries", "groupBy")) {
            replace(object, name, BoundedLibrary::withDrained);
        }
        replace(constructor(scope, "Map"), "groupBy", BoundedLibrary::withDrained);
    }

    private static void requireOwn(Object changed) {
        if (changed instanceof ScriptableObject object && object.isSealed()) {
            throw ScriptRuntime.typeError("what all scripts share cannot be changed");
        }
    }

    private static Object withDrained(
            Context context, Scriptable scope, Scriptable self, Object[] arguments, Callable original) {
        Object[] bounded = arguments.clone();
        if (BoundedOperators.isIterable(argument(arguments, 0))) {
            bounded[0] = BoundedOperators.drain(context, scope, arguments[0]);
        }
        return original.call(context, scope, self, bounded);
    }

    /** Arguments as a bounded array, where they come as something like an array. */
    private static Object[] arrayAt(Context context, Scriptable scope, Object[] arguments, int index) {
        Object given = argument(arguments, index);
        if (given == null || Undefined.isUndefined(given)) {
            return arguments;
        }
        Object[] bounded = arguments.clone();
        if (given instanceof NativeArray array) {
            TooMuch.requireElements(array.getLength());
        } else {
            bounded[index] = BoundedOperators.copy(context, scope, given);
        }
        return bounded;
    }

    private static String text(Scriptable self) {
        return ScriptRuntime.toString(self);
    }

    private static Object argument(Object[] arguments, int index) {
        return index < arguments.length ? arguments[index] : Undefined.instance;
    }

    private static void replace(ScriptableObject owner, String name, Bounded bounded) {
        if (value(owner, name) instanceof Function original) {
            int arity = original instanceof BaseFunction function ? function.getLength() : 0;
            LambdaFunction function = new LambdaFunction(
                    original.getParentScope(),
                    name,
                    arity,
                    null,
                    (context, scope, self, arguments) -> bounded.call(context, scope, self, arguments, original));
            owner.defineProperty(name, function, ScriptableObject.DONTENUM);
        }
    }

    /** Replaces the functions of all objects that can be reached, constructors excepted, by such that count. */
    private static void countCalls(ScriptableObject object, Set<Object> seen) {
        if (!seen.add(object)) {
            return;
        }
        REMOVED_EVERYWHERE.forEach(object::delete);
        if (object.getPrototype() instanceof ScriptableObject prototype) {
            countCalls(prototype, seen);
        }
        List<Object> ids = new ArrayList<>(Arrays.asList(object.getAllIds()));
        // Those that stand under symbols are sealed with the others. They look at the bounds themselves, or work in no
        // time.
        ids.addAll(SYMBOLS);
        for (Object id : ids) {
            if (!(id instanceof String) && !(id instanceof Symbol)) {
                continue;
            }
            if (id instanceof String name
                    && object.getGetterOrSetter(name, 0, object, false) instanceof ScriptableObject getter) {
                seen.add(getter);
            }
            Object value = value(object, id);
            if (id instanceof String name && value instanceof Function function && !isConstructor(name, function)) {
                replace(object, name, BoundedLibrary::counting);
                value = value(object, id);
            }
            if (value instanceof ScriptableObject below) {
                countCalls(below, seen);
            }
        }
    }

    private static Object value(ScriptableObject object, Object id) {
        try {
            return id instanceof Symbol symbol ? object.get(symbol, object) : object.get((String) id, object);
        } catch (EcmaError e) {
            // What prototypes compute for their instances, they cannot compute for themselves.
            return Scriptable.NOT_FOUND;
        }
    }

    private static boolean isConstructor(String name, Function function) {
        return name.equals("constructor")
                || name.equals("call")
                || ScriptableObject.getProperty(function, "prototype") instanceof Scriptable
                        && Character.isUpperCase(name.charAt(0));
    }

    private static Object counting(
            Context context, Scriptable scope, Scriptable self, Object[] arguments, Callable original) {
        Bounds bounds = ScriptContext.of(context).bounds();
        bounds.enterFunction();
        try {
            bounds.count();
            Object result = original.call(context, scope, self, arguments);
            if (result instanceof CharSequence text) {
                TooMuch.requireText(text.length());
            }
            return result;
        } finally {
            bounds.leaveFunction();
        }
    }
}
