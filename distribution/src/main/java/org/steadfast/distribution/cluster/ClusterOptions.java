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
                        freePorts,
                        externalDatabase())
                .create();
    }

    private Optional<ExternalDatabase> externalDatabase() throws IOException {
        if (databaseUrl == null) {
            return Optional.empty();
        }
        if (!databaseUrl.startsWith("jdbc:postgresql://")) {
            throw new ParameterException(
                    command.commandLine(), "--database-url must begin with jdbc:postgresql://, not be " + databaseUrl);
        }
        if (databasePasswordFile == null) {
            throw new ParameterException(
                    command.commandLine(), "--database-url needs --database-password-file with the role's password");
        }
        List<String> lines = Files.exists(databasePasswordFile) ? Files.readAllLines(databasePasswordFile) : List.of();
        if (lines.isEmpty() || lines.get(0).isEmpty()) {
            throw new ParameterException(
                    command.commandLine(),
                    "--database-password-file must be a file whose first line is the password; " + databasePasswordFile
                            + " is none");
        }
        return Optional.of(new ExternalDatabase(databaseUrl, databaseUser, new Secret(lines.get(0))));
    }

    private void require(boolean met, String option, String wanted, int number) {
        if (!met) {
            throw new ParameterException(command.commandLine(), option + " must be " + wanted + ", not " + number);
        }
    }
}
