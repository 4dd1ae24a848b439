package org.steadfast.foundation.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;
import java.util.Optional;

/** A picture that an entity carries, under a key of its own, as base64. Stateless. */
public enum Picture {
    /** What stands for the entity in lists; of every kind of entity. */
    AVATAR("avatar"),
    /** What a media entity is. */
    CONTENT("content");

    /** Entities are kept in memory and sent to all nodes, so pictures must not be long. */
    public static final int MOST_BYTES = 1 << 20;

    private final String key;

    Picture(String key) {
        this.key = key;
    }

    /** The bytes; empty where the entity has no such picture, or something else in its place. */
    public Optional<byte[]> of(Entity entity) {
        JsonNode text = entity.other().path(key);
        if (!text.isTextual() || text.textValue().isBlank()) {
            return Optional.empty();
        }
        try {
            // Documents break long lines.
            return Optional.of(Base64.getMimeDecoder().decode(text.textValue()));
        } catch (IllegalArgumentException e) {
            // Whatever the author has written there is kept, and is no picture.
            return Optional.empty();
        }
    }

    /**
     * The entity with another picture; without one where it has no bytes.
     *
     * @throws ModelException {@link ModelException.Kind#INVALID} beyond {@link #MOST_BYTES}
     */
    public Entity with(Entity entity, byte[] bytes) throws ModelException {
        if (bytes.length > MOST_BYTES) {
            throw ModelException.invalid(
                    "parameter content: has " + bytes.length + " bytes; a picture may have " + MOST_BYTES);
        }
        ObjectNode other = entity.other().deepCopy();
        if (bytes.length == 0) {
            other.remove(key);
        } else {
            other.put(key, Base64.getEncoder().encodeToString(bytes));
        }
        return entity.change().other(other).build();
    }
}
