package org.steadfast.foundation.script;

import org.mozilla.javascript.Scriptable;
import org.mozilla.javascript.ScriptableObject;

/** Something of the platform that scripts see by its name. Used by one thread. */
abstract class HostObject extends ScriptableObject {
    private static final long serialVersionUID = 1L;

    private final String kind;
    private final String name;

    /** @param kind such as {@code Thing} */
    HostObject(Scriptable scope, String kind, String name) {
        super(scope, ScriptableObject.getObjectPrototype(scope));
        this.kind = kind;
        this.name = name;
    }

    String name() {
        return name;
    }

    @Override
    public String getClassName() {
        return kind;
    }

    @Override
    public Object getDefaultValue(Class<?> hint) {
        return name;
    }

    @Override
    public Object get(int index, Scriptable start) {
        return get(Integer.toString(index), start);
    }

    @Override
    public boolean has(int index, Scriptable start) {
        return has(Integer.toString(index), start);
    }

    @Override
    public void put(int index, Scriptable start, Object value) {
        put(Integer.toString(index), start, value);
    }
}
