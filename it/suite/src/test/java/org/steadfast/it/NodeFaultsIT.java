package org.steadfast.it;

import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.steadfast.it.fault.FaultRun;
import org.steadfast.it.fault.Nemeses;
import org.steadfast.it.fault.Nemesis;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.shared.OnCluster;
import org.steadfast.it.workload.WorkloadSettings;

/** Foundation nodes die, freeze and are restarted while clients work. Guarantees G1, G2 and G7. */
@OnCluster(foundationNodes = 3)
final class NodeFaultsIT {
    private static ClusterUnderTest cluster;

    @BeforeAll
    static void useCluster(ClusterUnderTest shared) {
        cluster = shared;
    }

    /** What is red here is not due to a fault. */
    @Test
    void nothingHappening() throws Exception {
        run(Nemeses.none(Duration.ofSeconds(5)));
    }

    @Test
    void killingOneNode() throws Exception {
        run(Nemeses.killOne(0));
    }

    @Test
    void killingAllNodes() throws Exception {
        run(Nemeses.killAll());
    }

    @Test
    void restartingOneNodeAfterTheOther() throws Exception {
        run(Nemeses.rollingRestart());
    }

    @Test
    void stoppingEverythingAndStartingItInTheWrongOrder() throws Exception {
        run(Nemeses.restartEverything());
    }

    /** When it wakes it must not answer what the others have changed meanwhile: it ends by itself, or is up to date. */
    @Test
    void freezingOneNodeForLongerThanTheSessionTimeout() throws Exception {
        run(Nemeses.freezeOne(1));
    }

    /** The same where nobody asks it while it is frozen, so that it has its hands free to answer when it wakes. */
    @Test
    void freezingOneNodeThatNobodyAsks() throws Exception {
        run(Nemeses.freezeOneAlone(1));
    }

    /** Values may be published in another order than they were committed in. */
    @Test
    void pausingNodesForLessThanALease() throws Exception {
        FaultRun.of(cluster, Nemeses.stutter(12), WorkloadSettings::hot, System.out);
    }

    /** What one node commits before the others and publishes after them is the older value. */
    @Test
    void publishingOnlyAfterOthersHaveWritten() throws Exception {
        run(Nemeses.latePublish(0));
    }

    /** Nobody published what was committed, and the one who should have is gone. */
    @Test
    void committingOnlyAfterDeath() throws Exception {
        run(Nemeses.commitAfterDeath(2));
    }

    private static void run(Nemesis nemesis) throws Exception {
        FaultRun.of(cluster, nemesis, System.out);
    }
}
