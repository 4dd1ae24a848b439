package org.steadfast.it.device;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.Node;
import org.steadfast.it.harness.RestClient;
import org.steadfast.simulator.Fleet;

/**
 * Readers that look at what the devices of a fleet write, through any foundation node, as long as they are let. What a node refuses,
 * or does not answer, tells nothing.
 */
final class FleetWatch implements AutoCloseable {
    private static final int READERS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    /** Of one reader, so that the load stays that of the devices. */
    private static final long PAUSE_MILLIS = 2;

    private final ClusterUnderTest cluster;
    private final Fleet fleet;
    private final List<String> things;
    private final String property;
    private final ForwardOnly judge = new ForwardOnly();
    private final List<Thread> readers = new ArrayList<>();
    /** Written once, when the readers are to end. */
    private volatile boolean over;

    private FleetWatch(ClusterUnderTest cluster, Fleet fleet, List<String> things, String property) {
        this.cluster = cluster;
        this.fleet = fleet;
        this.things = things;
        this.property = property;
    }

    static FleetWatch begin(ClusterUnderTest cluster, Fleet fleet, List<String> things, String property) {
        FleetWatch watch = new FleetWatch(cluster, fleet, things, property);
        for (int i = 0; i < READERS; i++) {
            Thread reader = new Thread(watch::read, "fleet-reader-" + i);
            watch.readers.add(reader);
            reader.start();
        }
        return watch;
    }

    private void read() {
        List<RestClient> nodes = new ArrayList<>();
        for (Node node : cluster.foundationNodes()) {
            nodes.add(cluster.rest(node, PATIENCE));
        }
        ThreadLocalRandom random = ThreadLocalRandom.current();
        try {
            while (!over) {
                int node = random.nextInt(nodes.size());
                read(
                        cluster.foundationNodes().get(node).id(),
                        nodes.get(node),
                        things.get(random.nextInt(things.size())));
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read(String node, RestClient rest, String thing) throws InterruptedException {
        long least = judge.begin(thing, fleet.progress(thing).acknowledged());
        RestClient.Answer answer;
        try {
            answer = rest.get("Things/" + thing + "/Properties/" + property);
        } catch (IOException e) {
            // It is down, or takes its time.
            return;
        }
        if (answer.status() == 200) {
            JsonNode value = answer.json().path("rows").path(0).path(property);
            judge.end(node, thing, least, value.asLong(), fleet.progress(thing).sent());
        }
    }

    long reads() {
        return judge.reads();
    }

    /** What is wrong with what was read, for people. */
    List<String> violations() {
        return judge.violations();
    }

    @Override
    public void close() throws InterruptedException {
        over = true;
        for (Thread reader : readers) {
            reader.join();
        }
    }
}
