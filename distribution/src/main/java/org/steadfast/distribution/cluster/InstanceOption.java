package org.steadfast.distribution.cluster;

import java.nio.file.Path;
import org.steadfast.coordination.chassis.NodeFailure;
import picocli.CommandLine.Option;

/** Which cluster a command is about. */
final class InstanceOption {
    @Option(
            names = "--instance",
            paramLabel = "FOLDER",
            defaultValue = "instance",
            description = "Folder of the cluster. Default: ${DEFAULT-VALUE}.")
    private Path folder;

    /** @throws NodeFailure if there is none */
    Instance read() throws NodeFailure {
        return Instance.read(folder.toAbsolutePath().normalize());
    }
}
