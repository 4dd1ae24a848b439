package org.steadfast.foundation.exchange;

import java.util.List;
import java.util.Optional;
import org.steadfast.foundation.model.EntityType;

/**
 * Which entities to export; never what came with the platform.
 *
 * @param name of the only one; empty for all that the rest selects
 * @param project only those of it; empty for all
 * @param tags only those that have all of these, each as {@code Vocabulary:Term}
 * @param withNeeded whether what they need is exported, too, of whatever kind and project
 */
public record ExportSelection(
        List<EntityType> types, Optional<String> name, String project, List<String> tags, boolean withNeeded) {
    public ExportSelection {
        types = List.copyOf(types);
        tags = List.copyOf(tags);
    }
}
