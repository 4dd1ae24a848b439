package org.steadfast.it.harness;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Removes the bridge and the network namespaces of a run: the own one when it closes, others whose process is gone. */
final class NetworkLeftovers {
    private static final Path INTERFACES = Path.of("/sys/class/net");
    private static final Path NAMESPACES = Path.of("/run/netns");

    private final Shell shell;
    private final String prefix;

    NetworkLeftovers(Shell shell, String prefix) {
        this.shell = shell;
        this.prefix = prefix;
    }

    /** How a bridge names the process that made it; with the time of its start, for process ids come again. */
    static String owner(ProcessHandle process) {
        return process.pid() + " "
                + process.info()
                        .startInstant()
                        .map(start -> Long.toString(start.toEpochMilli()))
                        .orElse("0");
    }

    /** Removes what processes that are gone have left. */
    void remove() throws IOException, InterruptedException {
        for (String bridge : names(INTERFACES, prefix + "*")) {
            String owner = owner(bridge);
            if (!owner.isEmpty() && !isAlive(owner)) {
                remove(bridge);
            }
        }
    }

    private static String owner(String bridge) throws IOException {
        Path alias = INTERFACES.resolve(bridge).resolve("ifalias");
        return Files.exists(alias) ? Files.readString(alias).strip() : "";
    }

    private static boolean isAlive(String owner) {
        Optional<ProcessHandle> process = ProcessHandle.of(Long.parseLong(owner.substring(0, owner.indexOf(' '))));
        return process.isPresent() && owner(process.get()).equals(owner);
    }

    /** Removes one run's bridge, its namespaces, and what still runs in them. */
    void remove(String bridge) throws IOException, InterruptedException {
        // The kernel takes a namespace apart when it has time; the names of our ends must be free when this returns.
        for (String port : names(INTERFACES.resolve(bridge).resolve("brif"), "*")) {
            shell.run("ip", "link", "del", port);
        }
        for (String namespace : names(NAMESPACES, bridge + "-*")) {
            for (String pid : shell.run("ip", "netns", "pids", namespace)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList()) {
                ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
            }
            shell.run("ip", "netns", "del", namespace);
        }
        if (Files.exists(INTERFACES.resolve(bridge))) {
            shell.run("ip", "link", "del", bridge);
        }
    }

    private static List<String> names(Path folder, String pattern) throws IOException {
        List<String> names = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, pattern)) {
                found.forEach(path -> names.add(path.getFileName().toString()));
            }
        }
        return names;
    }
}
