package org.steadfast.foundation.security;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.steadfast.coordination.settings.AddressRange;
import org.steadfast.foundation.model.Entity;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.ValueJson;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.Value;

/**
 * What the entity of an application key says of it.
 *
 * @param user who comes in with it
 * @param readOnly whether it may change nothing
 * @param expires epoch milliseconds from which on it is worth nothing; empty for never
 * @param addresses where it may be used; empty for everywhere
 */
record KeyTerms(String user, boolean readOnly, boolean enabled, Optional<Long> expires, List<AddressRange> addresses) {
    static final String USER = "userNameReference";
    static final String EXPIRES = "expirationDate";
    static final String ADDRESSES = "allowedAddresses";
    static final String READ_ONLY = "readOnly";

    /** @throws ModelException naming the field that cannot be read */
    static KeyTerms of(Entity key) throws ModelException {
        JsonNode other = key.other();
        List<AddressRange> addresses = new ArrayList<>();
        JsonNode allowed = other.path(ADDRESSES);
        if (!allowed.isMissingNode() && !allowed.isNull() && !allowed.isArray()) {
            throw ModelException.invalid("field " + ADDRESSES + ": must be a list of addresses such as 10.0.0.0/8");
        }
        for (JsonNode range : allowed) {
            try {
                addresses.add(AddressRange.of(range.asText()));
            } catch (IllegalArgumentException e) {
                throw new ModelException(ModelException.Kind.INVALID, "field " + ADDRESSES + ": " + e.getMessage(), e);
            }
        }
        return new KeyTerms(
                other.path(USER).asText(),
                other.path(READ_ONLY).asBoolean(),
                key.enabled(),
                expires(other.path(EXPIRES)),
                addresses);
    }

    private static Optional<Long> expires(JsonNode sent) throws ModelException {
        if (sent.isMissingNode() || sent.isNull()) {
            return Optional.empty();
        }
        try {
            return ValueJson.read(sent, BaseType.DATETIME) instanceof Value.Datetime at
                    ? Optional.of(at.epochMillis())
                    : Optional.empty();
        } catch (InvalidValueException e) {
            throw new ModelException(ModelException.Kind.INVALID, "field " + EXPIRES + ": " + e.getMessage(), e);
        }
    }

    /** @param address empty where it is not known, which is nowhere that a key with addresses may be used */
    boolean holdAt(long epochMillis, String address) {
        return enabled
                && expires.filter(end -> end <= epochMillis).isEmpty()
                && (addresses.isEmpty() || addresses.stream().anyMatch(range -> range.contains(address)));
    }
}
