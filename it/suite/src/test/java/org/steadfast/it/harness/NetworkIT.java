package org.steadfast.it.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The networks that the tests of partitions stand on. */
final class NetworkIT {
    private static final int PORT = 4711;
    private static final int TIMED_OUT = 124;

    private final Shell shell = new Shell();

    @BeforeEach
    void requireNamespaces() {
        assumeTrue(
                Network.obstacle().isEmpty(),
                () -> "no network namespaces here: " + Network.obstacle().orElseThrow());
    }

    @Test
    void machinesReachEachOtherUntilTheyAreCutAndAgainWhenItIsHealed() throws Exception {
        try (Network network = Network.create(List.of("machine1", "machine2", "machine3"))) {
            assertThat(reaches(network, "machine1", "machine2", PORT)).isTrue();
            network.isolate("machine1");
            assertThat(reaches(network, "machine1", "machine2", PORT)).isFalse();
            assertThat(reaches(network, "machine3", "machine1", PORT)).isFalse();
            assertThat(reaches(network, "machine2", "machine3", PORT)).isTrue();
            assertThat(isReached(List.of(), network.address("machine1"), PORT))
                    .as("by us")
                    .isTrue();
            network.isolate("machine2");
            assertThat(reaches(network, "machine3", "machine1", PORT)).isTrue();
            assertThat(reaches(network, "machine3", "machine2", PORT)).isFalse();
            network.heal();
            assertThat(reaches(network, "machine3", "machine2", PORT)).isTrue();
        }
    }

    @Test
    void onlyTheCutPortsAreCut() throws Exception {
        try (Network network = Network.create(List.of("machine1", "machine2", "machine3"))) {
            network.cutPorts("machine1", List.of("machine2"), List.of(PORT));
            assertThat(reaches(network, "machine1", "machine2", PORT)).isFalse();
            assertThat(reaches(network, "machine2", "machine1", PORT)).isFalse();
            assertThat(reaches(network, "machine1", "machine2", PORT + 1)).isTrue();
            assertThat(reaches(network, "machine1", "machine3", PORT)).isTrue();
        }
    }

    @Test
    void twoNetworksDoNotMeetAndNothingIsLeftOfThem() throws Exception {
        List<String> bridges = new ArrayList<>();
        try (Network first = Network.create(List.of("machine1"));
                Network second = Network.create(List.of("machine1"))) {
            assertThat(first.address("machine1")).isNotEqualTo(second.address("machine1"));
            for (Network network : List.of(first, second)) {
                String namespace = network.enter("machine1").get(1).replaceFirst(".*/", "");
                bridges.add(namespace.substring(0, namespace.lastIndexOf("-machine1")));
            }
            assertThat(bridges)
                    .doesNotHaveDuplicates()
                    .allMatch(bridge -> !traces(bridge).isEmpty());
        }
        assertThat(bridges).allMatch(bridge -> traces(bridge).isEmpty());
    }

    /** A bridge whose owner is a process that is gone. */
    @Test
    void whatACrashedRunHasLeftIsRemoved() throws Exception {
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        String bridge = "steadfast-it249";
        shell.run("ip", "link", "add", "name", bridge, "type", "bridge");
        shell.run("ip", "link", "set", bridge, "alias", gone.pid() + " 1");
        shell.run("ip", "netns", "add", bridge + "-machine1");
        Network.create(List.of("machine1")).close();
        assertThat(traces(bridge)).isEmpty();
    }

    private boolean reaches(Network network, String from, String to, int port) throws Exception {
        return isReached(network.enter(from), network.address(to), port);
    }

    /** Nobody listens: a connection that comes through is refused at once, one that is dropped does not end by itself. */
    private boolean isReached(List<String> enter, String address, int port) throws Exception {
        List<String> command = new ArrayList<>(enter);
        command.addAll(List.of("timeout", "1", "bash", "-c", "exec 3<>/dev/tcp/" + address + "/" + port));
        return shell.attempt(command, "").status() != TIMED_OUT;
    }

    private static List<String> traces(String bridge) {
        return Stream.of("/sys/class/net", "/run/netns")
                .flatMap(folder -> Stream.ofNullable(new File(folder).list()).flatMap(Stream::of))
                .filter(name -> name.equals(bridge) || name.startsWith(bridge + "-"))
                .toList();
    }
}
