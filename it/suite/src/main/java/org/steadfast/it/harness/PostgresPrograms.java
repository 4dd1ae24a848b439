package org.steadfast.it.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The programs of PostgreSQL that the operating system's package has put where Debian puts them; never run as root. */
record PostgresPrograms(Path folder, List<String> account) {
    private static final Path ROOT = Path.of("/usr/lib/postgresql");

    /** @param home of the servers; becomes the property of their account */
    static PostgresPrograms find(Path home) throws IOException, InterruptedException {
        Path folder;
        try (Stream<Path> versions = Files.exists(ROOT) ? Files.list(ROOT) : Stream.empty()) {
            folder = versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("postgres")))
                    .max(Comparator.naturalOrder())
                    .orElseThrow(() -> new IOException("there is no PostgreSQL in " + ROOT + "; install postgresql"));
        }
        if (!"root".equals(System.getProperty("user.name"))) {
            return new PostgresPrograms(folder, List.of());
        }
        new Shell().run("chown", "postgres:", home.toString());
        return new PostgresPrograms(
                folder, List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"));
    }

    List<String> command(String program, List<String> arguments) {
        List<String> command = new ArrayList<>(account);
        command.add(folder.resolve(program).toString());
        command.addAll(arguments);
        return command;
    }

    /** Hands a file over to the account. */
    void give(Path file) throws IOException, InterruptedException {
        if (!account.isEmpty()) {
            new Shell().run("chown", "postgres:", file.toString());
        }
    }
}
