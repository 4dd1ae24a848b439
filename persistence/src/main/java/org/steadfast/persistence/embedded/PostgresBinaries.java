package org.steadfast.persistence.embedded;

import java.nio.file.Path;
import java.util.List;

/**
 * PostgreSQL's unpacked programs.
 *
 * @param version such as 16.15
 */
record PostgresBinaries(Path folder, String version) {
    Path program(String name) {
        return folder.resolve("bin").resolve(name);
    }

    /** The part of the version that decides whether a data folder can be read. */
    String majorVersion() {
        return List.of(version.split("\\.")).get(0);
    }
}
