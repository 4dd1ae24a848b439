package org.steadfast.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.steadfast.protocol.json.Json;
import org.steadfast.protocol.type.Value;
import org.steadfast.simulator.FakeServer.Reaction;
import picocli.CommandLine;

class DeviceSimulatorCommandTest {
    private static final Map<String, String> KEY_IN_ENVIRONMENT =
            Map.of(AppKeyOptions.ENVIRONMENT, FakeServer.KEY.text());

    private final FakeServer server = new FakeServer();
    private final FakeRestNode node = new FakeRestNode();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final StopSignal stop = new StopSignal();

    @TempDir
    private Path directory;

    @AfterEach
    void close() {
        server.close();
        node.close();
    }

    @Test
    void everything_acknowledged_is_status_0_with_a_report() {
        int status = run("--devices", "3", "--messages", "4", "--rate", "0", "--properties", "2");

        assertThat(err.toString()).isEmpty();
        assertThat(out.toString().lines())
                .contains(
                        "ended        COMPLETED: all messages are settled",
                        "devices      3 of 3 were bound",
                        "messages     12 sent, 12 acknowledged, 0 errors, 0 unacknowledged, 0 superseded",
                        "lost         not verified")
                .anyMatch(line -> line.matches("rate +[\\d.]+ messages/s, [\\d.]+ updates/s over [\\d.]+ s"))
                .anyMatch(line -> line.matches("latency +p50 [\\d.]+ ms, p90 .* p99 .* p99\\.9 .* max [\\d.]+ ms"))
                .anyMatch(line -> line.matches("longest gap +[\\d.]+ ms without any acknowledgement"))
                .anyMatch(line -> line.matches("reconnects +0, failed attempts 0"))
                .anyMatch(line -> line.matches("resends +0, after 0 answers 503, 0 timeouts"));
        assertThat(status).isZero();
        assertThat(server.values.keySet())
                .contains(new PropertyKey("sim3", "p2"))
                .hasSize(6);
    }

    @Test
    void json_report_says_the_same() throws Exception {
        int status = run("--messages", "3", "--rate", "0", "--first-value", "100", "--json");

        JsonNode report = Json.read(out.toString().strip());
        assertThat(status).isZero();
        assertThat(report.path("exitStatus").asInt(-1)).isZero();
        assertThat(report.path("acknowledged").asInt()).isEqualTo(3);
        assertThat(report.path("outcome").asText()).isEqualTo("COMPLETED");
        assertThat(report.path("latencyMicros").path("max").asLong()).isPositive();
        assertThat(report.has("lost")).isFalse();
        assertThat(server.values).containsEntry(new PropertyKey("sim1", "p1"), Value.number(102));
    }

    @Test
    void devices_behave_as_they_are_told_to() {
        assertThat(run("--messages", "1", "--behaviour", "java-sdk"))
                .as(err.toString())
                .isZero();
        assertThat(server.sessionOf("sim1").requests)
                .as("a device of the Java SDK asks for events, too, and pushes nothing before")
                .extracting(DeviceBehaviourTest::service)
                .containsSubsequence("GetEventSubscriptions", "UpdateSubscribedPropertyValues");
    }

    @Test
    void progress_goes_to_stderr_every_second() {
        assertThat(run("--duration", "1500ms", "--rate", "20")).isZero();
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .matches("connected 1/1  sent \\d+  acknowledged \\d+  errors 0  \\d+ msg/s  \\d+ updates/s"
                        + "  p50 [\\d.]+ ms  p99 [\\d.]+ ms");
    }

    @Test
    void errors_are_status_1() {
        server.reaction = push -> Reaction.ERROR;
        assertThat(run("--messages", "2", "--rate", "0")).isEqualTo(1);
        assertThat(out.toString()).contains("2 errors").contains("0xA0 INTERNAL_ERROR: broken");
    }

