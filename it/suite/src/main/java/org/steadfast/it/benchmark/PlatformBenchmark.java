package org.steadfast.it.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.steadfast.it.harness.ClusterLayout;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.Memory;
import org.steadfast.it.harness.Node;
import org.steadfast.it.harness.RestClient;

/**
 * The figures of the platform: requests beside a bare servlet that answers the same bytes, what a script adds, subscriptions per second,
 * and a model of a hundred thousand things. Everything shares this machine, the clients too.
 */
public final class PlatformBenchmark {
    private static final Duration WARM_UP = Duration.ofSeconds(15);
    private static final Duration MEASURED = Duration.ofSeconds(10);
    private static final int[] OUTSTANDING = {1, 32};
    private static final int EVENTS = 20_000;
    private static final int SOURCES = 50;
    private static final int THINGS = 100_000;
    private static final int CREATORS = 16;
    private static final Duration LONG = Duration.ofMinutes(10);

    private final ClusterUnderTest cluster;
    private final PrintStream out;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private PlatformBenchmark(ClusterUnderTest cluster, PrintStream out) {
        this.cluster = cluster;
        this.out = out;
    }

    /** @param arguments parts; none: all */
    public static void main(String[] arguments) throws Exception {
        List<String> parts = arguments.length == 0 ? List.of("rest", "subscriptions", "model") : List.of(arguments);
        try (ClusterUnderTest cluster =
                ClusterUnderTest.create(ClusterLayout.of(2, 0).asShipped())) {
            PlatformBenchmark benchmark = new PlatformBenchmark(cluster, System.out);
            System.out.printf(
                    "machine: %d processors, Java %s%n",
                    Runtime.getRuntime().availableProcessors(), System.getProperty("java.version"));
            cluster.startAll();
            for (String part : parts) {
                switch (part) {
                    case "rest" -> benchmark.rest();
                    case "subscriptions" -> benchmark.subscriptions();
                    case "model" -> benchmark.model();
                    default -> throw new IllegalArgumentException(part + " is none of rest, subscriptions, model");
                }
            }
        }
    }

    private RestClient rest(int node) {
        return cluster.rest(cluster.foundationNodes().get(node), LONG);
    }

    private void rest() throws Exception {
        ok(rest(0).put("Things", """
                {"name": "Bench", "thingTemplate": "GenericThing",
                 "propertyDefinitions": {"p": {"name": "p", "baseType": "NUMBER"}},
                 "serviceDefinitions": {"Nothing": {"name": "Nothing", "resultType": {"name": "result", "baseType": "NUMBER"}}},
                 "serviceImplementations": {"Nothing": {"name": "Nothing", "handlerName": "Script", "configurationTables":
                   {"Script": {"rows": [{"code": "result = 1;"}]}}}}}"""));
        ok(rest(0).put("Things/Bench/Properties/p", "{\"p\": 746}"));
        String body = rest(0).get("Things/Bench/Properties/p").body();
        String address = cluster.foundationNodes().get(0).address();
        try (BareServlet bare = BareServlet.start(body)) {
            Supplier<CompletableFuture<?>> bareGet = ask(get(bare.address(), "Things/Bench/Properties/p"));
            // One of the two nodes holds the value, the other one asks it.
            List<Supplier<CompletableFuture<?>>> gets = List.of(
                    ask(get(address, "Things/Bench/Properties/p")),
                    ask(get(cluster.foundationNodes().get(1).address(), "Things/Bench/Properties/p")));
            Supplier<CompletableFuture<?>> barePut = ask(put(bare.address(), "Things/Bench/Properties/p"));
            Supplier<CompletableFuture<?>> put = ask(put(address, "Things/Bench/Properties/p"));
            Supplier<CompletableFuture<?>> builtIn = ask(post(address, "Things/Bench/Services/GetThingTemplate"));
            Supplier<CompletableFuture<?>> script = ask(post(address, "Things/Bench/Services/Nothing"));
            for (Supplier<CompletableFuture<?>> each :
                    List.of(bareGet, gets.get(0), gets.get(1), barePut, put, builtIn, script)) {
                var warm = RoundTrips.of(16, WARM_UP.dividedBy(2), each);
            }
            for (int outstanding : OUTSTANDING) {
                out.printf(Locale.ROOT, "%n%d outstanding %32s %9s %9s%n", outstanding, "per s", "p50 ms", "p99 ms");
                RoundTrips.Result base = print("bare servlet, GET", outstanding, bareGet);
                for (int node = 1; node <= gets.size(); node++) {
                    RoundTrips.Result got = print("GET of a property, node " + node, outstanding, gets.get(node - 1));
                    out.printf(
                            Locale.ROOT,
                            "  p50 of GET is %.2f times that of the bare servlet%n",
                            got.p50() / base.p50());
                }
                print("bare servlet, PUT", outstanding, barePut);
                print("PUT of a property", outstanding, put);
                RoundTrips.Result plain = print("service of the platform", outstanding, builtIn);
                RoundTrips.Result scripted = print("service in JavaScript", outstanding, script);
                out.printf(Locale.ROOT, "  a script adds %.3f ms at p50%n", scripted.p50() - plain.p50());
            }
        }
    }

