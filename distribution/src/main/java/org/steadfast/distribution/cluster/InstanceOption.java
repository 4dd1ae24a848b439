package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;
import picocli.CommandLine.Option;

/** Which cluster a command is about. */
final class InstanceOption {
    static final String DEFAULT =
            "the one that conf/instance of the distribution names, where it was installed, else instance";

    @Option(
            names = "--instance",
            paramLabel = "FOLDER",
            defaultValue = Option.NULL_VALUE,
            description = "Folder of the cluster. Default: " + InstanceOption.DEFAULT + ".")
    private Path folder;

    /** @throws NodeFailure if there is none */
    Instance read() throws NodeFailure {
        return Instance.read(resolve(folder));
    }

    /** @param given by an option; null where it was not */
    static Path resolve(Path given) throws NodeFailure {
        return (given == null ? installed() : given).toAbsolutePath().normalize();
    }

    /** The installer writes down for which cluster the distribution was installed. */
    private static Path installed() throws NodeFailure {
        String home = System.getProperty("steadfast.home");
        Path file = Path.of(home == null ? "" : home, "conf", "instance");
        try {
            String folder = Files.exists(file) ? Files.readString(file).strip() : "instance";
            if (folder.isEmpty()) {
                throw new NodeFailure(
                        ExitCode.SETTINGS_INVALID,
                        file + " is empty; write the folder of the cluster into it, or name that with --instance");
            }
            return Path.of(folder);
        } catch (IOException e) {
            throw new NodeFailure(ExitCode.STORAGE_UNUSABLE, file + " cannot be read: " + e, e);
        }
    }
}
