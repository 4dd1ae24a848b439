package org.steadfast.it.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.steadfast.it.harness.Authority;
import org.steadfast.it.harness.ClusterLayout;
import org.steadfast.it.harness.ClusterUnderTest;

/**
 * What TLS costs: devices that push as fast as they are answered, at a cluster that speaks TLS everywhere but with its database, at
 * one whose foundation nodes do not speak it with each other, and at one without, in turns. Everything shares this machine.
 */
public final class TlsBenchmark {
    private static final int ROUNDS = 4;
    private static final int DEVICES = 32;
    private static final String OUTSTANDING = "8";
    private static final String SECONDS = "20s";

    private final PrintStream out;

    private TlsBenchmark(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] arguments) throws Exception {
        ClusterLayout layout = ClusterLayout.of(2, 1).asShipped();
        try (Authority authority = Authority.create()) {
            authority.issue("node");
            try (ClusterUnderTest plain = ClusterUnderTest.create(layout);
                    ClusterUnderTest doors = ClusterUnderTest.create(
                            layout, authority.cluster("node").withoutTlsBetweenFoundationNodes());
                    ClusterUnderTest secured = ClusterUnderTest.create(layout, authority.cluster("node"))) {
                System.out.printf(
                        "machine: %d processors, Java %s; %d devices, %s outstanding each, %s a round%n",
                        Runtime.getRuntime().availableProcessors(),
                        System.getProperty("java.version"),
                        DEVICES,
                        OUTSTANDING,
                        SECONDS);
                plain.startAll();
                doors.startAll();
                secured.startAll();
                List<String> options = List.of("--ca=" + authority.certificateFile());
                TlsBenchmark benchmark = new TlsBenchmark(System.out);
                // The first round warms up.
                for (int round = 0; round < ROUNDS; round++) {
                    benchmark.measure("plain", plain, List.of());
                    benchmark.measure("TLS, not between foundation nodes", doors, options);
                    benchmark.measure("TLS", secured, options);
                }
            }
        }
    }

    private void measure(String what, ClusterUnderTest cluster, List<String> options)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                cluster.distribution().home().resolve("bin/device-simulator").toString(),
                "--server=" + cluster.connectionServers().get(0).address(),
                "--create-things=" + cluster.foundationNodes().get(0).address(),
                "--devices=" + DEVICES,
                "--rate=0",
                "--outstanding=" + OUTSTANDING,
                "--duration=" + SECONDS));
        command.addAll(options);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment()
                .putAll(Map.of("STEADFAST_APP_KEY", cluster.deviceKey().text()));
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError(output);
        }
        output.lines()
                .filter(line -> line.startsWith("rate ") || line.startsWith("latency "))
                .forEach(line -> out.printf("%-33s %s%n", what, line));
    }
}