    private RoundTrips.Result print(String what, int outstanding, Supplier<CompletableFuture<?>> ask)
            throws InterruptedException {
        RoundTrips.Result result = RoundTrips.of(outstanding, MEASURED, ask);
        out.printf(Locale.ROOT, "%-36s %9.0f %9.2f %9.2f%n", what, result.perSecond(), result.p50(), result.p99());
        return result;
    }

    private Supplier<CompletableFuture<?>> ask(HttpRequest request) {
        return () -> http.sendAsync(request, HttpResponse.BodyHandlers.ofString())
                .thenAccept(answer -> {
                    if (answer.statusCode() != 200) {
                        throw new IllegalStateException(
                                request.uri() + " answered " + answer.statusCode() + " " + answer.body());
                    }
                });
    }

    private HttpRequest get(String address, String path) {
        return request(address, path).GET().build();
    }

    private HttpRequest put(String address, String path) {
        return request(address, path)
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString("{\"p\": 746}"))
                .build();
    }

    private HttpRequest post(String address, String path) {
        return request(address, path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
    }

    private HttpRequest.Builder request(String address, String path) {
        return HttpRequest.newBuilder(URI.create("http://" + address + "/Thingworx/" + path))
                .timeout(LONG)
                .header("appKey", cluster.administratorKey());
    }

    /** Writes to properties that are subscribed to, with and without the journal and with none at all. */
    private void subscriptions() throws Exception {
        out.printf(Locale.ROOT, "%n%-44s %9s %9s%n", "", "writes/s", "heard/s");
        double none = subscriptions("Unheard", "");
        double memory = subscriptions("Heard", subscription(false));
        double durable = subscriptions("Journaled", subscription(true));
        out.printf(
                Locale.ROOT,
                "  of the writes that nobody hears: %.0f %% with subscriptions, %.0f %% with the journal%n",
                100 * memory / none,
                100 * durable / none);
    }

    private static String subscription(boolean persistent) {
        return """
                "subscriptions": {"onChange": {"eventName": "DataChange", "sourceProperty": "p", "isPersistent": %s,
                  "serviceImplementation": {"handlerName": "Script", "configurationTables": {"Script": {"rows": [
                    {"code": "var x = eventData.newValue.value + 1;"}]}}}}},""".formatted(persistent);
    }

    private double subscriptions(String name, String subscriptions) throws Exception {
        ok(rest(0).put("ThingTemplates", """
                {"name": "%s", "baseThingTemplate": "GenericThing", %s
                 "propertyDefinitions": {"p": {"name": "p", "baseType": "NUMBER",
                   "aspects": {"dataChangeType": "ALWAYS"}}}}""".formatted(name, subscriptions)));
        List<Supplier<CompletableFuture<?>>> writes = new ArrayList<>();
        for (int i = 0; i < SOURCES; i++) {
            ok(rest(0).put("Things", "{\"name\": \"%s%d\", \"thingTemplate\": \"%s\"}".formatted(name, i, name)));
            String address = cluster.foundationNodes()
                    .get(i % cluster.foundationNodes().size())
                    .address();
            writes.add(ask(put(address, "Things/" + name + i + "/Properties/p")));
        }
        AtomicInteger next = new AtomicInteger();
        Supplier<CompletableFuture<?>> write =
                () -> writes.get(next.getAndIncrement() % SOURCES).get();
        var warm = RoundTrips.of(64, WARM_UP, write);
        awaitHeard();
        double before = heard();
        long start = System.nanoTime();
        RoundTrips.Result result = RoundTrips.of(64, MEASURED, write);
        awaitHeard();
        double heard = (heard() - before) * 1e9 / (System.nanoTime() - start);
        out.printf(Locale.ROOT, "%-44s %9.0f %9.0f%n", name, result.perSecond(), heard);
        return result.perSecond();
    }

    private void awaitHeard() {
        Awaitility.await().atMost(LONG).until(() -> metric("steadfast_events_waiting\\{") == 0);
    }

    private double heard() throws Exception {
        return metric("steadfast_subscriptions_runs_total\\{[^}]*outcome=\"succeeded\"");
    }

    /** The sum of a meter over all foundation nodes. */
    private double metric(String meter) throws IOException, InterruptedException {
        double sum = 0;
        for (int i = 0; i < cluster.foundationNodes().size(); i++) {
            Matcher line = Pattern.compile("(?m)^" + meter + ".* ([0-9.eE+]+)$")
                    .matcher(rest(i).get("Metrics").body());
            while (line.find()) {
                sum += Double.parseDouble(line.group(1));
            }
        }
        return sum;
    }

    /** A hundred thousand things of twenty properties each. */
    private void model() throws Exception {
        StringBuilder properties = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            properties
                    .append(i == 0 ? "" : ",")
                    .append("\"p%d\": {\"name\": \"p%d\", \"baseType\": \"NUMBER\"}".formatted(i, i));
        }
        ok(rest(0).put("ThingTemplates", "{\"name\": \"Large\", \"propertyDefinitions\": {" + properties + "}}"));
        long start = System.nanoTime();
        ExecutorService threads = Executors.newFixedThreadPool(CREATORS);
        List<Future<?>> creators = new ArrayList<>();
        for (int c = 0; c < CREATORS; c++) {
            int first = c;
            creators.add(threads.submit(() -> {
                List<RestClient> nodes = List.of(rest(0), rest(1));
                for (int i = first; i < THINGS; i += CREATORS) {
                    RestClient rest = nodes.get(i % nodes.size());
                    ok(rest.put("Things", "{\"name\": \"large%d\", \"thingTemplate\": \"Large\"}".formatted(i)));
                    ok(rest.put("Things/large" + i + "/Properties/*", values(i)));
                }
                return null;
            }));
        }
        for (Future<?> creator : creators) {
            creator.get(1, TimeUnit.HOURS);
        }
        threads.shutdown();
        out.printf(
                Locale.ROOT,
                "%n%d things of 20 properties made and written in %.0f s%n",
                THINGS,
                (System.nanoTime() - start) / 1e9);
        memory("after that");
        for (Node node : cluster.foundationNodes()) {
            node.stop();
        }
        start = System.nanoTime();
        for (Node node : cluster.foundationNodes()) {
            node.start();
        }
        for (Node node : cluster.foundationNodes()) {
            Awaitility.await().atMost(LONG).pollInterval(Duration.ofMillis(100)).until(node::isReady);
        }
        out.printf(Locale.ROOT, "both nodes ready again after %.1f s%n", (System.nanoTime() - start) / 1e9);
        memory("when ready");
    }

    private static String values(int seed) {
        StringBuilder values = new StringBuilder("{");
        for (int i = 0; i < 20; i++) {
            values.append(i == 0 ? "" : ",")
                    .append("\"p")
                    .append(i)
                    .append("\":")
                    .append(seed + i);
        }
        return values.append("}").toString();
    }

    private void memory(String when) throws IOException, InterruptedException {
        for (int i = 0; i < cluster.foundationNodes().size(); i++) {
            Node node = cluster.foundationNodes().get(i);
            Matcher heap = Pattern.compile("(?m)^jvm_memory_used_bytes\\{area=\"heap\".* ([0-9.eE+]+)$")
                    .matcher(rest(i).get("Metrics").body());
            double bytes = 0;
            while (heap.find()) {
                bytes += Double.parseDouble(heap.group(1));
            }
            out.printf(
                    Locale.ROOT,
                    "  %s: heap %.0f MB used, process %d MB, %s%n",
                    node.id(),
                    bytes / (1 << 20),
                    Memory.megabytes(node.pid()),
                    when);
        }
    }

    private static void ok(RestClient.Answer answer) {
        if (answer.status() != 200) {
            throw new IllegalStateException("answered " + answer.status() + " " + answer.body());
        }
    }
}
