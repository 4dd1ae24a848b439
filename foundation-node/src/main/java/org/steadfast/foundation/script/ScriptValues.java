package org.steadfast.foundation.script;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.mozilla.javascript.Context;
import org.mozilla.javascript.Function;
import org.mozilla.javascript.NativeArray;
import org.mozilla.javascript.ScriptRuntime;
import org.mozilla.javascript.Scriptable;
import org.mozilla.javascript.ScriptableObject;
import org.mozilla.javascript.Undefined;
import org.steadfast.protocol.json.InfotableJson;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;
import org.steadfast.protocol.json.ValueJson;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** Values of the platform as a script sees them, and back. Used by one thread, for one script. */
final class ScriptValues {
    /** Most values within one. */
    private static final int MOST_VALUES = 1 << 20;
    /** Beyond it a whole number of JavaScript is not exact. */
    private static final long MOST_EXACT = 1L << 53;

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Context context;
    private final Scriptable scope;

    ScriptValues(Context context, Scriptable scope) {
        this.context = context;
        this.scope = scope;
    }

    /** A value as a script sees it; what is absent is {@code null}. */
    Object toScript(Value value) {
        if (value.isNothing()) {
            return null;
        }
        if (value instanceof Value.Text text && text.baseType() != BaseType.TAGS) {
            return text.text();
        }
        if (value instanceof Value.Number number) {
            return number.number();
        }
        if (value instanceof Value.Int number) {
            return (double) number.number();
        }
        if (value instanceof Value.Long number) {
            return (double) number.number();
        }
        if (value instanceof Value.Timespan span) {
            return (double) span.millis();
        }
        if (value instanceof Value.Bool bool) {
            return bool.truth();
        }
        if (value instanceof Value.Datetime time) {
            return date(time.epochMillis());
        }
        if (value instanceof Value.Variant variant) {
            return toScript(variant.inner());
        }
        if (value instanceof Value.Table table) {
            return toScript(table.infotable());
        }
        if (value instanceof Value.Json document) {
            return toScript(document.node());
        }
        if (value instanceof Value.Bytes bytes) {
            return Base64.getEncoder().encodeToString(bytes.bytes());
        }
        return toScript(json(value));
    }

    ScriptInfotable toScript(Infotable table) {
        ScriptInfotable shown = new ScriptInfotable(context, scope, table.fields());
        for (List<Value> cells : table.rows()) {
            Scriptable row = context.newObject(scope);
            for (int i = 0; i < cells.size(); i++) {
                if (!cells.get(i).isNothing()) {
                    put(row, table.fields().get(i).name(), toScript(cells.get(i)));
                }
            }
            shown.add(row);
            ScriptContext.of(context).bounds().count();
        }
        return shown;
    }

    /** A document as native objects. */
    Object toScript(JsonNode node) {
        if (node.isObject()) {
            Scriptable object = context.newObject(scope);
            for (Map.Entry<String, JsonNode> entry : node.properties()) {
                put(object, entry.getKey(), toScript(entry.getValue()));
            }
            return object;
        }
        if (node.isArray()) {
            Object[] elements = new Object[node.size()];
            for (int i = 0; i < elements.length; i++) {
                elements[i] = toScript(node.get(i));
            }
            return context.newArray(scope, elements);
        }
        if (node.isNumber()) {
            return node.doubleValue();
        }
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        return node.isTextual() ? node.textValue() : null;
    }

    Scriptable date(long epochMillis) {
        return context.newObject(scope, "Date", new Object[] {(double) epochMillis});
    }

