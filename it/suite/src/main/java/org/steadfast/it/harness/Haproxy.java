package org.steadfast.it.harness;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A real HAProxy, with the configuration that the distribution makes. Used by one thread. */
public final class Haproxy implements AutoCloseable {
    private final String rest;
    private final String devices;
    private final Process process;

    private Haproxy(String rest, String devices, Process process) {
        this.rest = rest;
        this.devices = devices;
        this.process = process;
    }

    /** One in front of a cluster under test. */
    public static Haproxy start(ClusterUnderTest cluster) throws IOException, InterruptedException {
        return start(cluster, List.of("--instance=" + cluster.instance()));
    }

    /**
     * One that is told otherwise what is behind it and how.
     *
     * @param options of {@code steadfast haproxy}, without those that say where it listens
     */
    public static Haproxy start(ClusterUnderTest cluster, List<String> options)
            throws IOException, InterruptedException {
        String rest = "127.0.0.1:" + freePort();
        String devices = "127.0.0.1:" + freePort();
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of("--rest=" + rest, "--devices=" + devices, "--monitor=127.0.0.1:" + freePort()));
        Path configuration = configuration(cluster.distribution(), all, cluster.instance());
        return new Haproxy(rest, devices, run(configuration, List.of()));
    }

    /** Makes the configuration and lets HAProxy check it. */
    static Path configuration(Distribution distribution, List<String> options, Path folder)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("haproxy"));
        command.addAll(options);
        Path configuration = Rendering.of(distribution, command, folder);
        new Shell().run("haproxy", "-c", "-f", configuration.toString());
        return configuration;
    }

    /** @param machine what to put before a command so that it runs on the right one */
    static Process run(Path configuration, List<String> machine) throws IOException {
        List<String> command = new ArrayList<>(machine);
        command.addAll(List.of("haproxy", "-db", "-f", configuration.toString()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(Files.createTempFile(configuration.getParent(), "haproxy", ".log")
                        .toFile())
                .start();
    }

    /** A port of 127.0.0.1 that nobody listens on. */
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** {@code host:port} where users connect to. */
    public String rest() {
        return rest;
    }

    /** {@code host:port} where devices connect to. */
    public String devices() {
        return devices;
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }
}
