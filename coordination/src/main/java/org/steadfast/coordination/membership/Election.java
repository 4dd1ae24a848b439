package org.steadfast.coordination.membership;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;
import org.apache.curator.framework.recipes.leader.Participant;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands for election as the one node that does something for all. Whoever came first is elected; a node whose connection to the
 * coordinator is broken is not, from that moment on. Two nodes may both take themselves for elected for a while, one of them being slow:
 * what must not happen twice has to be guarded by more than this. Safe for use by several threads.
 */
public final class Election implements AutoCloseable {
    /** The node that fires timers and schedulers. */
    public static final String SINGLETON = "singleton";
    /** The node that watches over the servers of the database. */
    public static final String DATABASE_GUARD = "database-guard";

    private static final Logger log = LoggerFactory.getLogger(Election.class);

    private final CuratorFramework curator;
    private final String path;
    private final String platformId;
    private final Runnable onChange;
    /** Replaced when the role is given up; guarded by this, read by everybody. */
    private volatile LeaderLatch latch;
    /** Guarded by this. */
    private boolean hasEntered;
    /** Guarded by this. */
    private boolean closed;

    /**
     * An election in which this node does not stand yet.
     *
     * @param name of what is elected
     * @param onChange called whenever this node may have been elected or may be so no more; must return at once
     */
    public Election(CoordinatorClient client, String name, String platformId, Runnable onChange) {
        this.curator = client.curator();
        this.path = path(name);
        this.platformId = platformId;
        this.onChange = onChange;
        this.latch = newLatch();
    }

    private static String path(String name) {
        return "/elections/" + name;
    }

    private LeaderLatch newLatch() {
        return new LeaderLatch(curator, path, platformId, LeaderLatch.CloseMode.NOTIFY_LEADER);
    }

    /** Stands from now on; once. */
    public synchronized void enter() throws Exception {
        stand(latch);
        hasEntered = true;
    }

    private void stand(LeaderLatch next) throws Exception {
        next.addListener(new LeaderLatchListener() {
            @Override
            public void isLeader() {
                onChange.run();
            }

            @Override
            public void notLeader() {
                onChange.run();
            }
        });
        next.start();
    }

    /** Whether this node is elected, as far as it knows; never waits. */
    public boolean isElected() {
        return latch.hasLeadership();
    }

    /**
     * The platform id of the node that is elected; empty where none is now.
     *
     * @throws Exception if the coordinator cannot be reached
     */
    public Optional<String> elected() throws Exception {
        Participant leader = latch.getLeader();
        return leader.isLeader() ? Optional.of(leader.getId()) : Optional.empty();
    }

    /**
     * Gives the role up, and stands again behind all others: where there are others, one of them is elected next.
     *
     * @throws Exception if the coordinator cannot be reached
     */
    public synchronized void giveUp() throws Exception {
        if (hasEntered && !closed) {
            try {
                latch.close();
            } finally {
                latch = newLatch();
                stand(latch);
            }
        }
    }

    /**
     * Removes what a process that has ended left in an election, so that the others need not wait for the end of its session. Only for
     * whoever knows that it has ended.
     *
     * @param session of that process at the coordinator
     */
    public static void withdraw(CuratorFramework curator, String name, String platformId, long session)
            throws Exception {
        for (String child : children(curator, path(name))) {
            String entry = path(name) + "/" + child;
            Stat stat = new Stat();
            try {
                byte[] id = curator.getData().storingStatIn(stat).forPath(entry);
                if (stat.getEphemeralOwner() == session && platformId.equals(new String(id, StandardCharsets.UTF_8))) {
                    curator.delete().quietly().forPath(entry);
                    log.info("{} stands no more for election as {}", platformId, name);
                }
            } catch (KeeperException.NoNodeException e) {
                log.debug("{} is gone already", entry, e);
            }
        }
    }

    /** Removes what a process that has ended left in all elections; as {@link #withdraw(CuratorFramework, String, String, long)}. */
    public static void withdraw(CuratorFramework curator, String platformId, long session) throws Exception {
        for (String name : List.of(SINGLETON, DATABASE_GUARD)) {
            withdraw(curator, name, platformId, session);
        }
    }

    private static List<String> children(CuratorFramework curator, String path) throws Exception {
        try {
            return curator.getChildren().forPath(path);
        } catch (KeeperException.NoNodeException e) {
            return List.of();
        }
    }

    /** Stands no more; where this node was elected, the next one is at once. */
    @Override
    public synchronized void close() throws IOException {
        if (hasEntered && !closed) {
            latch.close();
        }
        closed = true;
    }
}
