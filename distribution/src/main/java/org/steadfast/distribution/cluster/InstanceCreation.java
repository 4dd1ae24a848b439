package org.steadfast.distribution.cluster;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.FolderLock;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.coordination.settings.SecretStore;
import org.steadfast.coordination.settings.SettingsFile;

/** Lays out a cluster: storage locations, settings, secrets, and an overlay for each node. */
final class InstanceCreation {
    static final String APPLICATION_KEY = "administrator.application.key";

    private static final int COORDINATOR_PORT = 2181;
    private static final int PEER_PORT = 2888;
    private static final int ELECTION_PORT = 3888;
    private static final int DATABASE_PORT = 5433;
    private static final int REST_PORT = 8080;
    private static final int DEVICE_PORT = 8090;
    private static final int STATE_PORT = 47100;
    private static final String DATABASE_PASSWORD = "database.password";
    private static final String SUPERUSER_PASSWORD = "database.superuser.password";
    private static final String PASSWORD_HASH = "administrator.password.hash";
    private static final String LINK_KEY = "link.key";

    private final Layout layout;
    private final Path folder;
    private final Path localFolder;
    private final Placement placement;
    private final Ports ports;
    /** Roles and hosts whose first node has not got the chosen port yet that is kept for it. */
    private final Set<String> firsts = new HashSet<>();

    InstanceCreation(Layout layout, Machine machine) {
        this.layout = layout;
        this.folder = layout.folder();
        this.localFolder = layout.localFolder();
        this.placement = layout.placement();
        this.ports = new Ports(layout.ports().anyFree(), placement.isHere() ? machine::has : host -> false);
    }

    /** Makes the folder; the list of nodes is written last, so that a half-made folder is made anew. */
    Instance create() throws IOException, NodeFailure {
        FolderLock lock = FolderLock.take(folder);
        try {
            if (Instance.exists(folder)) {
                throw new NodeFailure(ExitCode.USAGE, "there is a cluster in " + folder + " already");
            }
            takeChosenPorts();
            String id = UUID.randomUUID().toString();
            List<NodePlan> nodes = new ArrayList<>();
            Path databaseFolder = databaseFolder();
            Instance instance = new Instance(id, folder, localFolder, databaseFolder, nodes);
            Files.createDirectories(instance.platform().resolve("nodes"));
            Files.createDirectories(layout.storage());
            Files.createDirectories(layout.backupStorage());
            if (!placement.isOnSeveralMachines()) {
                Files.createDirectories(instance.logs());
                if (layout.database().isEmpty()) {
                    Files.createDirectories(databaseFolder);
                }
            }
            writeSecrets(instance);

            List<String> hosts = addCoordinators(instance, nodes);
            ObjectNode shared = shared(hosts);
            if (!localFolder.equals(folder)) {
                // Else it would be beside the settings, where all machines write.
                ((ObjectNode) shared.path("PlatformSettingsConfig"))
                        .putObject("SharedStateSettings")
                        .put("WorkFolder", localFolder.resolve("work").toString());
            }
            if (layout.database().isPresent()) {
                connect(
                        shared,
                        layout.database().get().url(),
                        layout.database().get().user());
            } else {
                addDatabase(instance, nodes, shared);
            }
            Files.writeString(instance.platform().resolve(SettingsFile.NAME), shared.toPrettyString() + "\n");
            for (String host : placement.foundationNodes()) {
                addFoundationNode(instance, nodes, host);
            }
            for (String host : placement.connectionServers()) {
                addConnectionServer(instance, nodes, host);
            }
            instance.write();
            return new Instance(id, folder, localFolder, databaseFolder, List.copyOf(nodes));
        } finally {
            lock.close();
        }
    }

    /**
     * The database never runs as root. Where root starts the cluster from a folder that others may not enter, such as its home,
     * the database's files go to where they can be reached.
     */
    private Path databaseFolder() throws IOException {
        if (placement.isOnSeveralMachines()
                || !"root".equals(System.getProperty("user.name"))
                || isReachableByOthers(localFolder)) {
            return localFolder.resolve("database");
        }
        return Path.of("/var/lib/steadfast", folder.getFileName() + "-" + Integer.toHexString(folder.hashCode()));
    }

