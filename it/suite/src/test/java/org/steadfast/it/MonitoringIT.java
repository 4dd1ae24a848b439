package org.steadfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.Distribution;
import org.steadfast.it.harness.Node;
import org.steadfast.it.installer.Setup;
import org.steadfast.it.installer.Setup.Ended;
import org.steadfast.it.shared.OnCluster;
import org.steadfast.protocol.json.Json;

/** The alerts and the dashboard that are shipped ask for what nodes really tell. */
@OnCluster(foundationNodes = 2, connectionServers = 2)
final class MonitoringIT {
    private static final Pattern METRIC = Pattern.compile("\\b(?:steadfast|jvm|process)_\\w+");
    /** Only where the cluster has such a database, or such history; the reference page names them. */
    private static final Pattern NOT_HERE = Pattern.compile("steadfast_(?:database|history|tls)_\\w+");

    private static ClusterUnderTest cluster;

    private final Path templates = Distribution.built().home().resolve("templates/monitoring");

    @TempDir
    private Path folder;

    @BeforeAll
    static void use(ClusterUnderTest shared) throws Exception {
        cluster = shared;
        for (Node node : cluster.foundationNodes()) {
            // Some meters are there from the first request on.
            cluster.rest(node).get("Things/Nobody");
        }
    }

    private static Set<String> told() throws Exception {
        Set<String> names = new TreeSet<>();
        HttpClient http = HttpClient.newHttpClient();
        for (Node node : cluster.nodes()) {
            if (node.role().equals("foundation-node") || node.role().equals("connection-server")) {
                String metrics = http.send(
                                HttpRequest.newBuilder(URI.create("http://" + node.address() + "/Thingworx/Metrics"))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .body();
                metrics.lines()
                        .filter(line -> !line.startsWith("#"))
                        .map(line -> line.split("[{ ]", 2)[0])
                        .forEach(names::add);
            }
        }
        return names;
    }

    private static Set<String> asked(String text) {
        Set<String> names = new TreeSet<>();
        Matcher matcher = METRIC.matcher(text);
        while (matcher.find()) {
            names.add(matcher.group());
        }
        return names;
    }

    private static void assertTold(Set<String> asked) throws Exception {
        Set<String> told = told();
        String page = Files.readString(Path.of("../../docs/reference/metrics.md"));
        Set<String> missing = new HashSet<>(asked);
        missing.removeAll(told);
        missing.removeIf(name -> NOT_HERE.matcher(name).matches()
                && (page.contains("`" + name + "`") || page.contains("`" + name + "{")));
        assertThat(missing).as("metrics that no node tells").isEmpty();
    }

    @Test
    void alertsAskForMetricsThatNodesTell() throws Exception {
        Set<String> asked = asked(Files.readString(templates.resolve("steadfast-rules.yml")));
        assertThat(asked).hasSizeGreaterThan(15);
        assertTold(asked);
    }

    @Test
    void theDashboardAsksForMetricsThatNodesTell() throws Exception {
        JsonNode dashboard = Json.read(Files.readAllBytes(templates.resolve("grafana-dashboard.json")));
        StringBuilder expressions = new StringBuilder();
        for (JsonNode panel : dashboard.path("panels")) {
            panel.path("targets")
                    .forEach(target ->
                            expressions.append(target.path("expr").asText()).append('\n'));
        }
        Set<String> asked = asked(expressions.toString());
        assertThat(asked).hasSizeGreaterThan(25);
        assertTold(asked);
    }

    @Test
    void everyAlertFiresForWhatItIsMeantForAndForNothingElse() throws Exception {
        for (String file : List.of("steadfast-rules.yml", "prometheus.yml")) {
            Files.copy(templates.resolve(file), folder.resolve(file));
        }
        Files.copy(Path.of("src/test/resources/monitoring/rules-test.yml"), folder.resolve("rules-test.yml"));

        assertSucceeds("check", "config", "prometheus.yml");
        assertSucceeds("test", "rules", "rules-test.yml");
    }

    private void assertSucceeds(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(words));
        Ended ended = Setup.run(new ProcessBuilder(command), folder, "");
        assertThat(ended.status()).as(ended.output()).isZero();
    }
}
