package org.steadfast.distribution.cluster;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.FolderLock;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.coordination.settings.SecretStore;
import org.steadfast.coordination.settings.SettingsFile;

/** Lays out a cluster: storage locations, settings, secrets, and an overlay for each node. */
final class InstanceCreation {
    static final String APPLICATION_KEY = "administrator.application.key";

    private static final String DATABASE_PASSWORD = "database.password";
    private static final String FAILOVER_PASSWORD = "database.failover.password";
    private static final String SUPERUSER_PASSWORD = "database.superuser.password";
    private static final String PASSWORD_HASH = "administrator.password.hash";
    private static final String LINK_KEY = "link.key";

    private final Layout layout;
    private final Path folder;
    private final Path localFolder;
    private final Placement placement;
    private final PortPlan ports;

    /** @param ports of the nodes of the layout */
    InstanceCreation(Layout layout, PortPlan ports) {
        this.layout = layout;
        this.folder = layout.folder();
        this.localFolder = layout.localFolder();
        this.placement = layout.placement();
        this.ports = ports;
    }

    /** Makes the folder; the list of nodes is written last, so that a half-made folder is made anew. */
    Instance create() throws IOException, InterruptedException, NodeFailure {
        FolderLock lock = FolderLock.take(folder);
        try {
            if (Instance.exists(folder)) {
                throw new NodeFailure(ExitCode.USAGE, "there is a cluster in " + folder + " already");
            }
            String id = UUID.randomUUID().toString();
            List<NodePlan> nodes = new ArrayList<>();
            Path databaseFolder = databaseFolder();
            Instance instance = new Instance(id, folder, localFolder, databaseFolder, nodes);
            Files.createDirectories(instance.platform().resolve("nodes"));
            Files.createDirectories(layout.storage());
            Files.createDirectories(layout.backupStorage());
            for (Path location : layout.additionalStorage().values()) {
                Files.createDirectories(location);
            }
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
            if (layout.tls().isPresent()) {
                new ClusterCertificate(instance.platform()).create(layout.tls().get(), placement.hosts(), (ObjectNode)
                        shared.path("PlatformSettingsConfig"));
            }
            if (!localFolder.equals(folder)
                    && shared.at("/PlatformSettingsConfig/CoordinatorTlsSettings") instanceof ObjectNode coordinators) {
                coordinators.put(
                        "CopiesFolder",
                        localFolder.resolve("work").resolve("tls").toString());
            }
            if (layout.database().isPresent()) {
                connect(
                        shared,
                        layout.database().get().url(),
                        layout.database().get().user());
                layout.failover().ifPresent(failover -> watch(shared, failover));
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
        if (layout.failover().isPresent()) {
            secrets.put(FAILOVER_PASSWORD, layout.failover().get().password());
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
        for (int i = 0; i < placement.coordinators().size(); i++) {
            String host = placement.coordinators().get(i);
            PortPlan.OfCoordinator port = ports.coordinators().get(i);
            int number = i + 1;
            NodePlan node = new NodePlan("coordinator" + number, NodePlan.COORDINATOR, host, port.client());
            nodes.add(node);
            addresses.add(node.address());
            ensemble.add(number + "=" + host + ":" + port.peer() + ":" + port.election());
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
        ObjectNode basic = config.putObject("BasicSettings")
                .put("Storage", location(layout.storage()))
                .put("BackupStorage", location(layout.backupStorage()));
        if (!layout.additionalStorage().isEmpty()) {
            ArrayNode additional = basic.putArray("AdditionalStorage");
            layout.additionalStorage().forEach((name, location) -> additional.add(name + "=" + location));
        }
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
        NodePlan database = new NodePlan(
                "database", NodePlan.DATABASE, host, ports.database().orElseThrow());
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

    private static void watch(ObjectNode shared, DatabaseFailover failover) {
        ObjectNode settings = ((ObjectNode)
                        shared.at("/PersistenceProviderPackageConfigs/PostgresPersistenceProviderPackage"))
                .putObject("Failover")
                .put("enabled", true)
                .put("username", failover.user())
                .put("password", SecretStore.PREFIX + FAILOVER_PASSWORD);
        if (!failover.servers().isEmpty()) {
            settings.put("servers", String.join(", ", failover.servers()));
        }
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
        int index = instance.nodes(NodePlan.FOUNDATION_NODE).size();
        NodePlan node = new NodePlan(
                "foundation" + (index + 1),
                NodePlan.FOUNDATION_NODE,
                host,
                ports.rest().get(index));
        nodes.add(node);
        ObjectNode overlay = JsonNodeFactory.instance.objectNode();
        ObjectNode config = overlay.putObject("PlatformSettingsConfig");
        if (layout.tls().filter(TlsChoice.Generated.class::isInstance).isPresent()) {
            // Not of connection servers: a device that shows one of another authority would be refused.
            config.putObject("TlsSettings").put("RequireLinkCertificate", true).put("BetweenFoundationNodes", true);
        }
        config.putObject("FoundationNodeSettings").put("Host", host).put("HttpPort", node.port());
        config.putObject("SharedStateSettings")
                .put("Host", placement.internalHost(host))
                .put("CommunicationPort", ports.state().get(index));
        write(instance, node, overlay);
    }

    private void addConnectionServer(Instance instance, List<NodePlan> nodes, String host) throws IOException {
        int index = instance.nodes(NodePlan.CONNECTION_SERVER).size();
        NodePlan node = new NodePlan(
                "connection" + (index + 1),
                NodePlan.CONNECTION_SERVER,
                host,
                ports.device().get(index));
        nodes.add(node);
        ObjectNode settings = JsonNodeFactory.instance.objectNode();
        settings.put("Host", host).put("Port", node.port());
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
