package org.steadfast.foundation.security;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.property.PropertyException;
import org.steadfast.foundation.property.PropertyUpdate;
import org.steadfast.foundation.property.Urgency;
import org.steadfast.foundation.remote.RemoteProperties;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/**
 * Properties as somebody may see and change them: the one door for users' reading and writing of values. Safe for use by several
 * threads.
 */
public final class AuthorizedProperties {
    private final RemoteProperties properties;
    private final Authority authority;

    public AuthorizedProperties(RemoteProperties properties, Authority authority) {
        this.properties = properties;
        this.authority = authority;
    }

    /** One property; see {@link RemoteProperties#read}. */
    public CompletableFuture<Infotable> read(Principal principal, Thing thing, String property)
            throws ModelException, PropertyException {
        requireReadable(principal, thing, List.of(property));
        return properties.read(thing, property);
    }

    /** @throws ModelException if somebody may not know of the thing */
    public void requireVisible(Principal principal, Thing thing) throws ModelException {
        var unused = authority.of(principal, thing).requireVisible();
    }

    /** @throws ModelException if somebody may not know of the thing, or may not read one of these properties */
    public void requireReadable(Principal principal, Thing thing, Collection<String> names) throws ModelException {
        Rights rights = authority.of(principal, thing).requireVisible();
        for (String name : names) {
            rights.require(Right.PROPERTY_READ, name);
        }
    }

    /** All properties that somebody may read; see {@link RemoteProperties#readAll}. */
    public CompletableFuture<Infotable> readAll(Principal principal, Thing thing)
            throws ModelException, PropertyException {
        Rights rights = authority.of(principal, thing).requireVisible();
        CompletableFuture<Infotable> all = properties.readAll(thing);
        return rights.allowsEverything() ? all : all.thenApply(table -> readable(rights, table));
    }

    private static Infotable readable(Rights rights, Infotable table) {
        List<FieldDefinition> fields = new ArrayList<>();
        List<Value> row = new ArrayList<>();
        for (FieldDefinition field : table.fields()) {
            if (rights.allows(Right.PROPERTY_READ, field.name())) {
                fields.add(field);
                row.add(table.first(field.name()));
            }
        }
        return new Infotable(fields, List.of(row));
    }

    /** Writes properties, if all of them may be written; see {@link RemoteProperties#write}. */
    public CompletableFuture<Void> write(Principal principal, Thing thing, List<PropertyUpdate> updates)
            throws ModelException, PropertyException {
        requireWritable(principal, thing, updates);
        return properties.write(thing, updates, principal.isOfSubscription() ? Urgency.OF_SUBSCRIPTION : Urgency.USUAL);
    }

    /** @throws ModelException if somebody may not know of the thing, or may not write one of these properties */
    public void requireWritable(Principal principal, Thing thing, List<PropertyUpdate> updates) throws ModelException {
        Rights rights = authority.of(principal, thing).requireVisible();
        for (PropertyUpdate update : updates) {
            rights.require(Right.PROPERTY_WRITE, update.property());
        }
    }
}
