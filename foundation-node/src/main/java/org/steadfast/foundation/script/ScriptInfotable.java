package org.steadfast.foundation.script;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.mozilla.javascript.Context;
import org.mozilla.javascript.LambdaFunction;
import org.mozilla.javascript.NativeArray;
import org.mozilla.javascript.NativeObject;
import org.mozilla.javascript.ScriptRuntime;
import org.mozilla.javascript.Scriptable;
import org.mozilla.javascript.ScriptableObject;
import org.mozilla.javascript.SerializableCallable;
import org.mozilla.javascript.Undefined;
import org.steadfast.protocol.json.InfotableJson;
import org.steadfast.protocol.json.Json;
import org.steadfast.protocol.type.FieldDefinition;

/**
 * An infotable as a script sees it: {@code dataShape} and {@code rows}, which are plain objects and a plain array, and functions for
 * its rows. The name of a field gives the first row's cell. Used by one thread.
 */
final class ScriptInfotable extends NativeObject {
    private static final long serialVersionUID = 1L;

    private final NativeArray rows;
    private final transient Set<String> fields = new HashSet<>();

    ScriptInfotable(Context context, Scriptable scope, List<FieldDefinition> definitions) {
        setParentScope(scope);
        setPrototype(ScriptableObject.getObjectPrototype(scope));
        rows = (NativeArray) context.newArray(scope, 0);
        Scriptable fieldDefinitions = context.newObject(scope);
        ScriptValues values = new ScriptValues(context, scope);
        int ordinal = 0;
        for (FieldDefinition field : definitions) {
            fields.add(field.name());
            ScriptableObject.putProperty(fieldDefinitions, field.name(), values.toScript(json(field, ordinal++)));
        }
        Scriptable dataShape = context.newObject(scope);
        ScriptableObject.putProperty(dataShape, "fieldDefinitions", fieldDefinitions);
        put("dataShape", this, dataShape);
        put("rows", this, rows);
        define(scope, "AddRow", 1, (c, s, self, arguments) -> {
            if (arguments.length == 0 || !(arguments[0] instanceof Scriptable row)) {
                throw ScriptRuntime.typeError("AddRow needs an object with the cells of the row");
            }
            TooMuch.requireElements(rows().getLength() + 1.0);
            add(row);
            return Undefined.instance;
        });
        define(scope, "getRow", 1, (c, s, self, arguments) -> {
            Object row = ScriptableObject.getProperty(rows(), index(arguments));
            return row == NOT_FOUND ? null : row;
        });
        define(scope, "RemoveRow", 1, (c, s, self, arguments) -> {
            int index = index(arguments);
            if (index < 0 || index >= rows().getLength()) {
                throw ScriptRuntime.rangeError("there is no row " + index);
            }
            return ScriptableObject.callMethod(c, rows(), "splice", new Object[] {index, 1});
        });
        define(scope, "RemoveAllRows", 0, (c, s, self, arguments) -> {
            rows().put("length", rows(), 0);
            return Undefined.instance;
        });
        define(scope, "getRowCount", 0, (c, s, self, arguments) -> (double) rows().getLength());
    }

    private static com.fasterxml.jackson.databind.JsonNode json(FieldDefinition field, int ordinal) {
        try (TokenBuffer buffer = new TokenBuffer(Json.mapper(), false)) {
            JsonGenerator generator = buffer;
            InfotableJson.writeField(generator, field, ordinal);
            return Json.mapper().readTree(buffer.asParser());
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
    }

    private void define(Scriptable scope, String name, int arity, SerializableCallable function) {
        defineProperty(name, new LambdaFunction(scope, name, arity, function), DONTENUM);
    }

    /** The script may have put another array there. */
    private NativeArray rows() {
        return super.get("rows", this) instanceof NativeArray present ? present : rows;
    }

    private static int index(Object[] arguments) {
        return arguments.length == 0 ? -1 : ScriptRuntime.toInt32(arguments[0]);
    }

    void add(Scriptable row) {
        NativeArray present = rows();
        present.put((int) present.getLength(), present, row);
    }

    @Override
    public Object get(String name, Scriptable start) {
        Object found = super.get(name, start);
        if (found == NOT_FOUND && fields.contains(name) && rows().get(0, rows()) instanceof Scriptable first) {
            return ScriptableObject.getProperty(first, name);
        }
        return found;
    }
}
