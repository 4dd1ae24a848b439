package org.steadfast.foundation.script;

import org.mozilla.javascript.ScriptRuntime;
import org.mozilla.javascript.Scriptable;

/** A collection, such as {@code Things}: its entities by name, {@code undefined} where there is none. */
final class ScriptCollection extends HostObject {
    private static final long serialVersionUID = 1L;

    private final transient ScriptRun run;

    ScriptCollection(ScriptRun run, String name) {
        super(run.scope(), "Collection", name);
        this.run = run;
    }

    @Override
    public boolean has(String entity, Scriptable start) {
        return run.find(name(), entity).isPresent();
    }

    @Override
    public Object get(String entity, Scriptable start) {
        return run.find(name(), entity).map(Object.class::cast).orElse(NOT_FOUND);
    }

    @Override
    public void put(String entity, Scriptable start, Object value) {
        throw ScriptRuntime.typeError(name() + " cannot be changed this way");
    }
}
