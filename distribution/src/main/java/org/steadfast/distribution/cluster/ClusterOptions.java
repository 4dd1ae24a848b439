package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.nio.file.Path;
import org.steadfast.coordination.chassis.NodeFailure;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What a cluster on this machine consists of, where it is not laid out yet. */
final class ClusterOptions {
    @Option(
            names = "--instance",
            paramLabel = "FOLDER",
            defaultValue = "instance",
            description = "Folder of the cluster: storage locations, database, logs. Default: ${DEFAULT-VALUE}.")
    private Path folder;

    @Option(
            names = "--foundation-nodes",
            paramLabel = "N",
            defaultValue = "2",
            description = "Default: ${DEFAULT-VALUE}.")
    private int foundationNodes;

    @Option(
            names = "--connection-servers",
            paramLabel = "N",
            defaultValue = "2",
            description = "Default: ${DEFAULT-VALUE}.")
    private int connectionServers;

    @Option(
            names = "--coordinators",
            paramLabel = "N",
            defaultValue = "1",
            description = "1, or an odd number from 3 on. Default: ${DEFAULT-VALUE}.")
    private int coordinators;

    @Option(names = "--free-ports", description = "Takes any free ports instead of the usual ones.")
    private boolean freePorts;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    Path folder() {
        return folder.toAbsolutePath().normalize();
    }

    boolean exists() {
        return Instance.exists(folder());
    }

    Instance create() throws IOException, NodeFailure {
        require(
                coordinators >= 1 && coordinators % 2 == 1,
                "--coordinators",
                "1, or an odd number from 3 on",
                coordinators);
        require(foundationNodes >= 1, "--foundation-nodes", "1 at least", foundationNodes);
        require(connectionServers >= 0, "--connection-servers", "0 at least", connectionServers);
        return new InstanceCreation(
                        folder(),
                        new InstanceCreation.ClusterSize(coordinators, foundationNodes, connectionServers),
                        freePorts)
                .create();
    }

    private void require(boolean met, String option, String wanted, int number) {
        if (!met) {
            throw new ParameterException(command.commandLine(), option + " must be " + wanted + ", not " + number);
        }
    }
}
