package org.steadfast.installer;

import com.izforge.izpack.api.data.InstallData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.steadfast.distribution.cluster.ClusterAnswers;

/**
 * Refuses to install where nothing can be written, where other files are than those of a distribution, and over one whose nodes run, which
 * would load classes of two versions.
 */
public final class HomeValidator extends PanelValidator {
    @Override
    List<String> problems(InstallData data) throws IOException {
        Path home = Path.of(data.getInstallPath()).toAbsolutePath().normalize();
        Optional<String> obstacle = ClusterAnswers.obstacle(home);
        if (obstacle.isPresent()) {
            return List.of(obstacle.get());
        }
        if (!isEmpty(home) && !isHome(home)) {
            return List.of(home
                    + " holds other files than those of Steadfast, some of which an installation would remove; choose an"
                    + " empty folder or one that is not there yet");
        }
        List<Long> processes = HomeInUse.processes(home);
        return processes.isEmpty()
                ? List.of()
                : List.of("nodes run from " + home + ", as processes "
                        + processes.stream().map(String::valueOf).collect(Collectors.joining(", "))
                        + "; stop them with bin/cluster stop, or install into another folder");
    }

    private static boolean isEmpty(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return true;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }

    private static boolean isHome(Path folder) throws IOException {
        Path libraries = folder.resolve("lib");
        if (!Files.isRegularFile(folder.resolve("bin/steadfast")) || !Files.isDirectory(libraries)) {
            return false;
        }
        try (Stream<Path> files = Files.list(libraries)) {
            return files.anyMatch(file -> file.getFileName().toString().startsWith("steadfast-distribution-"));
        }
    }
}
