package org.steadfast.installer;

import com.izforge.izpack.api.data.InstallData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.steadfast.distribution.cluster.ClusterAnswers;

/**
 * Refuses to install where nothing can be written, where other files are than those of an installation, and over one whose nodes run, which
 * would load classes of two versions.
 */
public final class HomeValidator extends PanelValidator {
    /** Java's class path, or its properties, take these for something else. */
    private static final Pattern CONFUSING = Pattern.compile("[,:;*?\"'\\\\\\p{Cntrl}]");

    @Override
    List<String> problems(InstallData data) throws IOException {
        if (!data.getInstallPath().startsWith("/")
                || CONFUSING.matcher(data.getInstallPath()).find()) {
            return List.of(
                    "the folder of the programs must be named in full, from the root on, without any of , : ; * ? \" ' \\, not "
                            + data.getInstallPath());
        }
        Path home = Path.of(data.getInstallPath()).normalize();
        List<String> problems = ClusterAnswers.problemsOfFolder(home);
        if (!problems.isEmpty()) {
            return problems;
        }
        if (!isEmpty(home) && !InstalledFiles.areIn(home)) {
            return List.of(
                    home
                            + " holds other files than those of an installation; choose an empty folder or one that is not there yet");
        }
        Optional<String> obstacle = HomeInUse.obstacle(home);
        if (obstacle.isPresent()) {
            return List.of(obstacle.get() + ", or install into another folder");
        }
        proposeClusterOf(home, data);
        return List.of();
    }

    /** An update is for the cluster that the programs were installed for, unless somebody says otherwise. */
    private static void proposeClusterOf(Path home, InstallData data) throws IOException {
        Path file = home.resolve("conf/instance");
        if (Files.isReadable(file)) {
            data.setVariable("setup.instance", Files.readString(file).strip());
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return true;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }
}
