package org.steadfast.foundation.rest;

import org.steadfast.foundation.service.EntityLinks;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** The rows by which a collection lists what it holds; clients want each of their cells. Used by one thread. */
final class EntityRows {
    private final String collection;
    private final Infotable.Builder rows = new Infotable.Builder(
            new FieldDefinition("name", BaseType.STRING),
            new FieldDefinition("description", BaseType.STRING),
            new FieldDefinition("homeMashup", BaseType.MASHUPNAME),
            new FieldDefinition("avatar", BaseType.IMAGELINK),
            new FieldDefinition("isSystemObject", BaseType.BOOLEAN),
            new FieldDefinition("tags", BaseType.TAGS));

    EntityRows(String collection) {
        this.collection = collection;
    }

    /** What came with the platform. */
    void ofPlatform(String name, String description) {
        add(name, description, true, new Value.Text(BaseType.TAGS, ""));
    }

    /** What somebody has made. */
    void ofAuthor(String name, String description, Value tags) {
        add(name, description, false, tags);
    }

    private void add(String name, String description, boolean system, Value tags) {
        rows.row(
                Value.string(name),
                Value.string(description),
                new Value.Text(BaseType.MASHUPNAME, ""),
                new Value.Text(BaseType.IMAGELINK, EntityLinks.avatar(collection, name)),
                new Value.Bool(system),
                tags);
    }

    Infotable build() {
        return rows.build();
    }
}
