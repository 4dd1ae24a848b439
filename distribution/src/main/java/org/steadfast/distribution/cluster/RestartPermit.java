package org.steadfast.distribution.cluster;

import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.coordination.membership.CoordinatorClient;
import org.steadfast.coordination.settings.InvalidSettingsException;

/** That nodes are restarted on one machine at a time: two that look at the same moment would both find all ready. Ends with its process. */
final class RestartPermit implements AutoCloseable {
    private static final String PATH = "/rolling-restart";

    private final CoordinatorAccess access;
    /** Which of all that were ever made it is. */
    private final long made;

    private RestartPermit(CoordinatorAccess access, long made) {
        this.access = access;
        this.made = made;
    }

    /** @throws NodeFailure if another machine has it, or the coordinator cannot be reached */
    static RestartPermit take(Instance instance, Machine machine)
            throws NodeFailure, InvalidSettingsException, InterruptedException {
        CoordinatorAccess access = CoordinatorAccess.open(instance, machine);
        boolean isTaken = false;
        try {
            RestartPermit permit = new RestartPermit(access, take(access.client()));
            isTaken = true;
            return permit;
        } finally {
            if (!isTaken) {
                access.close();
            }
        }
    }

    private static long take(CoordinatorClient coordinator) throws NodeFailure {
        Stat stat = new Stat();
        try {
            coordinator
                    .curator()
                    .create()
                    .storingStatIn(stat)
                    .withMode(CreateMode.EPHEMERAL)
                    .forPath(PATH);
            return stat.getCzxid();
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

    /**
     * Before a node is stopped: the session that holds it may have ended, while this process or the coordinator was held up.
     *
     * @throws NodeFailure if it is gone, and somebody else may have one
     */
    void require(NodePlan node) throws NodeFailure, InterruptedException {
        Stat now;
        try {
            now = access.client().curator().checkExists().forPath(PATH);
        } catch (NodeFailure | InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw new NodeFailure(
                    ExitCode.COORDINATOR_UNREACHABLE,
                    node.id() + " and the nodes after it were not restarted: the coordinator says " + e,
                    e);
        }
        if (now == null || now.getCzxid() != made) {
            throw new NodeFailure(
                    ExitCode.FAILED,
                    node.id()
                            + " and the nodes after it were not restarted: this command was cut off from the coordinator for so long that"
                            + " nodes of another machine may be restarted now; run it again");
        }
    }

    @Override
    public void close() {
        access.close();
    }
}
