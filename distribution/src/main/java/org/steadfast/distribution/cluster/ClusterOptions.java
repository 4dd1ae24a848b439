package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.coordination.settings.Secret;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What a cluster consists of, where it is not laid out yet. */
final class ClusterOptions {
    private static final Path LOCAL_FOLDERS = Path.of("/var/lib/steadfast");
    private static final String GRAMMAR =
            "How many on this machine, or the machine of each: addresses or names, separated by commas. Default: ${DEFAULT-VALUE}.";

    @Option(
            names = "--instance",
            paramLabel = "FOLDER",
            defaultValue = "instance",
            description =
                    "Folder of the cluster: storage locations and the list of nodes; one that all machines share, where there are several."
                            + " Default: ${DEFAULT-VALUE}.")
    private Path folder;

    @Option(
            names = "--foundation-nodes",
            paramLabel = "N|HOST,...",
            defaultValue = "2",
            converter = NodeHosts.Converter.class,
            description = GRAMMAR)
    private NodeHosts foundationNodes;

    @Option(
            names = "--connection-servers",
            paramLabel = "N|HOST,...",
            defaultValue = "2",
            converter = NodeHosts.Converter.class,
            description = GRAMMAR)
    private NodeHosts connectionServers;

    @Option(
            names = "--coordinators",
            paramLabel = "N|HOST,...",
            defaultValue = "1",
            converter = NodeHosts.Converter.class,
            description = "1, or an odd number from 3 on. " + GRAMMAR)
    private NodeHosts coordinators;

    @Option(
            names = "--database-machine",
            paramLabel = "HOST",
            converter = NodeHosts.HostConverter.class,
            description =
                    "Where machines are named: the one that runs the embedded database, where there is no --database-url.")
    private String databaseMachine;

    @Option(
            names = "--local-folder",
            paramLabel = "FOLDER",
            description =
                    "What each machine has for itself: logs, the coordinator's files, those of the embedded database. Default: the folder"
                            + " of the cluster; where it is on several machines, one of that name in /var/lib/steadfast.")
    private Path localFolder;

    @Option(names = "--free-ports", description = "Takes any free ports of this machine instead of the usual ones.")
    private boolean freePorts;

    @Option(
            names = "--database-url",
            paramLabel = "URL",
            description =
                    "A database of your own instead of one that the cluster runs itself, as jdbc:postgresql://host1:5432,host2:5432/thingworx.")
    private String databaseUrl;

    @Option(
            names = "--database-user",
            paramLabel = "ROLE",
            defaultValue = "twadmin",
            description = "The role that owns the platform's schema there. Default: ${DEFAULT-VALUE}.")
    private String databaseUser;

    @Option(
            names = "--database-password-file",
            paramLabel = "FILE",
            description = "A file whose first line is the role's password.")
    private Path databasePasswordFile;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    Path folder() {
        return folder.toAbsolutePath().normalize();
    }

    boolean exists() {
        return Instance.exists(folder());
    }

    Instance create() throws IOException, NodeFailure {
        require(coordinators.size() % 2 == 1, "--coordinators", "1, or an odd number from 3 on", coordinators.size());
        require(foundationNodes.size() >= 1, "--foundation-nodes", "1 at least", foundationNodes.size());
        Placement placement = placement();
        return new InstanceCreation(folder(), localFolder(placement), placement, freePorts, externalDatabase())
                .create();
    }

    private Placement placement() {
        boolean areNamed = coordinators.areNamed() || foundationNodes.areNamed() || connectionServers.areNamed();
        if (areNamed) {
            requireNamed(coordinators, "--coordinators");
            requireNamed(foundationNodes, "--foundation-nodes");
            requireNamed(connectionServers, "--connection-servers");
        }
        if (databaseMachine != null && (databaseUrl != null || !areNamed)) {
            throw wrong("--database-machine goes with named machines and without --database-url");
        }
        if (areNamed && databaseUrl == null && databaseMachine == null) {
            throw wrong(
                    "name the machine that runs the embedded database with --database-machine, or a database of your own with"
                            + " --database-url");
        }
        return new Placement(
                coordinators.hosts(),
                foundationNodes.hosts(),
                connectionServers.hosts(),
                databaseUrl != null
                        ? Optional.empty()
                        : Optional.of(databaseMachine == null ? Placement.THIS_MACHINE : databaseMachine));
    }

    private void requireNamed(NodeHosts nodes, String option) {
        if (!nodes.areNamed() && nodes.size() > 0) {
            throw wrong(option + " names no machines, but other options do; name those of all nodes");
        }
    }

    private Path localFolder(Placement placement) {
        if (localFolder != null) {
            return localFolder.toAbsolutePath().normalize();
        }
        return placement.isOnSeveralMachines() ? LOCAL_FOLDERS.resolve(folder().getFileName()) : folder();
    }

    private Optional<ExternalDatabase> externalDatabase() throws IOException {
        if (databaseUrl == null) {
            return Optional.empty();
        }
        if (!databaseUrl.startsWith("jdbc:postgresql://")) {
            throw wrong("--database-url must begin with jdbc:postgresql://, not be " + databaseUrl);
        }
        if (databasePasswordFile == null) {
            throw wrong("--database-url needs --database-password-file with the role's password");
        }
        List<String> lines = Files.exists(databasePasswordFile) ? Files.readAllLines(databasePasswordFile) : List.of();
        if (lines.isEmpty() || lines.get(0).isEmpty()) {
            throw wrong("--database-password-file must be a file whose first line is the password; "
                    + databasePasswordFile + " is none");
        }
        return Optional.of(new ExternalDatabase(databaseUrl, databaseUser, new Secret(lines.get(0))));
    }

    private void require(boolean met, String option, String wanted, int number) {
        if (!met) {
            throw wrong(option + " must be " + wanted + ", not " + number);
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
