package org.steadfast.it.workload;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How much the clients do.
 *
 * @param prefix of the things' names; a workload needs things that nobody has written to
 * @param clientsPerNode each client stays with its node, so that a node that does not answer holds up its own clients alone
 * @param readersPerNode clients that only read, and give up soon: they find a node that wakes and answers what was right before
 * @param operationsPerSecond most operations of one client
 * @param writePercent how many of 100 operations of those that also read are writes
 * @param deadline after which a client gives a request up
 * @param readersDeadline the same for those that only read
 */
public record WorkloadSettings(
        String prefix,
        int things,
        int propertiesPerThing,
        int clientsPerNode,
        int readersPerNode,
        int operationsPerSecond,
        int writePercent,
        Duration deadline,
        Duration readersDeadline) {

    /** What the fault suite uses: enough to notice what goes wrong, and little enough for a small machine. */
    public static WorkloadSettings standard(String prefix) {
        return new WorkloadSettings(prefix, 20, 2, 3, 3, 25, 60, Duration.ofSeconds(15), Duration.ofMillis(500));
    }

    /** Few properties and many writers: what nodes do to one property at the same moment shows here. */
    public static WorkloadSettings hot(String prefix) {
        return new WorkloadSettings(prefix, 2, 2, 6, 2, 50, 70, Duration.ofSeconds(15), Duration.ofMillis(500));
    }

    List<String> thingNames() {
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= things; i++) {
            names.add(prefix + i);
        }
        return names;
    }

    List<String> propertyNames() {
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= propertiesPerThing; i++) {
            names.add("p" + i);
        }
        return names;
    }

    List<Register> registers() {
        List<Register> registers = new ArrayList<>();
        for (String thing : thingNames()) {
            for (String property : propertyNames()) {
                registers.add(new Register(thing, property));
            }
        }
        return registers;
    }
}
