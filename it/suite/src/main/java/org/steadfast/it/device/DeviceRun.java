package org.steadfast.it.device;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.Node;
import org.steadfast.it.harness.RestClient;
import org.steadfast.it.harness.Supervision;
import org.steadfast.simulator.Acknowledged;
import org.steadfast.simulator.DeviceNetwork;
import org.steadfast.simulator.Fleet;
import org.steadfast.simulator.FleetResult;
import org.steadfast.simulator.FleetSettings;
import org.steadfast.simulator.FleetStatistics;
import org.steadfast.simulator.Load;
import org.steadfast.simulator.Patience;
import org.steadfast.simulator.PropertyKey;

/**
 * One fault under devices: they send before, during and after it, several messages at a time, and readers look at every value
 * through every node all the while. Guarantee G3. Used by one thread.
 */
public final class DeviceRun {
    private static final int DEVICES = 40;
    private static final int RATE = 20;
    private static final int OUTSTANDING = 4;
    private static final Duration RECOVERY = Duration.ofSeconds(120);
    private static final Duration TAIL = Duration.ofSeconds(3);
    private static final long WARM_MESSAGES = 500;

    private DeviceRun() {}

    /** What happens to the cluster; everything runs again, or is starting, when it returns. */
    @FunctionalInterface
    public interface Fault {
        void strike(ClusterUnderTest cluster) throws Exception;
    }

    /**
     * Does a fault to a cluster whose devices send, waits until all is well again, and checks what was read meanwhile and what is
     * there in the end.
     *
     * @param out gets one line of figures
     * @return what the devices saw
     * @throws AssertionError if an update was lost, late or took effect twice, with all that was found
     */
    public static FleetStatistics of(
            ClusterUnderTest cluster, DeviceNetwork network, String name, Fault fault, PrintStream out)
            throws Exception {
        Load load =
                Load.untilStopped().withRate(RATE).withOutstanding(OUTSTANDING).withRamp(Duration.ofSeconds(1));
        FleetSettings settings = new FleetSettings(
                cluster.deviceServers(),
                cluster.deviceKey(),
                name.replace("-", "") + Long.toString(System.currentTimeMillis(), 36) + "x",
                DEVICES,
                load,
                Patience.standard());
        cluster.createThings(settings);
        String property = load.properties().get(0);
        Supervision supervision = new Supervision(cluster);
        try (Fleet fleet = new Fleet(network, settings);
                FleetWatch watch = FleetWatch.begin(cluster, fleet, settings.things(), property)) {
            fleet.start();
            supervision.await("the devices send", RECOVERY, () -> acknowledged(fleet) >= WARM_MESSAGES);
            fault.strike(cluster);
            supervision.awaitAllReady(RECOVERY);
            supervision.await(
                    "all devices are connected again",
                    RECOVERY,
                    () -> fleet.statistics().connected() == DEVICES);
            supervision.watch(TAIL);
            fleet.stop();
            FleetResult result = fleet.completion().get(1, TimeUnit.MINUTES);
            watch.close();
            print(out, name, result.statistics(), watch.reads());
            List<String> problems = new ArrayList<>(watch.violations());
            if (result.statistics().errors() > 0) {
                problems.add(
                        result.statistics().errors() + " messages were answered with errors: " + result.problems());
            }
            problems.addAll(lost(cluster, fleet.acknowledged()));
            if (!problems.isEmpty()) {
                throw new AssertionError(name + ":\n" + String.join("\n", problems));
            }
            return result.statistics();
        }
    }

    private static long acknowledged(Fleet fleet) {
        return fleet.statistics().acknowledged();
    }

    /** What was acknowledged is there in the end, on every node. */
    private static List<String> lost(ClusterUnderTest cluster, Map<PropertyKey, Acknowledged> progress)
            throws Exception {
        List<String> lost = new ArrayList<>();
        for (Node node : cluster.foundationNodes()) {
            RestClient rest = cluster.rest(node);
            for (Map.Entry<PropertyKey, Acknowledged> entry : progress.entrySet()) {
                PropertyKey key = entry.getKey();
                long value = rest.get("Things/" + key.thing() + "/Properties/" + key.property())
                        .json()
                        .path("rows")
                        .path(0)
                        .path(key.property())
                        .asLong(-1);
                if (value < entry.getValue().acknowledged()
                        || value > entry.getValue().sent()) {
                    lost.add("in the end " + node.id() + " answers " + value + " for " + key + ", of "
                            + entry.getValue());
                }
            }
        }
        return lost;
    }

    private static void print(PrintStream out, String name, FleetStatistics seen, long reads) {
        out.printf(
                Locale.ROOT,
                "devices: fault=%s longest gap %d ms (%d messages, %d acknowledged, %d resent, %d answered 503, %d timeouts,"
                        + " %d reconnects, %d reads)%n",
                name,
                seen.longestGap().toMillis(),
                seen.sent(),
                seen.acknowledged(),
                seen.resends(),
                seen.unavailable(),
                seen.timeouts(),
                seen.reconnects(),
                reads);
    }
}
