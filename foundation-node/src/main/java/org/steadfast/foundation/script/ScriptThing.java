package org.steadfast.foundation.script;

import org.mozilla.javascript.LambdaFunction;
import org.mozilla.javascript.Scriptable;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Thing;

/** A thing: its properties are read and written like those of any object, its services and events are functions. */
final class ScriptThing extends HostObject {
    private static final long serialVersionUID = 1L;
    private static final String THINGS = EntityType.THING.collection();

    private final transient ScriptRun run;
    private final transient Thing thing;

    ScriptThing(ScriptRun run, Thing thing) {
        super(run.scope(), EntityType.THING.singular(), thing.name());
        this.run = run;
        this.thing = thing;
    }

    @Override
    public boolean has(String member, Scriptable start) {
        return isProperty(member) || isService(member) || isEvent(member) || isOfItself(member);
    }

    @Override
    public Object get(String member, Scriptable start) {
        if (isProperty(member)) {
            return run.read(thing, member);
        }
        if (isService(member)) {
            return new LambdaFunction(
                    run.scope(),
                    member,
                    1,
                    (context, scope, self, arguments) -> run.invoke(THINGS, thing.name(), member, arguments));
        }
        if (isEvent(member)) {
            return new LambdaFunction(
                    run.scope(), member, 1, (context, scope, self, arguments) -> run.fire(thing, member, arguments));
        }
        return switch (member) {
            case "name" -> thing.name();
            case "description" -> thing.description();
            case "thingTemplate" -> thing.thingTemplate();
            default -> NOT_FOUND;
        };
    }

    @Override
    public void put(String member, Scriptable start, Object value) {
        run.write(thing, member, value);
    }

    @Override
    public Object[] getIds() {
        return thing.properties().keySet().toArray();
    }

    private boolean isProperty(String member) {
        return thing.properties().containsKey(member)
                || thing.isRemote() && (member.equals("isConnected") || member.equals("lastConnection"));
    }

    private boolean isService(String member) {
        return thing.shape().members().services().containsKey(member)
                || thing.shape().members().implementations().containsKey(member)
                || run.hasService(thing, member);
    }

    private boolean isEvent(String member) {
        return thing.shape().members().events().containsKey(member);
    }

    private static boolean isOfItself(String member) {
        return member.equals("name") || member.equals("description") || member.equals("thingTemplate");
    }
}