    private static JsonNode json(Value value) {
        try (TokenBuffer buffer = new TokenBuffer(Json.mapper(), false)) {
            ValueJson.write(buffer, value);
            return Json.mapper().readTree(buffer.asParser());
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
    }

    /** Names that are whole numbers stand elsewhere than others in objects of Rhino. */
    private static void put(Scriptable object, String name, Object value) {
        ScriptableObject.putProperty(object, name, value);
    }

    /**
     * A value of a script as one of a base type.
     *
     * @param fields of a table that brings none itself
     * @throws InvalidValueException naming what the base type needs
     */
    Value toValue(Object given, BaseType type, List<FieldDefinition> fields) throws InvalidValueException {
        if (given == null || Undefined.isUndefined(given) || type == BaseType.NOTHING) {
            return Value.NOTHING;
        }
        if (isDate(given)) {
            double millis = ScriptRuntime.toNumber(given);
            if (!Double.isFinite(millis)) {
                throw new InvalidValueException("an invalid Date is no " + type);
            }
            switch (type.form()) {
                case DATETIME, VARIANT:
                    Value.Datetime time = new Value.Datetime((long) millis);
                    return type == BaseType.VARIANT ? new Value.Variant(time) : time;
                case NUMBER, LONG:
                    return ValueJson.read(LongNode.valueOf((long) millis), type);
                default:
            }
        }
        if (type == BaseType.INFOTABLE) {
            return new Value.Table(InfotableJson.read(new Reading().read(given, 0), fields));
        }
        if (type == BaseType.JSON && given instanceof CharSequence text) {
            // A text is a document of its own, unless it is the text of one.
            try {
                return ValueJson.read(TextNode.valueOf(text.toString()), type);
            } catch (InvalidValueException e) {
                return new Value.Json(type, TextNode.valueOf(text.toString()));
            }
        }
        if (type.form() == BaseType.Form.TEXT && type != BaseType.TAGS && !(given instanceof Scriptable)) {
            TooMuch.requireText(given instanceof CharSequence text ? text.length() : 0);
            return new Value.Text(type, ScriptRuntime.toString(given));
        }
        if (type == BaseType.BOOLEAN && given instanceof Boolean truth) {
            return new Value.Bool(truth);
        }
        if (type == BaseType.VARIANT && given instanceof ScriptInfotable) {
            return new Value.Variant(toValue(given, BaseType.INFOTABLE, fields));
        }
        return ValueJson.read(new Reading().read(given, 0), type);
    }

    /** A value of a script as JSON, for what has no declared type; dates as texts of ISO 8601. */
    JsonNode toJson(Object given) throws InvalidValueException {
        return new Reading().read(given, 0);
    }

    private static boolean isDate(Object given) {
        return given instanceof Scriptable object && object.getClassName().equals("Date");
    }

    /** One value that is read; counts what is in it. */
    private final class Reading {
        private int count;
        private long length;

        JsonNode read(Object given, int depth) throws InvalidValueException {
            if ((++count & 0xFF) == 0) {
                ScriptContext.of(context).bounds().check();
            }
            if (count > MOST_VALUES) {
                throw new InvalidValueException("more than " + MOST_VALUES + " values in one");
            }
            if (depth > Json.MAX_NESTING) {
                throw new InvalidValueException(
                        "objects in each other more than " + Json.MAX_NESTING + " deep, or in a circle");
            }
            if (given == null || Undefined.isUndefined(given)) {
                return NullNode.getInstance();
            }
            if (given instanceof Boolean truth) {
                return BooleanNode.valueOf(truth);
            }
            if (given instanceof Number number) {
                return number(number.doubleValue());
            }
            if (given instanceof CharSequence text) {
                return text(text);
            }
            if (!(given instanceof Scriptable object) || given instanceof Function) {
                throw new InvalidValueException("a " + ScriptRuntime.typeof(given) + " is no value");
            }
            if (object instanceof HostObject host) {
                return TextNode.valueOf(host.name());
            }
            return switch (object.getClassName()) {
                case "Date" -> date(object);
                case "String", "Number", "Boolean" -> read(object.getDefaultValue(null), depth + 1);
                default -> object instanceof NativeArray array ? array(array, depth) : object(object, depth);
            };
        }

        private JsonNode text(CharSequence text) throws InvalidValueException {
            length += text.length();
            if (length > 4L * Bounds.LONGEST_TEXT) {
                throw new InvalidValueException(
                        "texts of more than " + 4 * Bounds.LONGEST_TEXT + " characters in one value");
            }
            return TextNode.valueOf(text.toString());
        }

        private JsonNode number(double number) throws InvalidValueException {
            if (!Double.isFinite(number)) {
                throw new InvalidValueException(ScriptRuntime.toString(number) + " is no number that can be given");
            }
            boolean isWhole = number == Math.rint(number) && Math.abs(number) <= MOST_EXACT;
            return isWhole ? LongNode.valueOf((long) number) : DoubleNode.valueOf(number);
        }

        private JsonNode date(Scriptable date) throws InvalidValueException {
            double millis = ScriptRuntime.toNumber(date);
            if (!Double.isFinite(millis)) {
                throw new InvalidValueException("an invalid Date is no value");
            }
            return TextNode.valueOf(DateFunctions.iso((long) millis));
        }

        private JsonNode array(NativeArray array, int depth) throws InvalidValueException {
            if (array.getLength() > MOST_VALUES) {
                throw new InvalidValueException("more than " + MOST_VALUES + " values in one");
            }
            ArrayNode read = JSON.arrayNode();
            for (int i = 0; i < array.getLength(); i++) {
                Object element = ScriptableObject.getProperty(array, i);
                read.add(read(element == Scriptable.NOT_FOUND ? null : element, depth + 1));
            }
            return read;
        }

        private JsonNode object(Scriptable object, int depth) throws InvalidValueException {
            if (ScriptableObject.getProperty(object, "toJSON") instanceof Function own) {
                return read(own.call(context, scope, object, new Object[] {""}), depth + 1);
            }
            ObjectNode read = JSON.objectNode();
            for (Object id : object.getIds()) {
                String name = id.toString();
                Object value = id instanceof Integer index ? object.get(index, object) : object.get(name, object);
                if (!Undefined.isUndefined(value) && value != Scriptable.NOT_FOUND && !(value instanceof Function)) {
                    length += name.length();
                    read.set(name, read(value, depth + 1));
                }
            }
            return read;
        }
    }
}
