package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.nio.file.Path;
import org.steadfast.coordination.chassis.NodeFailure;
import picocli.CommandLine.Option;

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

    Path folder() {
        return folder.toAbsolutePath().normalize();
    }

    boolean exists() {
        return Instance.exists(folder());
    }

    Instance create() throws IOException, NodeFailure {
        return new InstanceCreation(
                        folder(),
                        new InstanceCreation.ClusterSize(coordinators, foundationNodes, connectionServers),
                        freePorts)
                .create();
    }
}
