package org.steadfast.distribution.cluster;

import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.coordination.membership.CoordinatorClient;
import org.steadfast.coordination.settings.InvalidSettingsException;

/** That nodes are restarted on one machine at a time: two that look at the same moment would both find all ready. Ends with its process. */
final class RestartPermit implements AutoCloseable {
    private static final String PATH = "/rolling-restart";

    private final CoordinatorClient coordinator;

    private RestartPermit(CoordinatorClient coordinator) {
        this.coordinator = coordinator;
    }

    /** @throws NodeFailure if another machine has it, or the coordinator cannot be reached */
    static RestartPermit take(Instance instance) throws NodeFailure, InvalidSettingsException, InterruptedException {
        CoordinatorClient coordinator = CoordinatorClient.connect(CoordinatorAccess.settings(instance));
        boolean isTaken = false;
        try {
            coordinator.curator().create().withMode(CreateMode.EPHEMERAL).forPath(PATH);
            isTaken = true;
            return new RestartPermit(coordinator);
        } catch (KeeperException.NodeExistsException e) {
            throw new NodeFailure(
                    ExitCode.FAILED,
                    "nothing was restarted: nodes are being restarted already, here or on another machine",
                    e);
        } catch (Exception e) {
            throw new NodeFailure(
                    ExitCode.COORDINATOR_UNREACHABLE, "nothing was restarted: the coordinator says " + e, e);
        } finally {
            if (!isTaken) {
                coordinator.close();
            }
        }
    }

    @Override
    public void close() {
        coordinator.close();
    }
}