    private static boolean isReachableByOthers(Path folder) throws IOException {
        for (Path path = folder; path != null; path = path.getParent()) {
            if (Files.exists(path)
                    && !Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                return false;
            }
        }
        return true;
    }

    private void writeSecrets(Instance instance) throws IOException {
        SecretStore secrets = new SecretStore(instance.platform());
        if (layout.database().isPresent()) {
            secrets.put(DATABASE_PASSWORD, layout.database().get().password());
        }
        if (layout.administratorPasswordHash().isPresent()) {
            secrets.put(PASSWORD_HASH, layout.administratorPasswordHash().get());
        }
        for (String name : List.of(APPLICATION_KEY, DATABASE_PASSWORD, SUPERUSER_PASSWORD, LINK_KEY)) {
            if (secrets.find(name).isEmpty()) {
                secrets.put(name, SecretStore.random());
            }
        }
    }

    private List<String> addCoordinators(Instance instance, List<NodePlan> nodes) throws IOException {
        List<String> addresses = new ArrayList<>();
        List<String> ensemble = new ArrayList<>();
        for (String host : placement.coordinators()) {
            int number = nodes.size() + 1;
            NodePlan node = new NodePlan(
                    "coordinator" + number, NodePlan.COORDINATOR, host, ports.next(host, COORDINATOR_PORT));
            nodes.add(node);
            addresses.add(node.address());
            ensemble.add(
                    number + "=" + host + ":" + ports.next(host, PEER_PORT) + ":" + ports.next(host, ELECTION_PORT));
        }
        for (int i = 0; i < placement.coordinators().size(); i++) {
            NodePlan node = nodes.get(i);
            ObjectNode settings = JsonNodeFactory.instance.objectNode();
            settings.put("Host", node.host())
                    .put("ClientPort", node.port())
                    .put("ServerId", i + 1)
                    .put("DataFolder", coordinatorFolder(node, "data"))
                    .put("TransactionLogFolder", coordinatorFolder(node, "log"));
            if (ensemble.size() > 1) {
                settings.put("Ensemble", String.join(", ", ensemble));
            }
            writeOverlay(instance, node, "CoordinatorSettings", settings);
        }
        return addresses;
    }

    /** Beside the settings where that is local, else where this machine alone writes. */
    private String coordinatorFolder(NodePlan node, String name) {
        Path local = Path.of("coordinator", node.id(), name);
        return localFolder.equals(folder)
                ? "../" + local
                : localFolder.resolve(local).toString();
    }

