package org.steadfast.persistence.influx;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A real InfluxDB in a process of its own; it can be ended and started again over the same data. */
final class InfluxServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Path folder;
    private final int port;
    private final HttpClient http = HttpClient.newHttpClient();
    private Process process;

    private InfluxServer(Path folder, int port) {
        this.folder = folder;
        this.port = port;
    }

    static InfluxServer start() throws IOException, InterruptedException {
        InfluxServer server = new InfluxServer(Files.createTempDirectory("influx-"), freePort());
        Files.writeString(
                server.folder.resolve("influxdb.conf"), """
                reporting-disabled = true
                bind-address = "127.0.0.1:%1$d"
                [meta]
                dir = "%3$s/meta"
                [data]
                dir = "%3$s/data"
                wal-dir = "%3$s/wal"
                query-log-enabled = false
                [http]
                bind-address = "127.0.0.1:%2$d"
                log-enabled = false
                """.formatted(freePort(), server.port, server.folder));
        server.startAgain();
        return server;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    void startAgain() throws IOException {
        process = new ProcessBuilder("influxd", "run", "-config", "influxdb.conf")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        Awaitility.await().atMost(PATIENCE).until(this::answers);
    }

    private boolean answers() throws InterruptedException {
        try {
            return http.send(HttpRequest.newBuilder(URI.create(url() + "/ping")).build(), BodyHandlers.discarding())
                            .statusCode()
                    == 204;
        } catch (IOException e) {
            // Not yet.
            return false;
        }
    }

    /** Has it stand still: it takes connections, and answers nothing. */
    void freeze() throws IOException, InterruptedException {
        signal("-STOP");
    }

    void thaw() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", name, Long.toString(process.pid()))
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("kill " + name + " ended with " + status);
        }
    }

    /** Ends it at once. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    InfluxSettings settings(String database) {
        return new InfluxSettings(url(), database, "", "", "", Duration.ofSeconds(2), Duration.ofSeconds(4));
    }

    /** Writes a line by hand. */
    HttpResponse<String> write(String database, String line) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(url() + "/write?db=" + database))
                        .POST(BodyPublishers.ofString(line))
                        .build(),
                BodyHandlers.ofString());
    }

    @Override
    public void close() throws IOException, InterruptedException {
        kill();
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            deepestFirst.forEach(InfluxServer::delete);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
