package org.steadfast.coordination.chassis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Checks that a storage location can be used before anything relies on it. */
public final class StorageLocation {
    private StorageLocation() {}

    /**
     * Makes the folder where it is missing, and writes and removes a file in it.
     *
     * @param setting path of the setting that names the folder
     * @throws NodeFailure {@link ExitCode#STORAGE_UNUSABLE} if any of that fails
     */
    public static void require(Path folder, String setting) throws NodeFailure {
        try {
            Files.createDirectories(folder);
            Path probe = Files.createTempFile(folder, ".probe", null);
            Files.delete(probe);
        } catch (IOException e) {
            throw new NodeFailure(
                    ExitCode.STORAGE_UNUSABLE,
                    "the storage location " + folder + " (" + setting + ") cannot be written by "
                            + System.getProperty("user.name") + ": " + e,
                    e);
        }
    }
}
