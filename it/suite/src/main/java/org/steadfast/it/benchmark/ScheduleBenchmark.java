package org.steadfast.it.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.awaitility.Awaitility;
import org.steadfast.it.harness.ClusterLayout;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.Memory;
import org.steadfast.it.harness.Node;
import org.steadfast.it.harness.RestClient;
import org.steadfast.it.harness.Supervision;
import org.steadfast.it.schedule.FireTimes;

/**
 * The figures of timers and schedulers: how late fires are claimed at growing rates, with and without somebody who hears of them, and what
 * a hundred thousand of them cost whoever takes the role over. Everything shares this machine.
 */
public final class ScheduleBenchmark {
    private static final Duration WARM_UP = Duration.ofSeconds(15);
    private static final Duration MEASURED = Duration.ofSeconds(20);
    /** Timers of 100 ms each. */
    private static final List<Integer> TIMERS = List.of(10, 100, 200, 400);

    private static final int HEARD = 50;
    private static final int MANY = 100_000;
    private static final int BUNDLE = 5_000;
    private static final Duration LONG = Duration.ofMinutes(10);

    private final ClusterUnderTest cluster;
    private final PrintStream out;

    private ScheduleBenchmark(ClusterUnderTest cluster, PrintStream out) {
        this.cluster = cluster;
        this.out = out;
    }

    public static void main(String[] arguments) throws Exception {
        try (ClusterUnderTest cluster =
                ClusterUnderTest.create(ClusterLayout.of(2, 0).asShipped())) {
            System.out.printf(
                    "machine: %d processors, Java %s%n",
                    Runtime.getRuntime().availableProcessors(), System.getProperty("java.version"));
            cluster.startAll();
            ScheduleBenchmark benchmark = new ScheduleBenchmark(cluster, System.out);
            for (int timers : TIMERS) {
                benchmark.timers("Unheard" + timers + "x", timers, "");
            }
            benchmark.timers("Heard", HEARD, """
                    , "subscriptions": {"onFire": {"eventName": "Timer", "serviceImplementation": {"handlerName": "Script",
                      "configurationTables": {"Script": {"rows": [{"code": "var x = 1;"}]}}}}}""");
            benchmark.many();
        }
    }

    private RestClient rest() {
        return cluster.rest(cluster.foundationNodes().get(0), LONG);
    }

    private void timers(String name, int number, String more) throws Exception {
        ok(rest().put("ThingTemplates", """
                {"name": "%s", "baseThingTemplate": "Timer", "configurationTables": {"Settings": {"rows": [
                  {"updateRate": 100}]}}%s}""".formatted(name, more)));
        make(name, number);
        new Supervision(cluster).watch(WARM_UP);
        try (Connection connection = cluster.connectToDatabase()) {
            long from = now(connection);
            new Supervision(cluster).watch(MEASURED);
            FireTimes fires = new FireTimes(connection, from);
            out.printf(
                    Locale.ROOT,
                    "%4d timers of 100 ms%s: %.0f fires/s claimed; %s; %d gaps%n",
                    number,
                    more.isEmpty() ? "" : ", heard",
                    number(connection, "select count(*) from schedule_fire where fire_time >= " + from)
                            * 1e3
                            / MEASURED.toMillis(),
                    fires.lateness(),
                    fires.gaps(name + "%", 100).size());
            if (!more.isEmpty()) {
                out.printf(
                        Locale.ROOT,
                        "  %.0f runs/s, ended %d ms after the fire time (p50), %d ms (p99)%n",
                        number(connection, "select count(*) from schedule_run where fire_time >= " + from)
                                * 1e3
                                / MEASURED.toMillis(),
                        number(connection, percentile(0.5, from)),
                        number(connection, percentile(0.99, from)));
            }
        }
        ok(rest().post("ThingTemplates/" + name + "/Services/SetConfigurationTable", """
                {"tableName": "Settings", "configurationTable": {"rows": [{"updateRate": 100, "enabled": false}]}}"""));
    }

    private static String percentile(double fraction, long from) {
        return String.format(
                Locale.ROOT,
                "select percentile_disc(%f) within group (order by ended - fire_time) from schedule_run where fire_time >= %d",
                fraction,
                from);
    }

    /** Things of a template, in bundles. */
    private void make(String template, int number) throws Exception {
        for (int first = 0; first < number; first += BUNDLE) {
            StringBuilder things = new StringBuilder();
            for (int i = first; i < Math.min(number, first + BUNDLE); i++) {
                things.append("<Thing name=\"%1$s%2$d\" thingTemplate=\"%1$s\"/>".formatted(template, i));
            }
            ok(rest().upload(
                            "Importer?purpose=import",
                            template + ".xml",
                            "<Entities><Things>" + things + "</Things></Entities>"));
        }
    }

    private void many() throws Exception {
        memory("before");
        ok(rest().put("ThingTemplates", """
                {"name": "Many", "baseThingTemplate": "Scheduler", "configurationTables": {"Settings": {"rows": [
                  {"schedule": "0 0 4 * * ?", "timeZone": "Europe/Berlin"}]}}}"""));
        long start = System.nanoTime();
        make("Many", MANY);
        try (Connection connection = cluster.connectToDatabase()) {
            Awaitility.await()
                    .atMost(LONG)
                    .until(() -> number(connection, "select count(*) from schedule_progress") >= MANY);
        }
        out.printf(Locale.ROOT, "%d schedulers made in %.0f s%n", MANY, (System.nanoTime() - start) / 1e9);
        memory("with them");
        start = System.nanoTime();
        ok(rest().post("Subsystems/ClusteringSubsystem/Services/ReleaseSingleton", "{}"));
        out.printf(Locale.ROOT, "the role was taken over in %.2f s%n", (System.nanoTime() - start) / 1e9);
        Awaitility.await()
                .atMost(LONG)
                .until(() -> cluster.foundationNodes().stream()
                        .anyMatch(node -> !read(node).isEmpty()));
        for (Node node : cluster.foundationNodes()) {
            read(node).forEach(line -> out.println("  " + node.id() + line));
        }
        memory("after the takeover");
    }

    /** What a node has said of what it has read when it took the role. */
    private static List<String> read(Node node) {
        try {
            return node.output()
                    .lines()
                    .filter(line -> line.contains("timers and schedulers fire, read in"))
                    .map(line -> line.substring(line.lastIndexOf(": ")))
                    .filter(line -> line.matches(": \\d{5,} .*"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void memory(String when) throws Exception {
        for (Node node : cluster.foundationNodes()) {
            out.printf(Locale.ROOT, "  %s: process %d MB, %s%n", node.id(), Memory.megabytes(node.pid()), when);
        }
    }

    private static long now(Connection connection) throws Exception {
        return number(connection, "select (extract(epoch from clock_timestamp()) * 1000)::bigint");
    }

    private static long number(Connection connection, String sql) throws Exception {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static void ok(RestClient.Answer answer) {
        if (answer.status() != 200 && answer.status() != 202) {
            throw new IllegalStateException(answer.toString());
        }
    }
}
