package org.steadfast.foundation.repository;

import java.time.Instant;

/**
 * A file or folder.
 *
 * @param size in bytes; 0 of a folder
 * @param modified when it was last written
 */
public record RepositoryEntry(RepositoryPath path, boolean isFolder, long size, Instant modified) {}
