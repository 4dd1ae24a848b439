package org.steadfast.coordination.membership;

import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.framework.state.ConnectionStateListener;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's entry in discovery. While it is wanted it is made again whenever the session that held it was lost; as long as the
 * session holds it, it is left alone. (Curator's own registration is deleted and made anew after every break in the connection,
 * so that all watchers see all nodes go and come back whenever the coordinator changes its leader.) Safe for use by several threads.
 */
final class Registration implements ConnectionStateListener, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Registration.class);

    private final CuratorFramework curator;
    private final String path;
    private final byte[] entry;
    /** Guarded by this. */
    private boolean wanted;

    Registration(CuratorFramework curator, String path, byte[] entry) {
        this.curator = curator;
        this.path = path;
        this.entry = entry;
        curator.getConnectionStateListenable().addListener(this);
    }

    /**
     * Makes the entry; waits for the coordinator for as long as for any connection to it.
     *
     * @throws Exception if the coordinator cannot be reached; the entry is not wanted then
     */
    synchronized void add() throws Exception {
        int patience = curator.getZookeeperClient().getConnectionTimeoutMs();
        if (!curator.blockUntilConnected(patience, TimeUnit.MILLISECONDS)) {
            throw new KeeperException.ConnectionLossException();
        }
        wanted = true;
        try {
            settle();
        } catch (Exception e) {
            wanted = false;
            throw e;
        }
    }

    /** Removes the entry; where the coordinator cannot be reached, as soon as it can be. Does not wait for that. */
    synchronized void remove() throws Exception {
        wanted = false;
        if (curator.getZookeeperClient().isConnected()) {
            settle();
        }
    }

    @Override
    public void stateChanged(CuratorFramework client, ConnectionState state) {
        if (state == ConnectionState.RECONNECTED || state == ConnectionState.CONNECTED) {
            synchronized (this) {
                try {
                    settle();
                } catch (Exception e) {
                    log.error(
                            "ENTRY_UNSETTLED: the entry {} cannot be settled after the connection came back", path, e);
                }
            }
        }
    }

    private void settle() throws Exception {
        Stat there = curator.checkExists().forPath(path);
        if (there != null && (!wanted || there.getEphemeralOwner() != session())) {
            // Not wanted any more, or left by an earlier session.
            curator.delete().quietly().forPath(path);
            there = null;
        }
        if (there == null && wanted) {
            curator.create()
                    .creatingParentContainersIfNeeded()
                    .withMode(CreateMode.EPHEMERAL)
                    .forPath(path, entry);
        }
    }

    private long session() throws Exception {
        return curator.getZookeeperClient().getZooKeeper().getSessionId();
    }

    @Override
    public void close() throws Exception {
        curator.getConnectionStateListenable().removeListener(this);
        remove();
    }
}
