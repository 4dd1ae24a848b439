package org.steadfast.protocol.type;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** One immutable value of a base type. All implementations are safe to share between threads. */
public sealed interface Value {

    /** The absent value: an empty cell, a property that was never set. */
    Nothing NOTHING = new Nothing();

    /** The base type that this value has by itself; the field that holds it may declare another. */
    BaseType baseType();

    /** A text value of type {@link BaseType#STRING}. */
    static Value string(String text) {
        return new Text(BaseType.STRING, text);
    }

    /** A value of type {@link BaseType#NUMBER}. */
    static Value number(double number) {
        return new Number(number);
    }

    /** True for {@link #NOTHING}. */
    default boolean isNothing() {
        return this == NOTHING;
    }

    /** The absent value; {@link Value#NOTHING} is the only instance in use. */
    record Nothing() implements Value {
        @Override
        public BaseType baseType() {
            return BaseType.NOTHING;
        }
    }

    /** Text of any of the string-like base types. */
    record Text(BaseType baseType, String text) implements Value {
        public Text {
            requireForm(baseType, BaseType.Form.TEXT);
            Objects.requireNonNull(text, "text is null");
        }
    }

    /** A double, as {@link BaseType#NUMBER} is everywhere. */
    record Number(double number) implements Value {
        @Override
        public BaseType baseType() {
            return BaseType.NUMBER;
        }
    }

    /** A truth value. */
    record Bool(boolean truth) implements Value {
        @Override
        public BaseType baseType() {
            return BaseType.BOOLEAN;
        }
    }

    /** A point in time, in milliseconds since 1970-01-01T00:00Z. */
    record Datetime(long epochMillis) implements Value {
        @Override
        public BaseType baseType() {
            return BaseType.DATETIME;
        }
    }

    /** A length of time in milliseconds. */
    record Timespan(long millis) implements Value {
        @Override
        public BaseType baseType() {
            return BaseType.TIMESPAN;
        }
    }

    /** A nested infotable. */
    record Table(Infotable infotable) implements Value {
        public Table {
            Objects.requireNonNull(infotable, "infotable is null");
        }

        @Override
        public BaseType baseType() {
            return BaseType.INFOTABLE;
        }
    }

    /** A place: longitude and latitude in degrees (WGS84), elevation in metres. */
    record Location(double longitude, double latitude, double elevation) implements Value {
        @Override
        public BaseType baseType() {
            return BaseType.LOCATION;
        }
    }

    /** A JSON document, for {@link BaseType#JSON} and {@link BaseType#QUERY}. The node must not be changed after. */
    record Json(BaseType baseType, JsonNode node) implements Value {
        public Json {
            requireForm(baseType, BaseType.Form.JSON);
            Objects.requireNonNull(node, "node is null");
        }
    }

    /** Bytes of an {@link BaseType#IMAGE} or {@link BaseType#BLOB}. The array must not be changed after. */
    record Bytes(BaseType baseType, byte[] bytes) implements Value {
        public Bytes {
            requireForm(baseType, BaseType.Form.BYTES);
            Objects.requireNonNull(bytes, "bytes is null");
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Bytes that && baseType == that.baseType && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return 31 * baseType.hashCode() + Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return baseType + "[" + bytes.length + " bytes]";
        }
    }

    /** A value that carries its own type where the field leaves it open. */
    record Variant(Value inner) implements Value {
        public Variant {
            Objects.requireNonNull(inner, "inner is null");
        }

        @Override
        public BaseType baseType() {
            return BaseType.VARIANT;
        }
    }

    /** A 32-bit integer. */
    record Int(int number) implements Value {
        @Override
        public BaseType baseType() {
            return BaseType.INTEGER;
        }
    }

    /** A 64-bit integer. */
    record Long(long number) implements Value {
        @Override
        public BaseType baseType() {
            return BaseType.LONG;
        }
    }

    /** A vector of two, three or four doubles. */
    record Vector(BaseType baseType, List<Double> components) implements Value {
        public Vector {
            requireForm(baseType, BaseType.Form.VECTOR);
            components = List.copyOf(components);
            if (components.size() != dimensions(baseType)) {
                throw new IllegalArgumentException(
                        baseType + " has " + dimensions(baseType) + " components, not " + components.size());
            }
        }

        /** How many components a vector type has. */
        public static int dimensions(BaseType type) {
            return type.code() - BaseType.VEC2.code() + 2;
        }
    }

    /** The number that a thing goes by in the outside world: a domain and an instance in it. */
    record ThingCode(int domainId, int instanceId) implements Value {
        @Override
        public BaseType baseType() {
            return BaseType.THINGCODE;
        }
    }

    private static void requireForm(BaseType type, BaseType.Form form) {
        if (type.form() != form) {
            throw new IllegalArgumentException(type + " values are not of the form " + form);
        }
    }
}
