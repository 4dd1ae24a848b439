package org.steadfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.steadfast.it.device.DeviceRun;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.Node;
import org.steadfast.it.shared.OnCluster;
import org.steadfast.simulator.DeviceNetwork;
import org.steadfast.simulator.FleetStatistics;

/** Connection servers and foundation nodes die and freeze while devices send. Guarantees G3 and G6. */
@OnCluster(foundationNodes = 2, connectionServers = 2)
final class DeviceFaultsIT {
    private static ClusterUnderTest cluster;
    private static DeviceNetwork network;

    @BeforeAll
    static void start(ClusterUnderTest shared) throws Exception {
        cluster = shared;
        network = DeviceNetwork.start();
    }

    @AfterAll
    static void end() {
        if (network != null) {
            network.close();
        }
    }

    /** Its devices go to the other one, and nothing that is still on its way from the old sessions does harm. */
    @Test
    void aConnectionServerDies() throws Exception {
        FleetStatistics seen = run("kill-connection-server", cluster -> {
            Node victim = cluster.connectionServers().get(0);
            victim.kill();
            victim.start();
        });
        assertThat(seen.reconnects())
                .as("devices that connected to the other one")
                .isEqualTo(20);
    }

    @Test
    void aFoundationNodeDiesAndNoDeviceIsDisconnected() throws Exception {
        FleetStatistics seen = run("kill-foundation-node", cluster -> {
            Node victim = cluster.foundationNodes().get(0);
            victim.kill();
            victim.start();
        });
        assertThat(seen.reconnects()).as("devices that lost their connection").isZero();
    }

    @Test
    void aConnectionServerAndAFoundationNodeDieAtOnce() throws Exception {
        run("kill-both", cluster -> {
            Node server = cluster.connectionServers().get(1);
            Node node = cluster.foundationNodes().get(1);
            server.kill();
            node.kill();
            server.start();
            node.start();
        });
    }

    /** For less than a lease it is only slow; nothing that it does late may set a value back. */
    @Test
    void aFoundationNodeIsSlow() throws Exception {
        FleetStatistics seen = run("slow-foundation-node", cluster -> {
            Node slow = cluster.foundationNodes().get(0);
            for (int i = 0; i < 4; i++) {
                slow.freeze();
                TimeUnit.MILLISECONDS.sleep(1_500);
                slow.thaw();
                TimeUnit.MILLISECONDS.sleep(500);
            }
        });
        assertThat(seen.reconnects()).as("devices that lost their connection").isZero();
    }

    /** Its devices have gone to the other one when it wakes, with messages of theirs in its hands. */
    @Test
    void aConnectionServerIsFrozenUntilItsDevicesHaveLeft() throws Exception {
        run("freeze-connection-server", cluster -> {
            Node frozen = cluster.connectionServers().get(0);
            frozen.freeze();
            TimeUnit.SECONDS.sleep(25);
            frozen.thaw();
        });
    }

    private static FleetStatistics run(String name, DeviceRun.Fault fault) throws Exception {
        return DeviceRun.of(cluster, network, name, fault, System.out);
    }
}
