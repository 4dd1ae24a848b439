package org.steadfast.it.harness;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Two machines that share an address, each with a real HAProxy and a real keepalived, configured by the distribution. A stand-in is
 * the only node. Closing it ends all processes. Used by one thread at a time.
 */
public final class Balancers implements AutoCloseable {
    /** The machines' names. */
    public static final List<String> MACHINES = List.of("balancer1", "balancer2");

    private static final int REST_PORT = 9080;

    private final Shell shell = new Shell();
    private final Distribution distribution = Distribution.built();
    private final TemporaryFolder folder;
    private final Network network;
    private final StandInNode node;
    private final Map<String, Process> haproxies = new TreeMap<>();
    private final Map<String, Process> keepaliveds = new TreeMap<>();
    private final Map<String, Path> haproxyConfigurations = new TreeMap<>();

    private Balancers(TemporaryFolder folder, Network network, StandInNode node) {
        this.folder = folder;
        this.network = network;
        this.node = node;
    }

    /** Why there can be none here; empty where there can. */
    public static Optional<String> obstacle() {
        return Network.obstacle().or(() -> {
            try {
                return new Shell()
                                        .attempt(List.of("keepalived", "--version"), "")
                                        .status()
                                == 0
                        ? Optional.empty()
                        : Optional.of("keepalived does not work");
            } catch (IOException e) {
                return Optional.of("keepalived is missing");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.of("interrupted");
            }
        });
    }

    /** Makes the machines; only their HAProxies run. */
    public static Balancers create() throws IOException, InterruptedException {
        TemporaryFolder folder = TemporaryFolder.create();
        Network network = null;
        try {
            network = Network.create(MACHINES);
            Balancers balancers = new Balancers(folder, network, StandInNode.start(network.ownAddress()));
            for (String machine : MACHINES) {
                balancers.startHaproxy(machine);
            }
            return balancers;
        } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
            if (network != null) {
                network.close();
            }
            folder.close();
            throw e;
        }
    }

    /** Starts HAProxy on a machine, again where it was killed. */
    public void startHaproxy(String machine) throws IOException, InterruptedException {
        Path configuration = haproxyConfigurations.get(machine);
        if (configuration == null) {
            configuration = Haproxy.configuration(
                    distribution,
                    List.of(
                            "--foundation-node=f1=" + node.address(),
                            "--connection-server=c1=" + node.address(),
                            "--rest=:" + REST_PORT),
                    folder.path());
            haproxyConfigurations.put(machine, configuration);
        }
        haproxies.put(machine, Haproxy.run(configuration, network.enter(machine)));
    }

    /** Kills HAProxy on a machine. */
    public void killHaproxy(String machine) throws InterruptedException {
        haproxies.get(machine).destroyForcibly().waitFor();
    }

    /** From now on the node does not take traffic, if one asks this machine. */
    public void hideNode(String machine) {
        node.refuse(network.address(machine));
    }

    /** Starts keepalived on a machine, with more options of {@code steadfast keepalived}. */
    public void startKeepalived(String machine, String... more) throws IOException, InterruptedException {
        Path configuration = keepalivedConfiguration(machine, more);
        List<String> command = new ArrayList<>(network.enter(machine));
        command.addAll(List.of("keepalived", "--vrrp", "--dont-fork", "--log-console", "--log-detail"));
        command.addAll(List.of("--use-file", configuration.toString()));
        command.addAll(List.of("--pid", folder.path().resolve(machine + ".pid").toString()));
        command.addAll(List.of(
                "--vrrp_pid", folder.path().resolve(machine + "-vrrp.pid").toString()));
        keepaliveds.put(
                machine,
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log(machine).toFile())
                        .start());
    }

    /** Stops keepalived on a machine in good order. */
    public void stopKeepalived(String machine) throws InterruptedException {
        Process keepalived = keepaliveds.get(machine);
        keepalived.destroy();
        keepalived.waitFor();
    }

    /** What is between the machines. */
    public Network network() {
        return network;
    }

    private Path log(String machine) {
        return folder.path().resolve("keepalived-" + machine + ".log");
    }

    /** The configuration of a machine's keepalived, with unicast unless the options say otherwise. */
    public Path keepalivedConfiguration(String machine, String... more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("keepalived", "--interface=eth0"));
        command.add("--address=" + network.spareAddress());
        command.addAll(List.of(more));
        if (!command.contains("--multicast")) {
            command.add("--own=" + network.address(machine));
            MACHINES.stream()
                    .filter(other -> !other.equals(machine))
                    .forEach(other -> command.add("--peer=" + network.address(other)));
        }
        return Rendering.of(distribution, command, folder.path());
    }

    /** What keepalived says about a configuration on a machine; empty where it is content. */
    public Optional<String> complaint(String machine, Path configuration) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(network.enter(machine));
        command.addAll(List.of("keepalived", "--config-test", "--use-file", configuration.toString()));
        Shell.Ended ended = shell.attempt(command, "");
        return ended.status() == 0 && ended.output().isEmpty()
                ? Optional.empty()
                : Optional.of(ended.status() + " " + ended.output());
    }

    /** The machines that have the address now. */
    public List<String> holders() throws IOException, InterruptedException {
        List<String> holders = new ArrayList<>();
        for (String machine : MACHINES) {
            List<String> command = new ArrayList<>(network.enter(machine));
            command.addAll(List.of("ip", "-4", "-o", "addr", "show", "dev", "eth0"));
            if (shell.run(command, "").contains(" " + network.spareAddress() + " ")) {
                holders.add(machine);
            }
        }
        return holders;
    }

    /** How HAProxy answers a user at the address; 0 where nobody does. */
    public int status() throws InterruptedException {
        String host = network.spareAddress().replaceAll("/.*", "");
        try {
            // A client of its own: a connection that was kept would go to who has gone.
            return HttpClient.newBuilder()
                    .connectTimeout(Duration.ofSeconds(1))
                    .build()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://" + host + ":" + REST_PORT + "/Thingworx/Things"))
                                    .timeout(Duration.ofSeconds(2))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            // Nobody has the address, or who has it does not listen.
            return 0;
        }
    }

    /** The last priority that a machine's keepalived has changed to; empty where it has not. */
    public Optional<String> changedPriority(String machine) throws IOException {
        return Files.readString(log(machine))
                .lines()
                .filter(line -> line.contains("Changing effective priority from "))
                .reduce((earlier, later) -> later)
                .map(line -> line.replaceAll(".* to ", ""));
    }

    @Override
    public void close() throws IOException, InterruptedException {
        node.close();
        // It ends what still runs on its machines.
        network.close();
        folder.close();
    }
}
