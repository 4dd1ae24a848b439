package org.steadfast.foundation.script;

import java.util.List;
import org.mozilla.javascript.Context;
import org.mozilla.javascript.ContextFactory;
import org.mozilla.javascript.NativeArray;
import org.mozilla.javascript.Scriptable;
import org.mozilla.javascript.ScriptableObject;
import org.mozilla.javascript.TopLevel;

/**
 * Where scripts run: the language, bounded, and nothing of Java. Each script has a scope of its own over one that all share and none
 * can change. Safe for use by several threads.
 */
final class Sandbox extends ContextFactory {
    /** Instructions between two looks at the bounds; some ten microseconds. */
    private static final int INSTRUCTIONS_PER_CHECK = 2_000;
    /** Deepest recursion of a script's functions. */
    private static final int DEEPEST_RECURSION = 500;

    private static final String UNNAMED =
            "[[].values(), new Map().values(), new Set().values(), ''[Symbol.iterator](), ''.matchAll(/a/g),"
                    + " (function*(){})(), function*(){}]";

    /** Made here and sealed; only read after. */
    private final ScriptableObject library;

    Sandbox(Heap heap) {
        Bounds none = new Bounds(System.nanoTime() + Long.MAX_VALUE / 2, 0, Long.MAX_VALUE / 2, heap);
        ScriptContext context = enter(none);
        try {
            library = context.initSafeStandardObjects(new TopLevel(), false);
            DateFunctions.define(library);
            NativeArray unnamed = (NativeArray)
                    ScriptCompiler.compile(context, UNNAMED, "library").script().exec(context, library, library);
            BoundedLibrary.bind(library, List.of(unnamed.toArray()));
        } finally {
            Context.exit();
        }
    }

    /** Begins a context of this thread; {@link Context#exit} ends it. */
    ScriptContext enter(Bounds bounds) {
        ScriptContext context = new ScriptContext(this, bounds);
        context.setLanguageVersion(Context.VERSION_ES6);
        context.setInterpretedMode(true);
        context.setInstructionObserverThreshold(INSTRUCTIONS_PER_CHECK);
        context.setMaximumInterpreterStackDepth(DEEPEST_RECURSION);
        context.setClassShutter(name -> false);
        context.setGeneratingDebug(false);
        enterContext(context);
        return context;
    }

    /** The scope of one script. */
    ScriptableObject newScope(Context context) {
        ScriptableObject scope = (ScriptableObject) context.newObject(library);
        scope.setPrototype(library);
        scope.setParentScope(null);
        int hidden = ScriptableObject.DONTENUM;
        scope.defineProperty("globalThis", scope, hidden);
        BoundedOperators.define(scope);
        return scope;
    }

    @Override
    protected boolean hasFeature(Context context, int feature) {
        return switch (feature) {
            case Context.FEATURE_ENHANCED_JAVA_ACCESS,
                    Context.FEATURE_ENABLE_JAVA_MAP_ACCESS,
                    Context.FEATURE_E4X,
                    Context.FEATURE_DYNAMIC_SCOPE,
                    Context.FEATURE_PARENT_PROTO_PROPERTIES,
                    Context.FEATURE_JAVA_SERIALIZATION -> false;
            default -> super.hasFeature(context, feature);
        };
    }

    Scriptable library() {
        return library;
    }
}
