package org.steadfast.distribution.cluster;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.steadfast.coordination.chassis.FolderLock;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.coordination.settings.SecretStore;
import org.steadfast.coordination.settings.SettingsFile;

/** Lays out a cluster on this machine: storage locations, settings, secrets, and an overlay for each node. */
final class InstanceCreation {
    static final String APPLICATION_KEY = "administrator.application.key";

    private static final String HOST = "127.0.0.1";
    private static final int COORDINATOR_PORT = 2181;
    private static final int DATABASE_PORT = 5433;
    private static final int REST_PORT = 8080;
    private static final int DEVICE_PORT = 8090;
    private static final int STATE_PORT = 47100;
    private static final String DATABASE_PASSWORD = "database.password";
    private static final String SUPERUSER_PASSWORD = "database.superuser.password";
    private static final String LINK_KEY = "link.key";

    private final Path folder;
    private final ClusterSize size;
    private final Ports ports;

    private final Optional<ExternalDatabase> external;

    InstanceCreation(Path folder, ClusterSize size, boolean anyFreePorts, Optional<ExternalDatabase> external) {
        this.folder = folder;
        this.size = size;
        this.ports = new Ports(HOST, anyFreePorts);
        this.external = external;
    }

    /** How many nodes of each kind. */
    record ClusterSize(int coordinators, int foundationNodes, int connectionServers) {}

    /** Makes the folder; the list of nodes is written last, so that a half-made folder is made anew. */
    Instance create() throws IOException, NodeFailure {
        FolderLock lock = FolderLock.take(folder);
        try {
            List<NodePlan> nodes = new ArrayList<>();
            Path databaseFolder = databaseFolder();
            Instance instance = new Instance(folder, databaseFolder, nodes);
            Files.createDirectories(instance.platform().resolve("nodes"));
            Files.createDirectories(instance.storage());
            Files.createDirectories(instance.backupStorage());
            Files.createDirectories(folder.resolve("log"));
            if (external.isEmpty()) {
                Files.createDirectories(databaseFolder);
            }
            writeSecrets(instance);

            List<String> hosts = addCoordinators(instance, nodes);
            ObjectNode shared = shared(hosts);
            if (external.isPresent()) {
                connect(shared, external.get().url(), external.get().user());
            } else {
                addDatabase(instance, nodes, shared);
            }
            Files.writeString(instance.platform().resolve(SettingsFile.NAME), shared.toPrettyString() + "\n");
            for (int i = 1; i <= size.foundationNodes(); i++) {
                addFoundationNode(instance, nodes, "foundation" + i);
            }
            for (int i = 1; i <= size.connectionServers(); i++) {
                addConnectionServer(instance, nodes, "connection" + i);
            }
            instance.write();
            return new Instance(folder, databaseFolder, List.copyOf(nodes));
        } finally {
            lock.close();
        }
    }

    /**
     * The database never runs as root. Where root starts the cluster from a folder that others may not enter, such as its home,
     * the database's files go to where they can be reached.
     */
    private Path databaseFolder() throws IOException {
        if (!"root".equals(System.getProperty("user.name")) || isReachableByOthers(folder)) {
            return folder.resolve("database");
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
        if (external.isPresent()) {
            secrets.put(DATABASE_PASSWORD, external.get().password());
        }
        for (String name : List.of(APPLICATION_KEY, DATABASE_PASSWORD, SUPERUSER_PASSWORD, LINK_KEY)) {
            if (secrets.find(name).isEmpty()) {
                secrets.put(name, SecretStore.random());
            }
        }
    }

    private List<String> addCoordinators(Instance instance, List<NodePlan> nodes) throws IOException {
        List<String> hosts = new ArrayList<>();
        List<String> ensemble = new ArrayList<>();
        for (int i = 1; i <= size.coordinators(); i++) {
            NodePlan node = new NodePlan("coordinator" + i, NodePlan.COORDINATOR, HOST, ports.next(COORDINATOR_PORT));
            nodes.add(node);
            hosts.add(node.address());
            if (size.coordinators() > 1) {
                ensemble.add(i + "=" + HOST + ":" + ports.next(2888) + ":" + ports.next(3888));
            }
        }
        for (int i = 1; i <= size.coordinators(); i++) {
            NodePlan node = nodes.get(i - 1);
            ObjectNode settings = JsonNodeFactory.instance.objectNode();
            settings.put("Host", HOST)
                    .put("ClientPort", node.port())
                    .put("ServerId", i)
                    .put("DataFolder", "../coordinator/" + node.id() + "/data")
                    .put("TransactionLogFolder", "../coordinator/" + node.id() + "/log");
            if (!ensemble.isEmpty()) {
                settings.put("Ensemble", String.join(", ", ensemble));
            }
            writeOverlay(instance, node, "CoordinatorSettings", settings);
        }
        return hosts;
    }

    private static ObjectNode shared(List<String> hosts) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ObjectNode config = root.putObject("PlatformSettingsConfig");
        config.putObject("BasicSettings")
                .put("Storage", "../ThingworxStorage")
                .put("BackupStorage", "../ThingworxBackupStorage");
        config.putObject("AdministratorUserSettings")
                .put("InitialApplicationKey", SecretStore.PREFIX + APPLICATION_KEY);
        config.putObject("ClusteredModeSettings")
                .put("CoordinatorHosts", String.join(", ", hosts))
                .put("LinkKey", SecretStore.PREFIX + LINK_KEY);
        return root;
    }

    private void addDatabase(Instance instance, List<NodePlan> nodes, ObjectNode shared) throws IOException {
        NodePlan database = new NodePlan("database", NodePlan.DATABASE, HOST, ports.next(DATABASE_PORT));
        nodes.add(database);
        ((ObjectNode) shared.path("PlatformSettingsConfig"))
                .putObject("EmbeddedDatabaseSettings")
                .put("Host", HOST)
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

    private void addFoundationNode(Instance instance, List<NodePlan> nodes, String id) throws IOException {
        NodePlan node = new NodePlan(id, NodePlan.FOUNDATION_NODE, HOST, ports.next(REST_PORT));
        nodes.add(node);
        ObjectNode overlay = JsonNodeFactory.instance.objectNode();
        ObjectNode config = overlay.putObject("PlatformSettingsConfig");
        config.putObject("FoundationNodeSettings").put("Host", HOST).put("HttpPort", node.port());
        config.putObject("SharedStateSettings").put("Host", HOST).put("CommunicationPort", ports.next(STATE_PORT));
        write(instance, node, overlay);
    }

    private void addConnectionServer(Instance instance, List<NodePlan> nodes, String id) throws IOException {
        NodePlan node = new NodePlan(id, NodePlan.CONNECTION_SERVER, HOST, ports.next(DEVICE_PORT));
        nodes.add(node);
        ObjectNode settings = JsonNodeFactory.instance.objectNode();
        settings.put("Host", HOST).put("Port", node.port());
        writeOverlay(instance, node, "ConnectionServerSettings", settings);
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
