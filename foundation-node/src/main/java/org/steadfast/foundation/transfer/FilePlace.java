package org.steadfast.foundation.transfer;

import java.util.Objects;

/**
 * Where a file is.
 *
 * @param repository name of the thing that has it: a file repository, or one whose device has files
 * @param path of the folder that it is in; on devices it begins with a folder that the device shares
 * @param file its name
 */
public record FilePlace(String repository, String path, String file) {
    public FilePlace {
        Objects.requireNonNull(repository, "repository is null");
        Objects.requireNonNull(path, "path is null");
        Objects.requireNonNull(file, "file is null");
    }

    /** The path of the folder with a slash before each of its names; empty for the root. */
    String folder() {
        StringBuilder folder = new StringBuilder();
        for (String name : path.split("/", -1)) {
            if (!name.isEmpty()) {
                folder.append('/').append(name);
            }
        }
        return folder.toString();
    }

    /** The path of the file, which begins with a slash. */
    String whole() {
        return folder() + "/" + file;
    }

    @Override
    public String toString() {
        return repository + ":" + whole();
    }
}
