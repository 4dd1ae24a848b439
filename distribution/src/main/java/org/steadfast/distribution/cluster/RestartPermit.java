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

    private final CoordinatorAccess access;

    private RestartPermit(CoordinatorAccess access) {
        this.access = access;
    }

    /** @throws NodeFailure if another machine has it, or the coordinator cannot be reached */
    static RestartPermit take(Instance instance, Machine machine)
            throws NodeFailure, InvalidSettingsException, InterruptedException {
        CoordinatorAccess access = CoordinatorAccess.open(instance, machine);
        boolean isTaken = false;
        try {
            take(access.client());
            isTaken = true;
            return new RestartPermit(access);
        } finally {
            if (!isTaken) {
                access.close();
            }
        }
    }

    private static void take(CoordinatorClient coordinator) throws NodeFailure {
        try {
            coordinator.curator().create().withMode(CreateMode.EPHEMERAL).forPath(PATH);
        } catch (KeeperException.NodeExistsException e) {
            throw new NodeFailure(
                    ExitCode.FAILED,
                    "nothing was restarted: nodes are being restarted already, here or on another machine",
                    e);
        } catch (Exception e) {
            throw new NodeFailure(
                    ExitCode.COORDINATOR_UNREACHABLE, "nothing was restarted: the coordinator says " + e, e);
        }
    }

    @Override
    public void close() {
        access.close();
    }
}
