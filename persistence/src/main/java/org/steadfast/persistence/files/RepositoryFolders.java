package org.steadfast.persistence.files;

import java.nio.file.Path;

/**
 * Where the files of repositories are in a storage location.
 *
 * @param storage the ThingworxStorage location
 */
public record RepositoryFolders(Path storage) {
    /** A folder for each repository, named by the number of its thing. */
    public Path files() {
        return storage.resolve("repository");
    }

    /**
     * Where files are written before they are where they belong, in the same file system. Nobody sees what is in it, and foundation nodes
     * remove what is older than a day.
     */
    public Path landing() {
        return storage.resolve("repository-landing");
    }
}
