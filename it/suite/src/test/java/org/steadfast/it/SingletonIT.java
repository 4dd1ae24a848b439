package org.steadfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.Network;
import org.steadfast.it.harness.Node;
import org.steadfast.it.harness.RestClient;
import org.steadfast.it.harness.Supervision;
import org.steadfast.it.schedule.FireTimes;
import org.steadfast.it.shared.OnCluster;

/**
 * A timer of 100 ms and 1,000 schedulers go on through whatever happens to the node that fires them. Each run of a subscription leaves an
 * entry in a stream, so that one that runs twice is seen. Guarantee G4.
 */
@OnCluster(foundationNodes = 3, coordinators = 3, onMachines = true)
final class SingletonIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int SCHEDULERS = 1_000;
    private static final int PERIOD_SECONDS = 5;
    /** Of how many schedulers somebody hears. */
    private static final int HEARD = 30;
    /** By then the cluster goes on without a node that it does not hear of. */
    private static final Duration NOTICED = Duration.ofSeconds(15);

    private static final List<Duration> WRONG = List.of(Duration.ofSeconds(5), Duration.ZERO, Duration.ofSeconds(-5));

    /** What the names of things that hear of a schedule begin with; the schedule's name follows. */
    private static final String HEARER = "HearerOf";

    private static ClusterUnderTest cluster;
    private static boolean hasMachines;

    @BeforeAll
    static void useCluster(ClusterUnderTest shared) throws Exception {
        hasMachines = Network.obstacle().isEmpty();
        cluster = shared;
        define();
    }

    /** Whoever uses the cluster next is to have it for itself. */
    @AfterAll
    static void endFiring() throws Exception {
        RestClient rest = rest(cluster.foundationNodes().get(0));
        ok(rest.post("Things/Every/Services/DisableTimer", "{}"));
        for (int second = 0; second < PERIOD_SECONDS; second++) {
            ok(rest.post("ThingTemplates/At" + second + "/Services/SetConfigurationTable", """
                    {"tableName": "Settings", "configurationTable": {"rows": [{"enabled": false}]}}"""));
        }
    }

    /** What an operator would make by hand. */
    private static void define() throws Exception {
        RestClient rest = rest(cluster.foundationNodes().get(0));
        ok(rest.put(
                "DataShapes",
                "{\"name\": \"RanShape\", \"fieldDefinitions\": {\"schedule\": {\"baseType\": \"STRING\"},"
                        + " \"fireTime\": {\"baseType\": \"NUMBER\"}}}"));
        ok(rest.put("Things", "{\"name\": \"Ran\", \"thingTemplate\": \"Stream\", \"dataShape\": \"RanShape\"}"));
        ok(rest.put("Things", """
                {"name": "Every", "thingTemplate": "Timer", "configurationTables": {"Settings": {"rows": [
                  {"updateRate": 100, "misfirePolicy": "FireAll", "mostMissedFires": 1000}]}}}"""));
        for (int second = 0; second < PERIOD_SECONDS; second++) {
            ok(rest.put("ThingTemplates", """
                    {"name": "At%1$d", "baseThingTemplate": "Scheduler", "configurationTables": {"Settings": {"rows": [
                      {"schedule": "%1$d/%2$d * * * * ?", "misfirePolicy": "FireAll"}]}}}""".formatted(second, PERIOD_SECONDS)));
        }
        StringBuilder things = new StringBuilder();
        for (int i = 0; i < SCHEDULERS; i++) {
            things.append("<Thing name=\"Scheduler%d\" thingTemplate=\"At%d\"/>".formatted(i, i % PERIOD_SECONDS));
        }
        ok(rest.upload(
                "Importer?purpose=import", "schedulers.xml", "<Entities><Things>" + things + "</Things></Entities>"));
        hearer(rest, "Every", "Timer");
        for (int i = 0; i < HEARD; i++) {
            hearer(rest, "Scheduler" + i, "ScheduledEvent");
        }
    }

    private static void hearer(RestClient rest, String source, String event) throws Exception {
        ok(rest.put("Things", """
                {"name": "%3$s%1$s", "thingTemplate": "GenericThing", "subscriptions": {"onFire": {
                  "eventName": "%2$s", "source": "%1$s", "serviceImplementation": {"handlerName": "Script",
                  "configurationTables": {"Script": {"rows": [{"code":
                    "var t = Resources['InfoTableFunctions'].CreateInfoTableFromDataShape({infoTableName: 'T', dataShapeName: 'RanShape'}); t.AddRow({schedule: source, fireTime: eventData.timestamp.getTime()}); Things['Ran'].AddStreamEntry({values: t});"
                  }]}}}}}}""".formatted(source, event, HEARER)));
    }

    /** What is red here is not due to a fault. */
    @Test
    void nothingHappening() throws Exception {
        run("none", () -> watch(Duration.ofSeconds(4)));
    }

    @Test
    void theSingletonIsKilled() throws Exception {
        run("kill", () -> {
            Node victim = singleton();
            victim.kill();
            watch(NOTICED);
            assertThat(singleton().id()).isNotEqualTo(victim.id());
            victim.start();
        });
    }

    /** It wakes as one that takes itself for the singleton, with much that is due. */
    @Test
    void theSingletonIsFrozenForLongerThanTheSessionTimeout() throws Exception {
        run("freeze", () -> {
            Node victim = singleton();
            victim.freeze();
            try {
                watch(NOTICED);
            } finally {
                victim.thaw();
            }
            watch(Duration.ofSeconds(4));
        });
    }

    @Test
    void theSingletonIsCutOff() throws Exception {
        assumeTrue(hasMachines, () -> "no network namespaces here");
        run("partition", () -> {
            Node victim = singleton();
            cluster.network().isolate(cluster.machine(victim));
            try {
                watch(NOTICED);
            } finally {
                cluster.network().heal();
            }
        });
    }

    @Test
    void theCoordinatorLosesItsLeader() throws Exception {
        run("coordinator-leader", () -> {
            Node leader = cluster.coordinatorLeader().orElseThrow();
            leader.kill();
            watch(Duration.ofSeconds(6));
            leader.start();
        });
    }

    @Test
    void theDatabaseIsAway() throws Exception {
        run("database-away", () -> {
            cluster.database().stop();
            watch(Duration.ofSeconds(30));
            cluster.database().start();
        });
    }

    @Test
    void theRoleIsGivenUpAndNodesAreRestarted() throws Exception {
        run("restarts", () -> {
            String before = singleton().id();
            RestClient.Answer released = rest(cluster.foundationNodes().get(1))
                    .post("Subsystems/ClusteringSubsystem/Services/ReleaseSingleton", "{}");
            ok(released);
            assertThat(released.json().at("/rows/0/result").asText()).isNotEqualTo(before);
            for (int round = 0; round < 2; round++) {
                for (Node node : cluster.foundationNodes()) {
                    assertThat(node.stop()).isZero();
                    node.start();
                    node.awaitReady(PATIENCE);
                }
            }
        });
    }

    /** Whoever fires goes by the database's clock: one whose own is ahead does not fire early, nor the next one, which is behind, again. */
    @Test
    void theClocksOfTheNodesAreWrong() throws Exception {
        try {
            run("clocks", () -> {
                List<Node> nodes = cluster.foundationNodes();
                for (int i = 0; i < nodes.size(); i++) {
                    assertThat(nodes.get(i).stop()).isZero();
                    nodes.get(i).start(WRONG.get(i));
                    nodes.get(i).awaitReady(PATIENCE);
                }
                for (int i = 0; i < nodes.size(); i++) {
                    Node node = nodes.get(i);
                    double ahead = WRONG.get(i).toSeconds();
                    await().atMost(PATIENCE)
                            .untilAsserted(() -> assertThat(skewSeconds(node)).isCloseTo(ahead, within(1.0)));
                }
                Set<String> fired = new TreeSet<>();
                // Whoever gives the role up is the last to get it again.
                for (int round = 0; round < 2 * nodes.size() && fired.size() < nodes.size(); round++) {
                    fired.add(singleton().id());
                    watch(Duration.ofSeconds(3));
                    ok(rest(nodes.get(0)).post("Subsystems/ClusteringSubsystem/Services/ReleaseSingleton", "{}"));
                }
                assertThat(fired).as("nodes that have fired").hasSameSizeAs(nodes);
                watch(Duration.ofSeconds(3));
            });
        } finally {
            for (Node node : cluster.foundationNodes()) {
                if (node.isAlive()) {
                    node.stop();
                }
                node.start();
                node.awaitReady(PATIENCE);
            }
        }
    }

    /** What an operator is warned of. */
    private static double skewSeconds(Node node) throws Exception {
        return rest(node)
                .get("Metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("steadfast_clock_skew_seconds"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow();
    }

    /** What is done to the cluster while it fires. */
    @FunctionalInterface
    private interface Fault {
        void strike() throws Exception;
    }

    private static void run(String name, Fault fault) throws Exception {
        awaitWell();
        long from;
        try (Connection connection = cluster.connectToDatabase()) {
            from = now(connection);
        }
        watch(Duration.ofSeconds(1));
        fault.strike();
        awaitWell();
        try (Connection connection = cluster.connectToDatabase()) {
            long healed = now(connection);
            // Whatever was missed meanwhile, and each of them once more after that.
            await().atMost(PATIENCE).until(() -> leastProgress(connection) > healed);
            FireTimes fires = new FireTimes(connection, from);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(fires.notRun(HEARER, healed))
                            .as("fires that a subscription has not run on to the end")
                            .isEmpty());
            System.out.println("singleton fault=" + name + ": " + fires.lateness());
            assertThat(fires.gaps("Every", 100))
                    .as("fire times of the timer that nobody claimed")
                    .isEmpty();
            assertThat(fires.gaps("Scheduler%", PERIOD_SECONDS * 1_000L))
                    .as("fire times of schedulers that nobody claimed")
                    .isEmpty();
            assertThat(fires.early(500)).as("fires before their time").isEmpty();
            assertThat(fires.epochsOutOfOrder()).as("two that fire at a time").isEmpty();
            List<String> unfinished = fires.unfinished(healed);
            System.out.println("singleton fault=" + name + ": runs of unknown or bad end " + unfinished);
            if (name.equals("none") || name.equals("coordinator-leader")) {
                assertThat(unfinished).isEmpty();
            }
            requireEachRunOnce(connection, from);
        }
    }

    /** By what the subscriptions have left behind, not by what is said of them. */
    private static void requireEachRunOnce(Connection connection, long from) throws Exception {
        // Before the entries: what has succeeded by now has left its entry.
        List<String> succeeded = new ArrayList<>();
        try (var statement = connection.prepareStatement(
                "select e.name || ' at ' || r.fire_time from schedule_run as r join entity as e on e.id = r.thing_id"
                        + " where r.fire_time >= ? and r.outcome = 'SUCCEEDED'")) {
            statement.setLong(1, from);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    succeeded.add(rows.getString(1));
                }
            }
        }
        Map<String, Integer> entries = new HashMap<>();
        try (var statement = connection.prepareStatement(
                "select content ->> 'schedule', (content ->> 'fireTime')::numeric::bigint from stream_entry"
                        + " where (content ->> 'fireTime')::numeric >= ?")) {
            statement.setLong(1, from);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    entries.merge(rows.getString(1) + " at " + rows.getLong(2), 1, Integer::sum);
                }
            }
        }
        Map<String, Integer> twice = new TreeMap<>(entries);
        twice.values().removeIf(times -> times == 1);
        assertThat(twice).as("runs that there were twice").isEmpty();
        succeeded.removeAll(entries.keySet());
        assertThat(succeeded)
                .as("runs that are said to have succeeded and left nothing")
                .isEmpty();
        assertThat(entries).hasSizeGreaterThan(20);
    }

    private static long now(Connection connection) throws Exception {
        return number(connection, "select (extract(epoch from clock_timestamp()) * 1000)::bigint");
    }

    private static long leastProgress(Connection connection) throws Exception {
        return number(connection, "select coalesce(min(last_fire), 0) from schedule_progress");
    }

    private static long number(Connection connection, String sql) throws Exception {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** All nodes take traffic, and one of them fires. */
    private static void awaitWell() {
        new Supervision(cluster).awaitAllReady(PATIENCE);
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(singleton()).isNotNull());
    }

    private static void watch(Duration duration) {
        new Supervision(cluster).watch(duration);
    }

    private static Node singleton() throws Exception {
        for (Node node : cluster.foundationNodes()) {
            if (!node.isAlive()) {
                continue;
            }
            RestClient.Answer answer = rest(node).post("Subsystems/ClusteringSubsystem/Services/GetClusterNodes", "{}");
            ok(answer);
            for (JsonNode row : answer.json().path("rows")) {
                if (row.path("singleton").asBoolean()) {
                    return cluster.foundationNodes().stream()
                            .filter(one ->
                                    one.id().equals(row.path("platformId").asText()))
                            .findFirst()
                            .orElseThrow();
                }
            }
        }
        throw new AssertionError("no node is the singleton");
    }

    private static void ok(RestClient.Answer answer) {
        assertThat(answer.status()).as(answer.body()).isIn(200, 202);
    }

    private static RestClient rest(Node node) throws IOException {
        return cluster.rest(node, Duration.ofSeconds(30));
    }
}
