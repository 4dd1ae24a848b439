package org.steadfast.it.benchmark;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.steadfast.it.harness.ClusterLayout;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.Memory;
import org.steadfast.it.harness.Node;
import org.steadfast.it.harness.RestClient;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.Header;
import org.steadfast.protocol.wire.Message;
import org.steadfast.protocol.wire.MessageCodec;
import org.steadfast.protocol.wire.Target;
import org.steadfast.protocol.wire.Verb;
import org.steadfast.simulator.Device;
import org.steadfast.simulator.DeviceNetwork;
import org.steadfast.simulator.DeviceSettings;
import org.steadfast.simulator.Fleet;
import org.steadfast.simulator.FleetSettings;
import org.steadfast.simulator.Load;
import org.steadfast.simulator.Patience;
import org.steadfast.simulator.ServerAddress;

/**
 * The figures of connection servers: what an idle device costs, how soon devices are bound again when their server dies, and what
 * the way through a connection server adds. Everything shares this machine, the devices too.
 */
public final class DeviceBenchmark {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration WATCHED = Duration.ofSeconds(30);
    private static final Duration WARM_UP = Duration.ofSeconds(20);
    private static final Duration MEASURED = Duration.ofSeconds(10);
    private static final int REBOUND = 5_000;
    private static final int ROUNDS = 2;
    private static final int CREATORS = 8;
    private static final int TICKS_PER_SECOND = 100;
    private static final Pattern USED = Pattern.compile("used (\\d+)K");

    private final ClusterUnderTest cluster;
    private final PrintStream out;

    private DeviceBenchmark(ClusterUnderTest cluster, PrintStream out) {
        this.cluster = cluster;
        this.out = out;
    }

    /** @param arguments how many idle devices; then what is wanted of {@code trips rebind idle}, all where nothing is named */
    public static void main(String[] arguments) throws Exception {
        int idle = Integer.parseInt(arguments[0]);
        try (ClusterUnderTest cluster =
                ClusterUnderTest.create(ClusterLayout.of(2, 2).asShipped())) {
            cluster.startAll();
            DeviceBenchmark benchmark = new DeviceBenchmark(cluster, System.out);
            List<String> wanted = List.of(arguments).subList(1, arguments.length);
            if (wanted.isEmpty() || wanted.contains("trips")) {
                benchmark.roundTrips();
            }
            if (wanted.isEmpty() || wanted.contains("rebind")) {
                benchmark.rebind();
            }
            if (wanted.isEmpty() || wanted.contains("idle")) {
                benchmark.idle(idle);
            }
        }
    }

    private void roundTrips() throws Exception {
        cluster.createThings(fleet("trip", 1, cluster.deviceServers()));
        out.printf(
                Locale.ROOT,
                "%n%-58s %10s %9s %9s%n",
                "reads of a property by a device",
                "per second",
                "p50 ms",
                "p99 ms");
        try (DeviceNetwork network = DeviceNetwork.start();
                LinkProbe first =
                        LinkProbe.open(cluster.foundationNodes().get(0).address(), cluster.linkKey());
                LinkProbe second =
                        LinkProbe.open(cluster.foundationNodes().get(1).address(), cluster.linkKey());
                Device device = Device.connect(
                                network,
                                DeviceSettings.of(cluster.deviceServers().get(0), cluster.deviceKey(), "trip1"))
                        .get(20, TimeUnit.SECONDS)) {
            String user = first.login(cluster.deviceKey().text());
            byte[] message = MessageCodec.encode(new Message(
                    Header.request(Verb.GET, 1, 0, 0),
                    new Body.Request(Target.property("trip1", "p1"), Optional.empty())));
            Supplier<CompletableFuture<?>> direct = () -> first.ask(user, message);
            Supplier<CompletableFuture<?>> directToOther = () -> second.ask(user, message);
            Supplier<CompletableFuture<?>> through = () -> device.readProperty("trip1", "p1");
            for (int outstanding : new int[] {1, 32}) {
                var warm = RoundTrips.of(outstanding, WARM_UP, direct);
                warm = RoundTrips.of(outstanding, WARM_UP, directToOther);
                warm = RoundTrips.of(outstanding, WARM_UP, through);
                for (int round = 0; round < ROUNDS; round++) {
                    print(
                            outstanding + " outstanding, link to a foundation node",
                            RoundTrips.of(outstanding, MEASURED, direct));
                    print(
                            outstanding + " outstanding, through a connection server",
                            RoundTrips.of(outstanding, MEASURED, through));
                }
            }
        }
    }

    private void print(String what, RoundTrips.Result result) {
        out.printf(Locale.ROOT, "%-58s %10.0f %9.2f %9.2f%n", what, result.perSecond(), result.p50(), result.p99());
    }

