package org.steadfast.persistence.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.steadfast.persistence.embedded.EmbeddedPostgresException.Kind;
import org.steadfast.persistence.files.FolderTree;

/**
 * A data folder and what stands beside it.
 *
 * @param folder its real path, so that two ways to the same folder meet at the same lock
 */
record DataArea(Path folder) {
    static DataArea at(Path configured) throws EmbeddedPostgresException, IOException {
        if (Files.exists(configured)) {
            if (!Files.isDirectory(configured)) {
                throw new EmbeddedPostgresException(
                        Kind.FAILED, "data folder " + configured + " is a file; name a folder instead");
            }
            return new DataArea(configured.toRealPath());
        }
        FolderTree.createOpen(configured.getParent());
        return new DataArea(configured.getParent().toRealPath().resolve(configured.getFileName()));
    }

    Path parent() {
        return folder.getParent();
    }

    Path beside(String suffix) {
        return folder.resolveSibling(folder.getFileName() + suffix);
    }

    Path lockFile() {
        return beside(".lock");
    }

    Path logFile() {
        return folder.resolveSibling("postgres.log");
    }

    Path postmasterPidFile() {
        return folder.resolve("postmaster.pid");
    }

    Path socketFolder() {
        return folder.resolve("socket");
    }

    /** Whether there is a database in the folder. The folder is complete then: it was put in its place by a rename. */
    boolean holdsData() {
        return Files.exists(versionFile());
    }

    /** Refuses a folder that is not for us to write to, before anything in it is touched. */
    void requireOurs(PostgresBinaries binaries) throws EmbeddedPostgresException, IOException {
        if (holdsData()) {
            String major = Files.readString(versionFile()).strip();
            if (!major.equals(binaries.majorVersion())) {
                throw new EmbeddedPostgresException(
                        Kind.WRONG_MAJOR_VERSION,
                        "data folder " + folder + " was written by PostgreSQL " + major + ", and this is PostgreSQL "
                                + binaries.majorVersion()
                                + "; dump it with the old version and load it into a new folder");
            }
        } else if (Files.isDirectory(folder) && !FolderTree.isEmpty(folder)) {
            throw new EmbeddedPostgresException(
                    Kind.FAILED,
                    "data folder " + folder + " is not empty and holds no database; name an empty or a new folder");
        }
    }

    private Path versionFile() {
        return folder.resolve("PG_VERSION");
    }
}
