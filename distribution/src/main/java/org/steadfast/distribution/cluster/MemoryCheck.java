package org.steadfast.distribution.cluster;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Looks whether a machine has the memory that its nodes may come to take. */
final class MemoryCheck {
    private static final long MEGABYTE = 1L << 20;
    /** What a Java process takes beside its heap, by those of small clusters that were looked at. */
    private static final long BESIDE_HEAP = 100 * MEGABYTE;
    /** What a foundation node takes on top of it, without the shared state. */
    private static final long FOUNDATION_NODE = 100 * MEGABYTE;

    private static final long EMBEDDED_DATABASE = 200 * MEGABYTE;
    /** Where no limit is set, Java takes this part of the machine's memory. */
    private static final long DEFAULT_PART = 4;

    private static final Pattern HEAP_LIMIT = Pattern.compile("-(?:Xmx|XX:MaxHeapSize=)(\\d{1,15})([kKmMgGtT]?)");
    private static final String UNITS = "kmgt";

    private final Path jvmOptions;
    private final Map<String, String> environment;
    private final long machine;

    /**
     * @param home folder of the programs
     * @param environment by which the nodes are started
     * @param machine bytes of memory that the machine has
     */
    MemoryCheck(Path home, Map<String, String> environment, long machine) {
        this.jvmOptions = home.resolve("conf/jvm");
        this.environment = environment;
        this.machine = machine;
    }

    /** Bytes of this machine, or those that a container may take. */
    static long ofThisMachine() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
    }

    /** @param nodes of this machine, with their settings */
    Finding of(Map<NodePlan, NodeNeeds> nodes) throws IOException {
        long most = process("cluster");
        for (Map.Entry<NodePlan, NodeNeeds> node : nodes.entrySet()) {
            most += process(node.getKey().role()) + beside(node.getKey(), node.getValue());
        }
        String text = String.format(
                Locale.ROOT,
                "the machine has %,d MB, and its nodes may come to take about %,d",
                machine / MEGABYTE,
                most / MEGABYTE);
        return machine < most
                ? Finding.warn(
                        "memory",
                        text
                                + "; where it is used up, the system ends a process. Give it more, or lower -Xmx in conf/jvm or"
                                + " SharedStateSettings.MemoryMegabytes")
                : Finding.ok("memory", text);
    }

    private static long beside(NodePlan node, NodeNeeds needs) {
        return switch (node.role()) {
            case NodePlan.FOUNDATION_NODE ->
                FOUNDATION_NODE
                        + needs.foundation()
                                .map(settings -> settings.sharedState().memoryMegabytes() * MEGABYTE)
                                .orElse(0L);
            case NodePlan.DATABASE -> EMBEDDED_DATABASE;
            default -> 0;
        };
    }

    private long process(String command) throws IOException {
        return heap(options(command)).orElse(machine / DEFAULT_PART) + BESIDE_HEAP;
    }

    /** As {@code bin/steadfast} puts them together. */
    private Collection<String> options(String command) throws IOException {
        List<String> replaced = words("STEADFAST_JAVA_OPTS");
        Path file = jvmOptions.resolve(command + ".options");
        List<String> options = replaced.isEmpty() && Files.exists(file) ? Files.readAllLines(file) : replaced;
        return Stream.concat(options.stream(), words("STEADFAST_JAVA_OPTS_APPEND").stream())
                .toList();
    }

    private List<String> words(String variable) {
        return Arrays.stream(environment.getOrDefault(variable, "").strip().split("\\s+", -1))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /** The last one counts, as for Java. */
    private static OptionalLong heap(Collection<String> options) {
        OptionalLong heap = OptionalLong.empty();
        for (String option : options) {
            Matcher limit = HEAP_LIMIT.matcher(option.strip());
            if (limit.matches()) {
                String unit = limit.group(2).toLowerCase(Locale.ROOT);
                int thousands = unit.isEmpty() ? 0 : UNITS.indexOf(unit) + 1;
                heap = OptionalLong.of(Long.parseLong(limit.group(1)) << (10 * thousands));
            }
        }
        return heap;
    }
}
