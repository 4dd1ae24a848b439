package org.steadfast.it.harness;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** A real InfluxDB of version 1, configured as docs/influxdb.md says. Used by one thread at a time, and asked by any. */
public final class InfluxServer implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(30);

    private final TemporaryFolder folder;
    private final int port;
    private final Path configuration;
    private final HttpClient http = HttpClient.newHttpClient();
    private Process process;

    private InfluxServer(TemporaryFolder folder, int port) {
        this.folder = folder;
        this.port = port;
        this.configuration = folder.path().resolve("influxdb.conf");
    }

    public static InfluxServer start() throws IOException {
        InfluxServer server = new InfluxServer(TemporaryFolder.create(), Haproxy.freePort());
        Files.writeString(server.configuration, """
                reporting-disabled = true
                bind-address = "127.0.0.1:%1$d"
                [meta]
                dir = "%3$s/meta"
                [data]
                dir = "%3$s/data"
                wal-dir = "%3$s/wal"
                max-series-per-database = 0
                max-values-per-tag = 0
                query-log-enabled = false
                [http]
                bind-address = "127.0.0.1:%2$d"
                log-enabled = false
                """.formatted(Haproxy.freePort(), server.port, server.folder.path()));
        server.startAgain();
        return server;
    }

    /** Over the data that are there. */
    public void startAgain() throws IOException {
        process = new ProcessBuilder("influxd", "run", "-config", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.path().resolve("influxd.log").toFile()))
                .start();
        await("InfluxDB answers").atMost(START).until(this::answers);
    }

    private boolean answers() throws InterruptedException {
        try {
            HttpRequest ping =
                    HttpRequest.newBuilder(URI.create(url() + "/ping")).build();
            return http.send(ping, BodyHandlers.discarding()).statusCode() == 204;
        } catch (IOException e) {
            // It does not listen yet.
            return false;
        }
    }

    /** As a node is told. */
    public String url() {
        return "http://127.0.0.1:" + port;
    }

    /** What it answers to a query, with times in milliseconds. */
    public String query(String database, String query) throws IOException, InterruptedException {
        String form = "epoch=ms&db=" + database + "&q=" + URLEncoder.encode(query, StandardCharsets.UTF_8);
        HttpRequest request = HttpRequest.newBuilder(URI.create(url() + "/query"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form))
                .build();
        return http.send(request, BodyHandlers.ofString()).body();
    }

    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    public void freeze() throws IOException, InterruptedException {
        ProcessTree.signal("-STOP", Stream.of(process.toHandle()));
    }

    public void thaw() throws IOException, InterruptedException {
        ProcessTree.signal("-CONT", Stream.of(process.toHandle()));
    }

    @Override
    public void close() throws IOException, InterruptedException {
        kill();
        folder.close();
    }
}
