package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.distribution.cluster.ClusterAnswers.Subject;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What a cluster consists of, where it is not laid out yet; checked as a whole by {@link #layout}. */
final class ClusterOptions {
    private static final Pattern LOCATION = Pattern.compile("([A-Za-z][A-Za-z0-9_-]{0,31})=(\\S.*)");
    private static final Path LOCAL_FOLDERS = Path.of("/var/lib/steadfast");
    private static final int LAST_PORT = 65_535;
    private static final String GRAMMAR =
            "How many on this machine, or the machine of each: addresses or names, separated by commas. Default: ${DEFAULT-VALUE}.";

    @Option(
            names = "--answers",
            paramLabel = "FILE",
            preprocessor = AnswersFile.class,
            description =
                    "A file of properties with values of the options below, by their names without the dashes, as the installer writes one.")
    private Path answers;

    @Option(
            names = "--instance",
            paramLabel = "FOLDER",
            description =
                    "Folder of the cluster: storage locations and the list of nodes; one that all machines share, where there are several."
                            + " Default: "
                            + InstanceOption.DEFAULT
                            + ".")
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

    @Option(
            names = "--storage",
            paramLabel = "FOLDER",
            description =
                    "The ThingworxStorage location, for files. Default: the folder of that name in the folder of the cluster.")
    private Path storage;

    @Option(
            names = "--backup-storage",
            paramLabel = "FOLDER",
            description =
                    "The ThingworxBackupStorage location. Default: the folder of that name in the folder of the cluster.")
    private Path backupStorage;

    @Option(
            names = "--additional-storage",
            paramLabel = "NAME=FOLDER",
            split = ",",
            description =
                    "Further storage locations, of which a file repository chooses one by its name; separated by commas. Default: none.")
    private List<String> additionalStorage = List.of();

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            defaultValue = Placement.THIS_MACHINE,
            converter = NodeHosts.HostConverter.class,
            description =
                    "Where all nodes are on this machine: its address at which users and devices reach them, instead of this machine alone. Default:"
                            + " ${DEFAULT-VALUE}.")
    private String listen;

    @Option(
            names = "--rest-port",
            paramLabel = "PORT",
            description =
                    "Of the first foundation node of a machine; further ones take the next. Default: 8080, or the next free one.")
    private Integer restPort;

    @Option(
            names = "--device-port",
            paramLabel = "PORT",
            description =
                    "Of the first connection server of a machine; further ones take the next. Default: 8090, or the next free one.")
    private Integer devicePort;

    @Option(names = "--free-ports", description = "Takes any free ports of this machine instead of the usual ones.")
    private boolean freePorts;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Mixin
    private final LoginOptions logins;

    @Mixin
    private final FailoverOptions failover;

    @Mixin
    private final TlsOptions tls;

    ClusterOptions() {
        this(System.getenv());
    }

    /** @param environment where passwords are looked for */
    ClusterOptions(Map<String, String> environment) {
        Passwords passwords = new Passwords(environment);
        this.logins = new LoginOptions(passwords);
        this.failover = new FailoverOptions(passwords);
        this.tls = new TlsOptions(passwords);
    }

    Path folder() throws NodeFailure {
        return InstanceOption.resolve(folder);
    }

    boolean exists() throws NodeFailure {
        return Instance.exists(folder());
    }

    Instance create() throws IOException, InterruptedException, NodeFailure {
        Layout layout = layout();
        return new InstanceCreation(layout, PortPlan.of(layout, Machine.here())).create();
    }

    /** @throws ParameterException with the first problem, if there are any */
    Layout layout() throws IOException, NodeFailure {
        Outline outline = outline();
        if (!outline.problems().isEmpty()) {
            throw new ParameterException(
                    command.commandLine(), outline.problems().get(0).text());
        }
        return outline.layout();
    }

    /** What the options come to, without a look at the machine. */
    Outline outline() throws IOException, NodeFailure {
        Outline.Problems problems = new Outline.Problems();
        Layout layout = layout(problems);
        return new Outline(layout, problems.found());
    }

    private Layout layout(Outline.Problems problems) throws IOException, NodeFailure {
        problems.require(
                coordinators.size() % 2 == 1,
                Subject.NODES,
                "--coordinators must be 1, or an odd number from 3 on, not " + coordinators.size());
        problems.require(
                foundationNodes.size() >= 1,
                Subject.NODES,
                "--foundation-nodes must be 1 at least, not " + foundationNodes.size());
        Placement placement = placement(problems);
        Path cluster = folder();
        problems.require(
                cluster.getFileName() != null,
                Subject.FOLDERS,
                "--instance must be a folder of its own, not " + cluster);
        Optional<ExternalDatabase> database = logins.database(problems);
        problems.require(
                logins.hasDatabase() || !failover.areGiven(),
                Subject.DATABASE,
                "--failover-user goes with --database-url: the embedded database has no standbys");
        return new Layout(
                cluster,
                localFolder(cluster, placement),
                location(cluster, storage, "ThingworxStorage"),
                location(cluster, backupStorage, "ThingworxBackupStorage"),
                placement,
                ports(problems),
                additional(problems),
                database,
                failover.failover(database, problems),
                logins.administratorPasswordHash(problems),
                tls.choice(placement.doors(), problems));
    }

    private Placement placement(Outline.Problems problems) {
        boolean areNamed = coordinators.areNamed() || foundationNodes.areNamed() || connectionServers.areNamed();
        if (areNamed) {
            requireNamed(problems, coordinators, "--coordinators");
            requireNamed(problems, foundationNodes, "--foundation-nodes");
            requireNamed(problems, connectionServers, "--connection-servers");
        }
        problems.require(
                databaseMachine == null || (!logins.hasDatabase() && areNamed),
                Subject.DATABASE,
                "--database-machine goes with named machines and without --database-url");
        problems.require(
                !areNamed || logins.hasDatabase() || databaseMachine != null,
                Subject.DATABASE,
                "name the machine that runs the embedded database with --database-machine, or a database of your own with"
                        + " --database-url");
        problems.require(
                !areNamed || listen.equals(Placement.THIS_MACHINE),
                Subject.PORTS,
                "--listen goes without named machines: those that are named are also what nodes listen at");
        return new Placement(
                coordinators.hosts(),
                areNamed ? foundationNodes.hosts() : Collections.nCopies(foundationNodes.size(), listen),
                areNamed ? connectionServers.hosts() : Collections.nCopies(connectionServers.size(), listen),
                logins.hasDatabase()
                        ? Optional.empty()
                        : Optional.of(databaseMachine == null ? Placement.THIS_MACHINE : databaseMachine));
    }

    private static void requireNamed(Outline.Problems problems, NodeHosts nodes, String option) {
        problems.require(
                nodes.areNamed() || nodes.size() == 0,
                Subject.NODES,
                option + " names no machines, but other options do; name those of all nodes");
    }

    private static Path location(Path cluster, Path chosen, String name) {
        return chosen == null ? cluster.resolve(name) : chosen.toAbsolutePath().normalize();
    }

    private Map<String, Path> additional(Outline.Problems problems) {
        Map<String, Path> locations = new LinkedHashMap<>();
        for (String location : additionalStorage) {
            Matcher parts = LOCATION.matcher(location);
            if (!parts.matches()) {
                problems.require(
                        false,
                        Subject.FOLDERS,
                        "--additional-storage must be like media=/mnt/media,archive=/mnt/archive, with names of up to 32 letters, digits, _ and -, that begin with a letter, and has \""
                                + location + "\"");
                continue;
            }
            Path other = locations.put(
                    parts.group(1), Path.of(parts.group(2)).toAbsolutePath().normalize());
            problems.require(other == null, Subject.FOLDERS, "--additional-storage has " + parts.group(1) + " twice");
        }
        return locations;
    }

    private Path localFolder(Path cluster, Placement placement) {
        if (localFolder != null) {
            return localFolder.toAbsolutePath().normalize();
        }
        return placement.isOnSeveralMachines() ? LOCAL_FOLDERS.resolve(String.valueOf(cluster.getFileName())) : cluster;
    }

    private Layout.PortChoice ports(Outline.Problems problems) {
        requirePort(problems, restPort, "--rest-port");
        requirePort(problems, devicePort, "--device-port");
        return new Layout.PortChoice(freePorts, Optional.ofNullable(restPort), Optional.ofNullable(devicePort));
    }

    private static void requirePort(Outline.Problems problems, Integer port, String option) {
        problems.require(
                port == null || (port >= 1 && port <= LAST_PORT),
                Subject.PORTS,
                option + " must be 1 to " + LAST_PORT + ", not " + port);
    }
}
