package org.steadfast.coordination.lease;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.coordination.chassis.Readiness;
import org.steadfast.coordination.membership.CoordinatorClient;
import org.steadfast.coordination.settings.ClusterSettings;
import org.steadfast.protocol.release.Generation;

/**
 * The proof that this node may still answer. It is renewed by a write at the coordinator that succeeds only while the cluster
 * counts this node as a member, and counts from before that write was sent; so it has run out, by this machine's clock alone, before
 * the cluster can go on without the node. A node that was paused, or cut off from the coordinator, finds its lease not held.
 *
 * <p>The entry at the coordinator also keeps two live nodes from using one platform id. Safe for use by several threads.
 */
public final class Lease implements Standing, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Lease.class);
    private static final long TICK_MILLIS = 20;
    private static final long CLAIM_POLL_MILLIS = 200;

    private final CuratorFramework curator;
    private final String platformId;
    private final String address;
    private final LeaseTerms terms;
    private final Readiness.Condition condition;
    private final Consumer<String> onExpelled;
    private final Counter pauses;
    private final ProcessIdentity process = ProcessIdentity.own();
    private final Thread thread;
    private final AtomicBoolean expelled = new AtomicBoolean();
    /** One object, because the coordinator's client keeps each watcher once. */
    private final Watcher watcher = this::proofChanged;

    /** When the last proof began, by {@link System#nanoTime()}. Written by the coordinator's event thread, read by everybody. */
    private volatile long provenAt = System.nanoTime() - TimeUnit.DAYS.toNanos(1);
    /** Proofs that began before count for nothing; written by the lease's thread. */
    private volatile long notBefore = System.nanoTime();
    /** Written once, when the lease ends for good. */
    private volatile boolean ended;
    /** Paths that must exist; written once, by {@link #prove}. */
    private volatile List<String> proofs = List.of();
    /** Written by whoever watches the other members, read by this lease's thread. */
    private volatile Set<String> unreachable = Set.of();
    /** When the renewal under way was sent; 0 where there is none. Written by the lease's thread, cleared by the event thread. */
    private volatile long renewalSent;

    private Lease(
            CoordinatorClient coordinator,
            ClusterSettings cluster,
            String address,
            Readiness.Condition condition,
            MeterRegistry registry,
            Consumer<String> onExpelled) {
        this.curator = coordinator.curator();
        this.platformId = cluster.platformId();
        this.address = address;
        this.terms = new LeaseTerms(cluster.sessionTimeout());
        this.condition = condition;
        this.onExpelled = onExpelled;
        this.pauses = Counter.builder("steadfast.lease.pauses")
                .description("Pauses of this process that were longer than its lease")
                .register(registry);
        Gauge.builder("steadfast.lease.age.seconds", this, lease -> lease.age().toMillis() / 1e3)
                .description("Time since this node last proved that it is a member")
                .register(registry);
        this.thread = new Thread(this::run, "lease");
    }

    /**
     * Claims the platform id. What a former process of that id left at the coordinator goes, where that process is provably gone;
     * else its session has to end first.
     *
     * @param address {@code host:port} at which the other members reach this node
     * @param condition met while the lease is held
     * @param onExpelled called once, when the cluster goes on without this node
     * @throws NodeFailure {@link ExitCode#PLATFORM_ID_IN_USE} if another process keeps the platform id
     */
    public static Lease claim(
            CoordinatorClient coordinator,
            ClusterSettings cluster,
            String address,
            Readiness.Condition condition,
            MeterRegistry registry,
            Consumer<String> onExpelled)
            throws Exception {
        Lease lease = new Lease(coordinator, cluster, address, condition, registry, onExpelled);
        condition.unmet("this node is not a member yet");
        long deadline = System.nanoTime()
                + cluster.sessionTimeout().toNanos()
                + cluster.connectionTimeout().toNanos();
        while (!lease.createEntry()) {
            Optional<DeathNotice.Found> other = DeathNotice.find(lease.curator, lease.platformId);
            if (other.isPresent() && !DeathNotice.deliver(lease.curator, lease.platformId, other.get())) {
                if (System.nanoTime() > deadline) {
                    throw lease.inUse(other.get().entry().process());
                }
                TimeUnit.MILLISECONDS.sleep(CLAIM_POLL_MILLIS);
            }
        }
        return lease;
    }

    private NodeFailure inUse(ProcessIdentity other) {
        return new NodeFailure(
                ExitCode.PLATFORM_ID_IN_USE,
                "the platform id " + platformId + " is in use by process " + other.pid() + " on " + other.host()
                        + "; stop that one or give this node another " + ClusterSettings.PATH + ".PlatformId");
    }

    /**
     * From now on the lease is held while these exist, and the node is expelled when one of them is gone.
     *
     * @param paths absolute, without the cluster's namespace
     */
    public void prove(List<String> paths) {
        proofs = List.copyOf(paths);
        thread.start();
    }

    /**
     * Waits until the lease is held.
     *
     * @throws NodeFailure {@link ExitCode#COORDINATOR_UNREACHABLE} if that takes longer than a connection may take
     */
    public void awaitHeld(Duration timeout) throws NodeFailure, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!isHeld()) {
            if (System.nanoTime() > deadline) {
                throw new NodeFailure(ExitCode.COORDINATOR_UNREACHABLE, "no lease: " + reason());
            }
            TimeUnit.MILLISECONDS.sleep(TICK_MILLIS);
        }
    }

    /** Costs about as much as reading the clock. */
    @Override
    public boolean isHeld() {
        return !ended && System.nanoTime() - provenAt < terms.heldNanos();
    }

    /** Time since the last proof began. */
    public Duration age() {
        return Duration.ofNanos(System.nanoTime() - provenAt);
    }

    @Override
    public String reason() {
        if (expelled.get()) {
            return "the cluster went on without this node";
        }
        return ended
                ? "this node is stopping"
                : "the coordinator has not answered this node for " + age().toSeconds() + " s";
    }

    /** Tells the others, with the next renewal, whom this node has not heard from for too long. */
    public void reportUnreachable(Set<String> platformIds) {
        unreachable = Set.copyOf(platformIds);
    }

    /**
     * What a member says about itself.
     *
     * @param address {@code host:port} at which the other members reach it
     * @param isMember false while it is still on its way in
     * @param renewals how often the entry was written: a node whose number stands still is on its way out by itself
     * @param unreachable platform ids of the members that it has not heard from for too long
     */
    public record Report(String platformId, String address, boolean isMember, int renewals, Set<String> unreachable) {}

    /**
     * What every node that has claimed its platform id says, this one among them.
     *
     * @throws Exception if the coordinator cannot be reached
     */
    public List<Report> reports() throws Exception {
        List<Report> reports = new ArrayList<>();
        for (String id : curator.getChildren().forPath(LeaseEntry.FOLDER)) {
            DeathNotice.find(curator, id).ifPresent(found -> reports.add(report(id, found)));
        }
        return reports;
    }

    private static Report report(String id, DeathNotice.Found found) {
        LeaseEntry entry = found.entry();
        return new Report(
                id,
                entry.address(),
                !entry.proofs().isEmpty(),
                found.stat().getVersion(),
                Set.copyOf(entry.unreachable()));
    }

    /**
     * Gives the membership up, at once and for good: the others go on without this node as if its session had timed out. For a
     * node that must not go on, but could keep its session.
     */
    public void resign(String why) {
        expel(why);
        CuratorFramework root = curator.usingNamespace(null);
        for (String proof : proofs) {
            try {
                root.delete().quietly().inBackground().forPath(proof);
            } catch (Exception e) {
                log.warn("LEASE_STAYS: {} cannot be removed; it goes with the session", proof, e);
            }
        }
    }

    /** Ends the lease before this node leaves by itself; its own leaving does not count as being expelled. */
    public void end() throws InterruptedException {
        ended = true;
        thread.interrupt();
        thread.join();
        condition.unmet("this node is stopping");
    }

    /** Frees the platform id. */
    @Override
    public void close() throws Exception {
        ended = true;
        if (curator.getZookeeperClient().isConnected()
                && DeathNotice.find(curator, platformId)
                        .map(found -> found.entry().process().equals(process))
                        .orElse(false)) {
            curator.delete().quietly().forPath(LeaseEntry.path(platformId));
        }
    }

    private LeaseEntry entry() {
        return new LeaseEntry(process, Generation.OWN, address, proofs, new ArrayList<>(new TreeSet<>(unreachable)));
    }

    /** False where there is an entry already. */
    private boolean createEntry() throws Exception {
        try {
            curator.create()
                    .creatingParentContainersIfNeeded()
                    .withMode(CreateMode.EPHEMERAL)
                    .forPath(LeaseEntry.path(platformId), entry().encode());
            return true;
        } catch (KeeperException.NodeExistsException e) {
            // One that this very process made, in a session or an attempt whose end it has not seen, serves as well.
            Optional<DeathNotice.Found> found = DeathNotice.find(curator, platformId);
            return found.isPresent()
                    && found.get().entry().process().equals(process)
                    && found.get().stat().getEphemeralOwner()
                            == curator.getZookeeperClient().getZooKeeper().getSessionId();
        }
    }

    private void run() {
        long lastTick = System.nanoTime();
        long lastWall = System.currentTimeMillis();
        long due = lastTick;
        boolean held = false;
        try {
            while (!ended) {
                long now = System.nanoTime();
                long wall = System.currentTimeMillis();
                long wallGap = TimeUnit.MILLISECONDS.toNanos(wall - lastWall);
                if (Math.max(now - lastTick, wallGap) > terms.heldNanos()) {
                    noticePause(now - lastTick, wallGap);
                    due = now;
                }
                lastTick = now;
                lastWall = wall;
                if (now - due >= 0
                        && (renewalSent == 0
                                || now - renewalSent > terms.sessionTimeout().toNanos())) {
                    renew(now);
                    due = now + terms.renewalNanos();
                }
                held = tellChange(held);
                TimeUnit.MILLISECONDS.sleep(TICK_MILLIS);
            }
        } catch (RuntimeException e) {
            log.error("LEASE_LOST: the lease cannot be renewed any more", e);
            expel("the lease cannot be renewed any more: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * A pause of the process shows on this machine's steady clock, and the lease has run out by itself. One of the whole machine
     * may show on its wall clock alone: then the lease is taken away until the next proof.
     */
    private void noticePause(long steadyNanos, long wallNanos) {
        pauses.increment();
        if (wallNanos - steadyNanos > terms.heldNanos()) {
            notBefore = System.nanoTime();
            provenAt = notBefore - TimeUnit.DAYS.toNanos(1);
        }
        log.warn(
                "PROCESS_PAUSED: this process did not run for {} ms (wall clock: {} ms); it answers again when it has proved that it is a member",
                steadyNanos / 1_000_000,
                wallNanos / 1_000_000);
    }

    private boolean tellChange(boolean before) {
        boolean held = isHeld();
        if (held) {
            condition.met();
        } else if (!ended) {
            condition.unmet(reason());
        }
        if (held != before && !ended) {
            log.info(held ? "Lease held" : "Lease not held: {}", reason());
        }
        return held;
    }

    private void renew(long now) {
        ZooKeeper zooKeeper;
        try {
            zooKeeper = curator.getZookeeperClient().getZooKeeper();
        } catch (Exception e) {
            log.debug("No connection to the coordinator to renew the lease through", e);
            return;
        }
        String namespace = "/" + curator.getNamespace();
        List<Op> operations = new ArrayList<>();
        proofs.forEach(proof -> operations.add(Op.check(proof, -1)));
        operations.add(Op.setData(namespace + LeaseEntry.path(platformId), entry().encode(), -1));
        renewalSent = now;
        // A write, because it takes a majority of the coordinator's servers; a read may be answered by one that is cut
        // off.
        zooKeeper.multi(operations, (code, path, context, results) -> renewed(now, code, results), null);
        for (String proof : proofs) {
            // Does not wait for the next renewal where the membership ends while this session goes on.
            zooKeeper.exists(proof, watcher, (code, path, context, stat) -> {}, null);
        }
    }

    private void proofChanged(WatchedEvent event) {
        if (event.getType() == Watcher.Event.EventType.NodeDeleted) {
            expel("the cluster went on without this node");
        }
    }

    private void renewed(long sentAt, int code, List<OpResult> results) {
        renewalSent = 0;
        if (code == KeeperException.Code.OK.intValue()) {
            if (sentAt - notBefore >= 0) {
                provenAt = Math.max(provenAt, sentAt);
            }
            return;
        }
        if (code != KeeperException.Code.NONODE.intValue() || results == null) {
            log.debug("The lease was not renewed: {}", KeeperException.Code.get(code));
            return;
        }
        boolean proofsStand = results.subList(0, results.size() - 1).stream()
                .noneMatch(result -> result instanceof OpResult.ErrorResult error
                        && error.getErr() == KeeperException.Code.NONODE.intValue());
        if (proofsStand) {
            // The session of the entry is another one than that of the membership, and may end alone.
            createAgain();
        } else {
            expel("the cluster went on without this node");
        }
    }

    private void createAgain() {
        Thread creation = new Thread(
                () -> {
                    try {
                        if (!createEntry()) {
                            Optional<DeathNotice.Found> other = DeathNotice.find(curator, platformId);
                            if (other.isPresent()
                                    && !other.get().entry().process().equals(process)) {
                                resign("another process took the platform id " + platformId);
                            }
                        }
                    } catch (Exception e) {
                        log.warn("LEASE_WAITS: the lease's entry cannot be made again yet", e);
                    }
                },
                "lease-entry");
        creation.setDaemon(true);
        creation.start();
    }

    private void expel(String why) {
        if (ended || !expelled.compareAndSet(false, true)) {
            return;
        }
        ended = true;
        condition.unmet(why);
        onExpelled.accept(why);
    }
}
