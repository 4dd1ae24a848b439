package org.steadfast.it.workload;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.Node;
import org.steadfast.it.harness.RestClient;
import org.steadfast.it.history.History;
import org.steadfast.it.history.Operation;

/**
 * Clients of all foundation nodes of a cluster that read and write the same properties until they are stopped. Every write has a
 * value of its own, so each read tells which write it has seen.
 */
public final class Workload implements AutoCloseable {
    /** A property of each thing that the clients neither read nor write. */
    public static final String UNWATCHED = "unwatched";
    /** A property of each thing that faults write to, and the clients do not; it is part of the history. */
    private static final String HELD = "held";

    private static final long REST_NANOS = 5_000_000;
    private static final long SEED = 20_261_122L;

    private final WorkloadSettings settings;
    private final ClusterUnderTest cluster;
    private final List<Register> registers;
    private final History history = new History();
    private final Complaints complaints = new Complaints();
    private final List<Thread> threads = new ArrayList<>();
    private final List<PropertyClient> clients = new ArrayList<>();
    /** Drawn from by all clients. */
    private final AtomicLong lastValue = new AtomicLong();
    /** The nodes whose clients rest; changed by the test, read by the clients. */
    private final Set<String> resting = ConcurrentHashMap.newKeySet();
    /** Written once, by {@link #stop}. */
    private volatile boolean stopping;

    private Workload(WorkloadSettings settings, ClusterUnderTest cluster) {
        this.settings = settings;
        this.cluster = cluster;
        this.registers = settings.registers();
    }

    /** Makes the things, and starts the clients. */
    public static Workload start(ClusterUnderTest cluster, WorkloadSettings settings)
            throws IOException, InterruptedException {
        Workload workload = new Workload(settings, cluster);
        workload.createThings();
        workload.startClients();
        return workload;
    }

    private void createThings() throws IOException, InterruptedException {
        RestClient rest = cluster.rest(cluster.foundationNodes().get(0));
        for (String thing : settings.thingNames()) {
            ObjectNode entity = JsonNodeFactory.instance.objectNode();
            entity.put("name", thing).put("thingTemplate", "GenericThing");
            ObjectNode properties = entity.putObject("propertyDefinitions");
            settings.propertyNames()
                    .forEach(property -> properties.putObject(property).put("baseType", "NUMBER"));
            properties.putObject(UNWATCHED).put("baseType", "NUMBER");
            properties.putObject(HELD).put("baseType", "NUMBER");
            RestClient.Answer answer = rest.put("Things", entity.toString());
            if (answer.status() != 200) {
                throw new AssertionError("thing " + thing + " was not created: " + answer);
            }
        }
    }

    private void startClients() {
        for (Node node : cluster.foundationNodes()) {
            PropertyClient client = client(node, settings.deadline());
            clients.add(client);
            for (int i = 0; i < settings.clientsPerNode(); i++) {
                addThread("client", client, settings.writePercent());
            }
            PropertyClient reader = client(node, settings.readersDeadline());
            for (int i = 0; i < settings.readersPerNode(); i++) {
                addThread("reader", reader, 0);
            }
        }
        threads.forEach(Thread::start);
    }

    private PropertyClient client(Node node, Duration deadline) {
        return new PropertyClient(node.id(), cluster.rest(node, deadline), history, complaints);
    }

    private void addThread(String kind, PropertyClient client, int writePercent) {
        String name = kind + (threads.size() + 1);
        Random random = new Random(SEED + threads.size());
        Thread thread = new Thread(() -> run(name, client, random, writePercent), name);
        thread.setDaemon(true);
        threads.add(thread);
    }

    private void run(String name, PropertyClient client, Random random, int writePercent) {
        long interval = TimeUnit.SECONDS.toNanos(1) / settings.operationsPerSecond();
        long next = System.nanoTime();
        try {
            while (!stopping) {
                if (resting.contains(client.node())) {
                    LockSupport.parkNanos(REST_NANOS);
                    continue;
                }
                Register register = registers.get(random.nextInt(registers.size()));
                if (random.nextInt(100) < writePercent) {
                    client.write(name, register, lastValue.incrementAndGet());
                } else {
                    var unused = client.read(name, register);
                }
                // Not faster after a stall: that would be a load of its own.
                next = Math.max(next + interval, System.nanoTime());
                LockSupport.parkNanos(next - System.nanoTime());
            }
        } catch (InterruptedException e) {
            // Told to end.
            Thread.currentThread().interrupt();
        } catch (Throwable e) {
            complaints.thrown(name, e);
        }
    }

    /** What the clients did and saw so far. */
    public History history() {
        return history;
    }

    public Complaints complaints() {
        return complaints;
    }

    /** What the clients read and write. */
    public List<Register> registers() {
        return registers;
    }

    /** What faults write to, one of each thing. */
    public List<Register> held() {
        return settings.thingNames().stream()
                .map(thing -> new Register(thing, HELD))
                .toList();
    }

    /** All that is part of the history. */
    public List<Register> everything() {
        List<Register> everything = new ArrayList<>(registers);
        everything.addAll(held());
        return everything;
    }

    /** Writes a value of its own through a node, for a fault. */
    public Operation write(Node node, Register register) throws InterruptedException {
        return client(node, settings.deadline()).write("fault", register, lastValue.incrementAndGet());
    }

    /** The clients of a node send nothing new until they are told to go on. */
    public void rest(Node node) {
        resting.add(node.id());
    }

    /** All clients work again. */
    public void goOn() {
        resting.clear();
    }

    /** Ends the clients; requests that are under way are still answered or given up. */
    public void stop() throws InterruptedException {
        stopping = true;
        for (Thread thread : threads) {
            thread.join(settings.deadline().toMillis() * 2);
            if (thread.isAlive()) {
                throw new AssertionError(thread.getName() + " does not end");
            }
        }
    }

    /** Reads all properties through all nodes; what is answered goes into the history. */
    public List<Operation> readEverything() throws InterruptedException {
        List<Operation> reads = new ArrayList<>();
        for (PropertyClient client : clients) {
            for (Register register : everything()) {
                Optional<Operation> read = client.read("last read", register);
                read.ifPresent(reads::add);
            }
        }
        return reads;
    }

    @Override
    public void close() {
        stopping = true;
        threads.forEach(Thread::interrupt);
    }
}
