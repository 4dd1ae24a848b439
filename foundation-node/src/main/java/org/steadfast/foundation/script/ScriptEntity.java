package org.steadfast.foundation.script;

import org.mozilla.javascript.LambdaFunction;
import org.mozilla.javascript.ScriptRuntime;
import org.mozilla.javascript.Scriptable;

/** An entity that is no thing, or what else has services: they are its functions. */
final class ScriptEntity extends HostObject {
    private static final long serialVersionUID = 1L;

    private final transient ScriptRun run;
    private final String collection;

    ScriptEntity(ScriptRun run, String collection, String kind, String name) {
        super(run.scope(), kind, name);
        this.run = run;
        this.collection = collection;
    }

    @Override
    public boolean has(String member, Scriptable start) {
        return member.equals("name") || run.hasService(collection, name(), member);
    }

    @Override
    public Object get(String member, Scriptable start) {
        if (member.equals("name")) {
            return name();
        }
        if (!run.hasService(collection, name(), member)) {
            return NOT_FOUND;
        }
        return new LambdaFunction(
                run.scope(),
                member,
                1,
                (context, scope, self, arguments) -> run.invoke(collection, name(), member, arguments));
    }

    @Override
    public void put(String member, Scriptable start, Object value) {
        throw ScriptRuntime.typeError(member + " of " + name() + " cannot be set");
    }
}
