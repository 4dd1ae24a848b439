package org.steadfast.it.harness;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Distributions that differ from the built one. They are copies of it, for there is no other that every machine has. Stateless. */
public final class OtherVersion {
    private static final String VERSION = "org/steadfast/protocol/release/version";

    private OtherVersion() {}

    /**
     * One that calls itself by another version.
     *
     * @param folder where it is laid; not there yet
     */
    public static Distribution of(Distribution distribution, String version, Path folder) throws IOException {
        copy(distribution.home(), folder);
        try (Stream<Path> libraries = Files.list(folder.resolve("lib"))) {
            Path jar = libraries
                    .filter(library -> library.getFileName().toString().startsWith("steadfast-protocol-"))
                    .findFirst()
                    .orElseThrow();
            try (FileSystem content = FileSystems.newFileSystem(jar)) {
                Files.writeString(content.getPath(VERSION), version);
            }
        }
        return new Distribution(folder, distribution.javaOptions());
    }

    /** Makes nodes of a role end as soon as they are started. */
    public static void breakNodes(Distribution distribution, String role) throws IOException {
        Files.writeString(distribution.home().resolve("conf/jvm/" + role + ".options"), "--no-such-option\n");
    }

    private static void copy(Path from, Path to) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(from)) {
            all = files.toList();
        }
        for (Path file : all) {
            Files.copy(file, to.resolve(from.relativize(file)));
        }
    }
}
