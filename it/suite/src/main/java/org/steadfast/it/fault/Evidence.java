package org.steadfast.it.fault;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.history.History;
import org.steadfast.it.history.Operation;

/** What is left of a run that failed: the whole history and the nodes' logs. */
final class Evidence {
    private final Path folder;

    private Evidence(Path folder) {
        this.folder = folder;
    }

    static Evidence of(String fault) {
        return new Evidence(Path.of("target", "faults", fault));
    }

    void keep(ClusterUnderTest cluster, History history) throws IOException {
        Files.createDirectories(folder);
        List<String> lines = history.operations().stream()
                .sorted(Comparator.comparing(Operation::property).thenComparing(Operation::invoked))
                .map(Operation::toString)
                .toList();
        Files.write(folder.resolve("history.txt"), lines);
        try (DirectoryStream<Path> logs =
                Files.newDirectoryStream(cluster.instance().resolve("log"))) {
            for (Path log : logs) {
                Files.copy(log, folder.resolve(log.getFileName().toString()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }
}
