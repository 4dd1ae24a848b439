package org.steadfast.foundation.script;

import java.util.function.Consumer;
import org.mozilla.javascript.CompilerEnvirons;
import org.mozilla.javascript.Context;
import org.mozilla.javascript.ContextFactory;
import org.mozilla.javascript.ErrorReporter;
import org.mozilla.javascript.Evaluator;
import org.mozilla.javascript.ScriptRuntime;
import org.mozilla.javascript.Scriptable;

/** What Rhino keeps for a thread that runs a script. Used by that thread alone. */
final class ScriptContext extends Context {
    private final Bounds bounds;

    ScriptContext(ContextFactory factory, Bounds bounds) {
        super(factory);
        this.bounds = bounds;
    }

    static ScriptContext of(Context context) {
        return (ScriptContext) context;
    }

    Bounds bounds() {
        return bounds;
    }

    // The count is set to 0 only where this returns. Once it has thrown, the interpreter asks again while it looks for
    // handlers of
    // what was thrown, and an error that comes then ends the script without any of them.
    @Override
    protected void observeInstructionCount(int count) {
        bounds.check();
    }

    /** Whatever makes code from text comes here: {@code eval}, {@code Function}, and what leads to it by other ways. */
    @Override
    protected Object compileImpl(
            Scriptable scope,
            String source,
            String name,
            int line,
            Object securityDomain,
            boolean returnFunction,
            Evaluator compiler,
            ErrorReporter reporter,
            Consumer<CompilerEnvirons> settings) {
        throw ScriptRuntime.typeError("scripts cannot make code from texts");
    }
}