    private void rebind() throws Exception {
        Node victim = cluster.connectionServers().get(0);
        // The other server has as many of its own.
        int devices = 2 * REBOUND;
        FleetSettings settings = fleet("rebind", devices, cluster.deviceServers());
        createThings(settings);
        try (DeviceNetwork network = DeviceNetwork.start();
                Fleet fleet = new Fleet(network, settings)) {
            fleet.start();
            awaitConnected(fleet, devices);
            Map<String, Long> before = allTicks();
            long start = System.nanoTime();
            victim.kill();
            await().atMost(LONG)
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> fleet.statistics().connected() < devices);
            awaitConnected(fleet, devices);
            out.printf(
                    Locale.ROOT,
                    "%n%d devices bound again after kill -9 of their server: %.1f s%n",
                    REBOUND,
                    (System.nanoTime() - start) / 1e9);
            allTicks()
                    .forEach((id, ticks) -> out.printf(
                            Locale.ROOT,
                            "  processor time of %-14s %5.1f s%n",
                            id,
                            (double) (ticks - before.getOrDefault(id, 0L)) / TICKS_PER_SECOND));
        }
        victim.start();
        victim.awaitReady(LONG);
    }

    private void idle(int devices) throws Exception {
        Node server = cluster.connectionServers().get(1);
        server.stop();
        server.start();
        server.awaitReady(LONG);
        FleetSettings settings = fleet("idle", devices, List.of(ServerAddress.parse(server.address())));
        createThings(settings);
        long heap = heapKilobytes(server);
        long resident = residentKilobytes(server);
        try (DeviceNetwork network = DeviceNetwork.start();
                Fleet fleet = new Fleet(network, settings)) {
            long start = System.nanoTime();
            fleet.start();
            awaitConnected(fleet, devices);
            out.printf(Locale.ROOT, "%n%d devices bound: %.1f s%n", devices, (System.nanoTime() - start) / 1e9);
            heap = heapKilobytes(server) - heap;
            resident = residentKilobytes(server) - resident;
            out.printf(
                    Locale.ROOT,
                    "heap in use per idle device: %.1f kB; memory of the process per idle device: %.1f kB (%d MB in all)%n",
                    (double) heap / devices,
                    (double) resident / devices,
                    Memory.megabytes(server.pid()));
            long ticks = ticks(server);
            TimeUnit.MILLISECONDS.sleep(WATCHED.toMillis());
            out.printf(
                    Locale.ROOT,
                    "processor time with %d idle devices: %.1f %% of one processor%n",
                    devices,
                    100.0 * (ticks(server) - ticks) / TICKS_PER_SECOND / WATCHED.toSeconds());
        }
    }

    private FleetSettings fleet(String prefix, int devices, List<ServerAddress> servers) {
        return new FleetSettings(
                servers,
                cluster.deviceKey(),
                prefix,
                devices,
                // They say something once in a day.
                Load.untilStopped().withRate(1e-5),
                Patience.standard().withConnectWithin(LONG));
    }

    /** By several at a time: there are many. */
    private void createThings(FleetSettings fleet) throws InterruptedException {
        List<String> things = fleet.things();
        ExecutorService creators = Executors.newFixedThreadPool(CREATORS);
        try {
            List<Future<?>> created = new ArrayList<>();
            RestClient rest = cluster.rest(cluster.foundationNodes().get(0));
            for (String thing : things) {
                created.add(creators.submit(() -> rest.put(
                        "Things",
                        "{\"name\": \"" + thing + "\", \"thingTemplate\": \"RemoteThing\","
                                + " \"propertyDefinitions\": {\"p1\": {\"baseType\": \"NUMBER\"}}}")));
            }
            for (Future<?> one : created) {
                RestClient.Answer answer = (RestClient.Answer) one.get();
                if (answer.status() >= 300) {
                    throw new IllegalStateException("a thing was not created: " + answer);
                }
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a thing was not created", e);
        } finally {
            creators.shutdownNow();
        }
    }

    private static void awaitConnected(Fleet fleet, int devices) {
        await().atMost(LONG)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> fleet.statistics().connected() == devices);
    }

    /** What is in use after a collection. */
    private static long heapKilobytes(Node node) throws IOException, InterruptedException {
        jcmd(node, "GC.run");
        Matcher used = USED.matcher(jcmd(node, "GC.heap_info"));
        if (!used.find()) {
            throw new IllegalStateException("no figure of the heap in use");
        }
        return Long.parseLong(used.group(1));
    }

    private static String jcmd(Node node, String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("jcmd", Long.toString(node.pid()), command)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(output);
        }
        return output;
    }

    private static long residentKilobytes(Node node) {
        return Memory.megabytes(node.pid()) * 1024;
    }

    private Map<String, Long> allTicks() throws IOException {
        Map<String, Long> ticks = new TreeMap<>();
        for (Node node : cluster.nodes()) {
            if (node.isAlive()) {
                ticks.put(node.id(), ticks(node));
            }
        }
        ticks.put("the devices", ticks(ProcessHandle.current().pid()));
        return ticks;
    }

    private static long ticks(Node node) throws IOException {
        return ticks(node.pid());
    }

    /** Processor time that a process has used so far. */
    private static long ticks(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }
}
