package org.steadfast.persistence.store;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.steadfast.protocol.type.Value;

/**
 * What is said of a row besides what it holds. Where a row is changed, what is empty stays as it was.
 *
 * @param source who it comes from
 * @param sourceType what that is, such as {@code Thing}
 * @param tags each as {@code Vocabulary:Term}
 */
public record RowLabels(
        Optional<String> source,
        Optional<String> sourceType,
        Optional<Value.Location> location,
        Optional<List<String>> tags) {
    /** Nothing is said. */
    public static final RowLabels NONE =
            new RowLabels(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    public RowLabels {
        Objects.requireNonNull(source, "source is null");
        Objects.requireNonNull(sourceType, "sourceType is null");
        Objects.requireNonNull(location, "location is null");
        tags = tags.map(List::copyOf);
    }
}