    @Test
    void wrong_calls_are_status_2_and_say_why() {
        assertThat(command(KEY_IN_ENVIRONMENT, "--devices", "2")).isEqualTo(2);
        assertThat(err.toString()).contains("--server");
        assertThat(run("--devices", "0")).isEqualTo(2);
        assertThat(err.toString()).contains("at least one device");
        assertThat(run("--ramp", "soon")).isEqualTo(2);
        assertThat(err.toString()).contains("[soon] is not a time");
        assertThat(run("--behaviour", "C")).isEqualTo(2);
        assertThat(err.toString()).contains("[C] is no behaviour of devices: give c-sdk or java-sdk");
        assertThat(command(Map.of(), "--server", "localhost:1")).isEqualTo(2);
        assertThat(err.toString()).contains("STEADFAST_APP_KEY");
        assertThat(command(KEY_IN_ENVIRONMENT, "--server", "localhost")).isEqualTo(2);
        assertThat(err.toString()).contains("[localhost] is not host:port");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void mistyped_option_does_not_give_the_key_away() {
        assertThat(run("--appkey", "secret-1", "--app-kye=secret-2")).isEqualTo(2);
        assertThat(err.toString()).contains("--appkey").contains("--app-kye").doesNotContain("secret");
    }

    @Test
    void wrong_key_is_status_3_and_not_shown() {
        int status = command(Map.of(), "--server", server.address().toString(), "--app-key", "wrong-key");

        assertThat(status).isEqualTo(3);
        assertThat(err.toString())
                .contains("does not accept the application key")
                .contains("0x81");
        assertThat(err + out.toString()).doesNotContain("wrong-key");
    }

    @Test
    void nobody_listening_is_status_3() throws Exception {
        int status = command(
                KEY_IN_ENVIRONMENT,
                "--server",
                FakeServer.nobody() + "," + FakeServer.nobody(),
                "--messages",
                "1",
                "--connect-within",
                "300ms");

        assertThat(status).isEqualTo(3);
        assertThat(err.toString()).contains("Could not connect");
    }

    @Test
    void key_comes_from_a_file() throws Exception {
        Path file = Files.writeString(directory.resolve("key"), FakeServer.KEY.text() + "\n");
        String[] arguments = {"--server", server.address().toString(), "--messages", "1", "--rate", "0"};

        assertThat(command(Map.of(), with(arguments, "--app-key-file", file.toString())))
                .isZero();
        assertThat(command(Map.of(), with(arguments, "--app-key-file", file + "x")))
                .isEqualTo(2);
        assertThat(err.toString()).contains("cannot read the application key file");
    }

    @Test
    void values_read_back_are_verified() {
        String[] arguments = {
            "--messages",
            "5",
            "--rate",
            "0",
            "--first-value",
            "1",
            "--verify",
            node.address().toString()
        };
        node.values.put(new PropertyKey("sim1", "p1"), 5.0);
        assertThat(run(arguments)).isZero();
        assertThat(out.toString()).contains("lost         0 of 1 values checked, 0 not read");

        node.values.put(new PropertyKey("sim1", "p1"), 4.0);
        assertThat(run(arguments)).isEqualTo(4);
        assertThat(out.toString())
                .contains("lost         1 of 1 values checked")
                .contains("sim1.p1 at " + node.address() + " is 4.0, acknowledged 5, sent 5");
    }

    @Test
    void things_are_created_first() {
        String[] arguments = {
            "--devices",
            "2",
            "--messages",
            "1",
            "--rate",
            "0",
            "--create-things",
            node.address().toString()
        };
        assertThat(run(arguments)).isZero();
        assertThat(node.posts).hasSize(6).contains("Things/sim2/Services/EnableThing {}");

        node.statuses.put("CreateThing", 404);
        int pushesBefore = server.pushes.size();
        assertThat(run(arguments)).isEqualTo(1);
        assertThat(err.toString()).contains("The things could not be created").contains("404");
        assertThat(server.pushes).hasSize(pushesBefore);
    }

    @Test
    void foundation_node_that_does_not_accept_the_key_is_status_3() {
        int status = command(
                Map.of(AppKeyOptions.ENVIRONMENT, "wrong-key"),
                "--server",
                server.address().toString(),
                "--create-things",
                node.address().toString());

        assertThat(status).isEqualTo(3);
        assertThat(err.toString()).contains("401").doesNotContain("wrong-key");
    }

    @Test
    void stop_brings_the_report() throws Exception {
        CompletableFuture<Integer> status = CompletableFuture.supplyAsync(() -> run("--rate", "0"));
        await().until(() -> server.acknowledged.size() > 10);
        stop.stop();

        assertThat(status.get(10, TimeUnit.SECONDS)).isZero();
        assertThat(out.toString()).contains("STOPPED").contains("0 unacknowledged");
    }

    @Test
    void help_explains_the_statuses() {
        assertThat(command(Map.of(), "--help")).isZero();
        assertThat(out.toString())
                .contains("--create-things", "--verify", "STEADFAST_APP_KEY", "Exit status:")
                .containsPattern("0 +every message was acknowledged")
                .containsPattern("4 +acknowledged values were lost");
    }

    private int run(String... arguments) {
        return command(
                KEY_IN_ENVIRONMENT, with(arguments, "--server", server.address().toString()));
    }

    private int command(Map<String, String> environment, String... arguments) {
        CommandLine line = DeviceSimulatorCommand.commandLine(stop, environment);
        return line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(arguments);
    }

    private static String[] with(String[] arguments, String... more) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }
}