    private ObjectNode shared(List<String> hosts) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ObjectNode config = root.putObject("PlatformSettingsConfig");
        config.putObject("BasicSettings")
                .put("Storage", location(layout.storage()))
                .put("BackupStorage", location(layout.backupStorage()));
        ObjectNode administrator = config.putObject("AdministratorUserSettings")
                .put("InitialApplicationKey", SecretStore.PREFIX + APPLICATION_KEY);
        if (layout.administratorPasswordHash().isPresent()) {
            administrator.put("InitialPasswordHash", SecretStore.PREFIX + PASSWORD_HASH);
        }
        config.putObject("ClusteredModeSettings")
                .put("CoordinatorHosts", String.join(", ", hosts))
                .put("LinkKey", SecretStore.PREFIX + LINK_KEY);
        return root;
    }

    /** Beside the settings by its relative name, so that the folder of a cluster can be moved. */
    private String location(Path location) {
        return folder.equals(location.getParent()) ? "../" + location.getFileName() : location.toString();
    }

    private void addDatabase(Instance instance, List<NodePlan> nodes, ObjectNode shared) throws IOException {
        String host = placement.database().orElse(Placement.THIS_MACHINE);
        NodePlan database = new NodePlan("database", NodePlan.DATABASE, host, ports.next(host, DATABASE_PORT));
        nodes.add(database);
        ((ObjectNode) shared.path("PlatformSettingsConfig"))
                .putObject("EmbeddedDatabaseSettings")
                .put("Host", host)
                .put("Port", database.port())
                .put("DataFolder", instance.databaseFolder().resolve("data").toString())
                .put(
                        "BinariesFolder",
                        instance.databaseFolder().resolve("binaries").toString())
                .put("SuperuserPassword", SecretStore.PREFIX + SUPERUSER_PASSWORD);
        connect(shared, "jdbc:postgresql://" + database.address() + "/thingworx", "twadmin");
    }

    private static void connect(ObjectNode shared, String url, String user) {
        shared.putObject("PersistenceProviderPackageConfigs")
                .putObject("PostgresPersistenceProviderPackage")
                .putObject("ConnectionInformation")
                .put("jdbcUrl", url)
                .put("username", user)
                .put("password", SecretStore.PREFIX + DATABASE_PASSWORD);
    }

    private void addFoundationNode(Instance instance, List<NodePlan> nodes, String host) throws IOException {
        int port = port(NodePlan.FOUNDATION_NODE, host, layout.ports().rest(), REST_PORT);
        NodePlan node = next(instance, "foundation", NodePlan.FOUNDATION_NODE, host, port);
        // Users come from outside, other foundation nodes do not where all are here.
        String internalHost = placement.isHere() ? Placement.THIS_MACHINE : host;
        nodes.add(node);
        ObjectNode overlay = JsonNodeFactory.instance.objectNode();
        ObjectNode config = overlay.putObject("PlatformSettingsConfig");
        config.putObject("FoundationNodeSettings").put("Host", host).put("HttpPort", node.port());
        config.putObject("SharedStateSettings")
                .put("Host", internalHost)
                .put("CommunicationPort", ports.next(internalHost, STATE_PORT));
        write(instance, node, overlay);
    }

    private void addConnectionServer(Instance instance, List<NodePlan> nodes, String host) throws IOException {
        int port = port(NodePlan.CONNECTION_SERVER, host, layout.ports().device(), DEVICE_PORT);
        NodePlan node = next(instance, "connection", NodePlan.CONNECTION_SERVER, host, port);
        nodes.add(node);
        ObjectNode settings = JsonNodeFactory.instance.objectNode();
        settings.put("Host", host).put("Port", node.port());
        writeOverlay(instance, node, "ConnectionServerSettings", settings);
    }

    /** Chosen ports go to those for whom they were chosen before any other node takes one. */
    private void takeChosenPorts() throws IOException {
        take(
                NodePlan.FOUNDATION_NODE,
                placement.foundationNodes(),
                layout.ports().rest());
        take(
                NodePlan.CONNECTION_SERVER,
                placement.connectionServers(),
                layout.ports().device());
    }

    private void take(String role, List<String> hosts, Optional<Integer> port) throws IOException {
        if (port.isPresent()) {
            for (String host : new LinkedHashSet<>(hosts)) {
                ports.take(host, port.get());
                firsts.add(role + " " + host);
            }
        }
    }

    private int port(String role, String host, Optional<Integer> chosen, int usual) throws IOException {
        if (chosen.isEmpty()) {
            return ports.next(host, usual);
        }
        return firsts.remove(role + " " + host) ? chosen.get() : ports.after(host, chosen.get());
    }

    /** The next node of a role. */
    private static NodePlan next(Instance instance, String name, String role, String host, int port) {
        return new NodePlan(name + (instance.nodes(role).size() + 1), role, host, port);
    }

    private static void writeOverlay(Instance instance, NodePlan node, String section, ObjectNode settings)
            throws IOException {
        ObjectNode overlay = JsonNodeFactory.instance.objectNode();
        overlay.putObject("PlatformSettingsConfig").set(section, settings);
        write(instance, node, overlay);
    }

    private static void write(Instance instance, NodePlan node, ObjectNode overlay) throws IOException {
        Path file = instance.platform().resolve("nodes").resolve(node.id() + ".json");
        Files.writeString(file, overlay.toPrettyString() + "\n");
    }
}
