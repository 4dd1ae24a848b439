package org.steadfast.it.harness;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.postgresql.Driver;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;
import org.steadfast.simulator.AppKey;
import org.steadfast.simulator.FleetSettings;
import org.steadfast.simulator.Load;
import org.steadfast.simulator.ServerAddress;

/**
 * A cluster of separate processes on free ports, in a folder of its own, laid out by the distribution's own command.
 * Closing it ends all processes and removes the folder. Used by one thread at a time.
 */
public final class ClusterUnderTest implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(120);
    /** Whom the schema belongs to. */
    public static final String DATABASE_USER = "twadmin";

    /** That user's. */
    public static final String DATABASE_PASSWORD = PostgresServers.PASSWORD;

    /** The variable by which nodes get it. */
    public static final String PASSWORD_SETTING =
            "STEADFAST__PersistenceProviderPackageConfigs__PostgresPersistenceProviderPackage__ConnectionInformation__password";

    private static final String LINK_KEY = "link-key-of-the-integration-suite-0001";
    private static final String APPLICATION_KEY = "key-of-the-integration-suite-0001";

    private final Distribution distribution;
    private final TemporaryFolder folder;
    private final List<Node> nodes;
    /** Where the nodes are on machines of their own. */
    private final Optional<Network> network;
    /** Where it does not run the database itself. */
    private final Optional<PostgresServers> servers;
    /** How its nodes are spoken to. */
    private final ClusterTls tls;

    private ClusterUnderTest(
            Distribution distribution,
            TemporaryFolder folder,
            List<Node> nodes,
            Optional<Network> network,
            Optional<PostgresServers> servers,
            ClusterTls tls) {
        this.servers = servers;
        this.distribution = distribution;
        this.folder = folder;
        this.nodes = nodes;
        this.network = network;
        this.tls = tls;
    }

    /** Lays out a cluster of plain processes that start quickly, with one coordinator; nothing is started. */
    public static ClusterUnderTest create(int foundationNodes, int connectionServers)
            throws IOException, InterruptedException {
        return create(ClusterLayout.of(foundationNodes, connectionServers));
    }

    /** Lays out a cluster; nothing is started. */
    public static ClusterUnderTest create(ClusterLayout layout) throws IOException, InterruptedException {
        return create(layout, ClusterTls.none());
    }

    /** Lays out a cluster whose nodes speak TLS; nothing is started. */
    public static ClusterUnderTest create(ClusterLayout layout, ClusterTls tls)
            throws IOException, InterruptedException {
        Distribution built = Distribution.built();
        Distribution distribution = layout.startingQuickly() ? built.startingQuickly() : built;
        TemporaryFolder folder = TemporaryFolder.create();
        Optional<Network> network = Optional.empty();
        Map<String, String> environment = layout.environment();
        environment.putAll(tls.environment());
        try {
            Path instance = folder.path().resolve("instance");
            if (layout.onMachines()) {
                network = Optional.of(Network.create(new Machines(layout).names()));
            }
            layOut(distribution, layout.options(network), instance);
            Files.createDirectories(instance.resolve("log"));
            return new ClusterUnderTest(
                    distribution,
                    folder,
                    plan(distribution, instance, network, environment, tls),
                    network,
                    layout.database(),
                    tls);
        } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
            if (network.isPresent()) {
                network.get().close();
            }
            folder.close();
            throw e;
        }
    }

    /** All machines see the same files, so nothing keeps what they have for themselves from being in the same folder. */
    private static void layOut(Distribution distribution, List<String> options, Path instance)
            throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("cluster", "create", "--instance=" + instance, "--local-folder=" + instance));
        command.addAll(options);
        Process creation = distribution
                .command(command, Map.of())
                .redirectErrorStream(true)
                .start();
        String output = new String(creation.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (creation.waitFor() != 0) {
            throw new AssertionError("the cluster could not be laid out: " + output);
        }
    }

    private static List<Node> plan(
            Distribution distribution,
            Path instance,
            Optional<Network> network,
            Map<String, String> settings,
            ClusterTls tls)
            throws IOException {
        Map<String, String> environment = new HashMap<>(settings);
        environment.put(
                "STEADFAST__PlatformSettingsConfig__AdministratorUserSettings__InitialApplicationKey", APPLICATION_KEY);
        environment.put(PASSWORD_SETTING, DATABASE_PASSWORD);
        environment.put("STEADFAST__PlatformSettingsConfig__ClusteredModeSettings__LinkKey", LINK_KEY);
        // All load comes from one address with one key.
        for (String limit :
                List.of("RequestsPerSecondPerAddress", "RequestsPerSecondPerUser", "FailedLoginsPerMinutePerAddress")) {
            environment.putIfAbsent("STEADFAST__PlatformSettingsConfig__RateLimitSettings__" + limit, "0");
        }
        try {
            JsonNode plan = Json.read(Files.readAllBytes(instance.resolve("cluster.json")));
            Path ready = Path.of(plan.path("databaseFolder").asText()).resolve("ready");
            List<Node> nodes = new ArrayList<>();
            for (JsonNode node : plan.path("nodes")) {
                NodePlan nodePlan = new NodePlan(
                        node.path("id").asText(),
                        node.path("role").asText(),
                        node.path("host").asText(),
                        node.path("port").asInt(),
                        ready);
                List<String> machine = network.map(machines -> machines.enter(Machines.of(nodePlan.id())))
                        .orElse(List.of());
                nodes.add(new ProcessNode(distribution, nodePlan, instance, environment, machine, tls));
            }
            return List.copyOf(nodes);
        } catch (InvalidValueException e) {
            throw new AssertionError("cluster.json cannot be read", e);
        }
    }

    /** Starts every node that does not run and waits until all take traffic. */
    public void startAll() throws IOException {
        for (List<String> stage : List.of(
                List.of(NodePlan.COORDINATOR, NodePlan.DATABASE),
                List.of(NodePlan.FOUNDATION_NODE, NodePlan.CONNECTION_SERVER))) {
            List<Node> started = nodes.stream()
                    .filter(node -> stage.contains(node.role()) && !node.isAlive())
                    .toList();
            for (Node node : started) {
                node.start();
            }
            started.forEach(node -> node.awaitReady(START_TIMEOUT));
        }
    }

    public Distribution distribution() {
        return distribution;
    }

    /** The folder of the cluster, with its storage locations and logs. */
    public Path instance() {
        return folder.path().resolve("instance");
    }

    public List<Node> foundationNodes() {
        return ofRole(NodePlan.FOUNDATION_NODE);
    }

    public List<Node> connectionServers() {
        return ofRole(NodePlan.CONNECTION_SERVER);
    }

    public Node database() {
        return ofRole(NodePlan.DATABASE).get(0);
    }

    /** The coordinator's first server. */
    public Node coordinator() {
        return coordinators().get(0);
    }

    /** All servers of the coordinator. */
    public List<Node> coordinators() {
        return ofRole(NodePlan.COORDINATOR);
    }

    /** The server that leads the coordinator now; empty while none does. */
    public Optional<Node> coordinatorLeader() {
        return coordinators().stream()
                .filter(node -> node.isAlive() && mode(node).equals(Optional.of("leader")))
                .findFirst();
    }

    private Optional<String> mode(Node coordinator) {
        String[] address = coordinator.address().split(":", -1);
        return new CoordinatorStatus(address[0], Integer.parseInt(address[1]), tls.coordinators()).mode();
    }

    /** The network between the machines; only where the cluster was laid out on machines. */
    public Network network() {
        return network.orElseThrow();
    }

    /** Makes the network whole again, where it was cut. */
    public void heal() throws IOException, InterruptedException {
        if (network.isPresent()) {
            network.get().heal();
        }
    }

    /** The machine that a node is on; only where the cluster was laid out on machines. */
    public String machine(Node node) {
        return Machines.of(node.id());
    }

    /** The ports at which foundation nodes reach each other's share of the state. */
    public List<Integer> statePorts() throws IOException {
        List<Integer> ports = new ArrayList<>();
        for (Node node : foundationNodes()) {
            Path overlay = instance().resolve("ThingworxPlatform/nodes/" + node.id() + ".json");
            try {
                ports.add(Json.read(Files.readAllBytes(overlay))
                        .path("PlatformSettingsConfig")
                        .path("SharedStateSettings")
                        .path("CommunicationPort")
                        .asInt());
            } catch (InvalidValueException e) {
                throw new AssertionError(overlay + " cannot be read", e);
            }
        }
        return ports;
    }

    /** All nodes, in the order in which they are started. */
    public List<Node> nodes() {
        return nodes;
    }

    /** All nodes, those first that others need least. */
    public List<Node> nodesInStopOrder() {
        List<Node> reversed = new ArrayList<>(nodes);
        Collections.reverse(reversed);
        return reversed;
    }

    private List<Node> ofRole(String role) {
        return nodes.stream().filter(node -> node.role().equals(role)).toList();
    }

    /**
     * Runs a command of {@code steadfast} with the cluster's settings.
     *
     * @return its exit status and all that it has printed
     */
    public Shell.Ended command(String name, String... arguments) throws IOException, InterruptedException {
        List<String> words =
                new ArrayList<>(List.of(name, "--platform=" + instance().resolve("ThingworxPlatform")));
        words.addAll(List.of(arguments));
        Process process = distribution
                .startingQuickly()
                .command(words, Map.of(PASSWORD_SETTING, DATABASE_PASSWORD))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Shell.Ended(process.waitFor(), output);
    }

    /** A connection to the cluster's database, as its application user. */
    public Connection connectToDatabase() throws SQLException {
        Properties login = new Properties();
        login.setProperty("user", DATABASE_USER);
        login.setProperty("password", DATABASE_PASSWORD);
        login.setProperty("targetServerType", "primary");
        return new Driver().connect(databaseUrl(), login);
    }

    /** Where that connects to. */
    public String databaseUrl() {
        return servers.map(PostgresServers::url)
                .orElseGet(() -> "jdbc:postgresql://" + database().address() + "/thingworx");
    }

    /** A user of a foundation node's REST API, with the administrator's key. */
    public RestClient rest(Node foundationNode) {
        return new RestClient(foundationNode.address(), APPLICATION_KEY, RestClient.TIMEOUT, tls.transport());
    }

    /** The same, with a deadline for each request. */
    public RestClient rest(Node foundationNode, Duration timeout) {
        return new RestClient(foundationNode.address(), APPLICATION_KEY, timeout, tls.transport());
    }

    /** Makes the things that the devices of a fleet speak for, with a NUMBER for each of its properties. */
    public void createThings(FleetSettings fleet) throws IOException, InterruptedException {
        RestClient rest = rest(foundationNodes().get(0));
        for (String thing : fleet.things()) {
            ObjectNode entity = JsonNodeFactory.instance.objectNode();
            entity.put("name", thing).put("thingTemplate", "RemoteThing");
            ObjectNode properties = entity.putObject("propertyDefinitions");
            fleet.load()
                    .properties()
                    .forEach(property -> properties.putObject(property).put("baseType", "NUMBER"));
            if (fleet.load().payloadBytes() > 0) {
                properties.putObject(Load.PAYLOAD).put("baseType", "STRING");
            }
            RestClient.Answer answer = rest.put("Things", entity.toString());
            if (answer.status() != 200) {
                throw new AssertionError("thing " + thing + " was not created: " + answer);
            }
        }
    }

    /** What opens links to foundation nodes. */
    public String linkKey() {
        return LINK_KEY;
    }

    /** The key with which everything may be done. */
    public String administratorKey() {
        return APPLICATION_KEY;
    }

    /** What devices log in with. */
    public AppKey deviceKey() {
        return new AppKey(APPLICATION_KEY);
    }

    /** Where devices connect. */
    public List<ServerAddress> deviceServers() {
        return connectionServers().stream()
                .map(node -> ServerAddress.parse(node.address()))
                .toList();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        for (Node node : nodesInStopOrder()) {
            if (node.isAlive()) {
                node.kill();
            }
        }
        if (network.isPresent()) {
            network.get().close();
        }
        folder.close();
    }
}
