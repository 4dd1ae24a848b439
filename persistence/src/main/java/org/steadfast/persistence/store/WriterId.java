package org.steadfast.persistence.store;

import java.util.Objects;

/**
 * One life of a node as a writer.
 *
 * @param node the platform id
 * @param incarnation greater than that of every earlier life of any node
 */
public record WriterId(String node, long incarnation) {
    public WriterId {
        Objects.requireNonNull(node, "node is null");
    }
}
