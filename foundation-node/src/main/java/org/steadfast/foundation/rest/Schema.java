package org.steadfast.foundation.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A JSON schema, draft 2020-12, as the OpenAPI document holds it.
 *
 * @param json not to be changed once the schema is in use
 */
record Schema(ObjectNode json) {

    /** One that stands among the components of the document, see {@link Schemas}. */
    static Schema ref(String name) {
        Schema schema = any();
        schema.json.put("$ref", "#/components/schemas/" + name);
        return schema;
    }

    /** Whatever there is. */
    static Schema any() {
        return new Schema(JsonNodeFactory.instance.objectNode());
    }

    static Schema string() {
        return ofType("string");
    }

    static Schema bool() {
        return ofType("boolean");
    }

    static Schema number() {
        return ofType("number");
    }

    static Schema integer() {
        return ofType("integer");
    }

    static Schema oneOf(String... texts) {
        Schema schema = string();
        for (String text : texts) {
            schema.json.withArrayProperty("enum").add(text);
        }
        return schema;
    }

    static Schema arrayOf(Schema items) {
        Schema schema = ofType("array");
        schema.json.set("items", items.json);
        return schema;
    }

    /** An object whose keys are not known beforehand. */
    static Schema mapOf(Schema values) {
        Schema schema = object();
        schema.json.set("additionalProperties", values.json);
        return schema;
    }

    /** An object; its keys are named by the methods below, and it may have others. */
    static Schema object() {
        return ofType("object");
    }

    /** What fulfils all of several. */
    static Schema allOf(Schema... all) {
        Schema schema = any();
        for (Schema one : all) {
            schema.json.withArrayProperty("allOf").add(one.json);
        }
        return schema;
    }

    private static Schema ofType(String type) {
        Schema schema = any();
        schema.json.put("type", type);
        return schema;
    }

    /** The same with a key that must be there. */
    Schema has(String key, Schema value) {
        Schema more = mayHave(key, value);
        more.json.withArrayProperty("required").add(key);
        return more;
    }

    /** The same with a key that may be there. */
    Schema mayHave(String key, Schema value) {
        Schema more = copy();
        more.json.withObjectProperty("properties").set(key, value.json);
        return more;
    }

    /** The same for a list of a given length. */
    Schema ofLength(int items) {
        Schema more = copy();
        more.json.put("minItems", items).put("maxItems", items);
        return more;
    }

    Schema between(long least, long most) {
        Schema more = copy();
        more.json.put("minimum", least).put("maximum", most);
        return more;
    }

    Schema byDefault(long value) {
        Schema more = copy();
        more.json.put("default", value);
        return more;
    }

    Schema byDefault(boolean value) {
        Schema more = copy();
        more.json.put("default", value);
        return more;
    }

    Schema described(String meaning) {
        Schema more = copy();
        more.json.put("description", meaning);
        return more;
    }

    private Schema copy() {
        return new Schema(json.deepCopy());
    }
}
