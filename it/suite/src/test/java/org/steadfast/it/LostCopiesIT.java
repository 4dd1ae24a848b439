package org.steadfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.Node;
import org.steadfast.it.harness.RestClient;
import org.steadfast.simulator.DeviceNetwork;
import org.steadfast.simulator.Fleet;
import org.steadfast.simulator.FleetSettings;
import org.steadfast.simulator.Load;
import org.steadfast.simulator.Patience;

/** Two of three foundation nodes die at once, and with them both copies of a part of shared state. Guarantees G1 and G7. */
final class LostCopiesIT {
    @Test
    void theNodeThatIsLeftLoadsTheLostPartsAgainByItself() throws Exception {
        try (ClusterUnderTest cluster = ClusterUnderTest.create(3, 1);
                DeviceNetwork network = DeviceNetwork.start()) {
            cluster.startAll();
            FleetSettings settings = new FleetSettings(
                    cluster.deviceServers(),
                    cluster.deviceKey(),
                    "lost",
                    100,
                    Load.messages(5).withProperties(3),
                    Patience.standard());
            cluster.createThings(settings);
            try (Fleet fleet = new Fleet(network, settings)) {
                fleet.start();
                fleet.completion().get(2, TimeUnit.MINUTES);
                cluster.foundationNodes().get(0).kill();
                cluster.foundationNodes().get(1).kill();

                Node left = cluster.foundationNodes().get(2);
                await().atMost(Duration.ofSeconds(90))
                        .ignoreExceptions()
                        .until(() -> left.isReady()
                                && cluster.rest(left)
                                                .get("Things/lost1/Properties/*")
                                                .status()
                                        == 200
                                && left.output().contains("Shared state is complete again"));
                Readings.assertNotOlder(cluster, left, fleet.acknowledged());
                assertFilesAreCopied(cluster.rest(left));
                cluster.startAll();
                Readings.assertNothingIsLost(cluster, fleet.acknowledged());
            }
        }
    }

    /** What nodes tell each other of copies was lost in part, too; there are enough of them for every part. */
    private static void assertFilesAreCopied(RestClient rest) throws Exception {
        assertThat(rest.put("Things", "{\"name\":\"Kept\",\"thingTemplate\":\"FileRepository\"}")
                        .status())
                .isEqualTo(200);
        assertThat(rest.post("Things/Kept/Services/SaveText", "{\"path\":\"/a\",\"content\":\"text\"}")
                        .status())
                .isEqualTo(200);
        for (int i = 0; i < 100; i++) {
            RestClient.Answer answer = rest.post(
                    "Subsystems/FileTransferSubsystem/Services/Copy",
                    "{\"sourceRepo\":\"Kept\",\"sourceFile\":\"a\",\"targetRepo\":\"Kept\",\"targetFile\":\"b" + i
                            + "\"}");
            assertThat(answer.body()).contains("VALIDATED");
        }
        RestClient.Answer all = rest.post("Subsystems/FileTransferSubsystem/Services/GetTransferJobs", "{}");
        assertThat(all.json().path("rows")).as(all.body()).hasSize(100);
    }
}
