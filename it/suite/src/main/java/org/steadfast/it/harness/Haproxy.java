package org.steadfast.it.harness;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A real HAProxy in front of a cluster under test, with the configuration that the distribution makes. Used by one thread. */
public final class Haproxy implements AutoCloseable {
    private final String rest;
    private final String devices;
    private final Process process;

    private Haproxy(String rest, String devices, Process process) {
        this.rest = rest;
        this.devices = devices;
        this.process = process;
    }

    /** Makes the configuration, lets HAProxy check it, and starts it. */
    public static Haproxy start(ClusterUnderTest cluster) throws IOException, InterruptedException {
        String rest = "127.0.0.1:" + freePort();
        String devices = "127.0.0.1:" + freePort();
        Path configuration = cluster.instance().resolve("haproxy.cfg");
        Process rendering = cluster.distribution()
                .command(
                        List.of(
                                "haproxy",
                                "--instance=" + cluster.instance(),
                                "--rest=" + rest,
                                "--devices=" + devices),
                        Map.of())
                .start();
        Files.write(configuration, rendering.getInputStream().readAllBytes());
        require("steadfast haproxy", rendering);
        require(
                "haproxy -c",
                new ProcessBuilder("haproxy", "-c", "-f", configuration.toString())
                        .redirectErrorStream(true)
                        .start());
        File log = cluster.instance().resolve("log/haproxy.log").toFile();
        Process process = new ProcessBuilder("haproxy", "-db", "-f", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
        return new Haproxy(rest, devices, process);
    }

    private static void require(String what, Process process) throws IOException, InterruptedException {
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError(what + " ended with " + process.exitValue() + ": " + out);
        }
    }

    private static int freePort() throws IOException {
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
