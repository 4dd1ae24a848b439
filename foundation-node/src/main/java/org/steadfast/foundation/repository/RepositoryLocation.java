package org.steadfast.foundation.repository;

import java.nio.file.Path;
import org.steadfast.coordination.membership.SharedFolder;
import org.steadfast.persistence.files.RepositoryFolders;

/**
 * A storage location in which repositories have their files.
 *
 * @param repositories a folder for each, by the number of its thing
 * @param mark a file without which this is not the storage location that nodes share
 * @param landing beside them, where no path of a repository leads
 */
record RepositoryLocation(Path repositories, Path mark, Landing landing) {
    static RepositoryLocation in(Path storage) {
        RepositoryFolders folders = new RepositoryFolders(storage);
        return new RepositoryLocation(
                folders.files(), storage.resolve(SharedFolder.MARK), new Landing(folders.landing()));
    }

    Path folderOf(long thing) {
        return repositories.resolve(Long.toString(thing));
    }
}
