package org.steadfast.foundation.service;

import java.util.Collection;
import java.util.List;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.Thing;
import org.steadfast.foundation.security.Authority;
import org.steadfast.foundation.security.Right;
import org.steadfast.foundation.security.Rights;

/**
 * Which properties of a thing whoever asks may read and write, for services on what properties were and on what is watched of them.
 * Safe for use by several threads.
 */
final class PropertyRights {
    private final Authority authority;

    PropertyRights(Authority authority) {
        this.authority = authority;
    }

    /** Those that may be read, in their order. */
    List<String> readable(ServiceRequest request, Thing thing, Collection<String> properties) throws ModelException {
        Rights rights = rights(request, thing);
        return properties.stream()
                .filter(name -> rights.allows(Right.PROPERTY_READ, name))
                .toList();
    }

    /** @throws ModelException if the property may not be read */
    void requireReadable(ServiceRequest request, Thing thing, String property) throws ModelException {
        rights(request, thing).require(Right.PROPERTY_READ, property);
    }

    /** @throws ModelException if one of them may not be written */
    void requireWritable(ServiceRequest request, Thing thing, Collection<String> properties) throws ModelException {
        Rights rights = rights(request, thing);
        for (String name : properties) {
            rights.require(Right.PROPERTY_WRITE, name);
        }
    }

    private Rights rights(ServiceRequest request, Thing thing) throws ModelException {
        return authority.of(request.principal(), thing).requireVisible();
    }
}
