package org.steadfast.foundation.sharedstate;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.Serial;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteException;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.lang.IgniteRunnable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.coordination.chassis.Readiness;
import org.steadfast.coordination.lease.Lease;

/**
 * Watches whether this node reaches the other members. A network that swallows what two members send each other, while both reach
 * the coordinator, would make all that need both wait for minutes: no connection breaks, nobody is expelled. So members ask each
 * other for a sign of life, tell the coordinator whom they do not hear, and those who are not among the {@link Survivors} resign.
 * That is over after about one session timeout. Safe for use by several threads.
 */
public final class PeerWatch implements AutoCloseable {
    static final String EXECUTOR = "peer-watch";

    private static final Logger log = LoggerFactory.getLogger(PeerWatch.class);
    private static final int CONNECT_MILLIS = 2_000;
    private static final Duration REACHABLE_WITHIN = Duration.ofSeconds(60);

    private final Ignite ignite;
    private final Lease lease;
    private final long silenceNanos;
    private final long verdictNanos;
    private final long periodMillis;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "peer-watch"));
    /** One thread for each member that is being asked. */
    private final ExecutorService askers = Executors.newCachedThreadPool(task -> new Thread(task, "peer-ask"));
    /** Since when each member owes an answer, however often it was asked since; written by the askers. */
    private final Map<String, Long> waitingSince = new ConcurrentHashMap<>();
    /** Members that are being asked now; guards itself. */
    private final Set<String> asked = ConcurrentHashMap.newKeySet();
    /** Since when this node has not been among the survivors; 0 while it is. Used by the timer's thread. */
    private long outSince;
    /** By {@link System#nanoTime()}; used by the timer's thread. */
    private long lastJudged;
    /** By platform id; used by the timer's thread. */
    private final Map<String, Renewal> renewals = new HashMap<>();
    /** Written by the timer's thread, read by the gauge. */
    private volatile Set<String> silent = Set.of();

    private PeerWatch(Ignite ignite, Lease lease, Duration sessionTimeout, MeterRegistry registry) {
        this.ignite = ignite;
        this.lease = lease;
        this.silenceNanos = sessionTimeout.toNanos() / 2;
        // Two renewals: what the others have reported before is known by then.
        this.verdictNanos = sessionTimeout.toNanos() / 3;
        this.periodMillis = Math.max(200, sessionTimeout.toMillis() / 10);
        Gauge.builder("steadfast.state.unreachable.nodes", this, watch -> watch.silent.size())
                .description("Foundation nodes that this one has not heard from for half a session timeout")
                .register(registry);
    }

    static PeerWatch start(Ignite ignite, Lease lease, Duration sessionTimeout, MeterRegistry registry) {
        PeerWatch watch = new PeerWatch(ignite, lease, sessionTimeout, registry);
        var unused = watch.timer.scheduleWithFixedDelay(
                watch::look, watch.periodMillis, watch.periodMillis, TimeUnit.MILLISECONDS);
        return watch;
    }

    /**
     * Waits until every member can be reached. A node that joined without that would stop the whole cluster, which waits for a
     * joining node to exchange with every other.
     *
     * @throws NodeFailure if that takes longer than a minute
     */
    public static void awaitReachable(Lease lease, String platformId, SharedStateSettings settings, Readiness readiness)
            throws Exception {
        Readiness.Condition condition = readiness.condition("other nodes", "not asked yet");
        long deadline = System.nanoTime() + REACHABLE_WITHIN.toNanos();
        while (true) {
            Set<String> missing = new TreeSet<>();
            for (Lease.Report member : lease.reports()) {
                if (member.isMember() && !member.platformId().equals(platformId) && !answers(member.address())) {
                    missing.add(member.platformId() + " at " + member.address());
                }
            }
            if (missing.isEmpty()) {
                condition.met();
                return;
            }
            condition.unmet("cannot reach " + missing);
            if (System.nanoTime() > deadline) {
                throw new NodeFailure(
                        ExitCode.FAILED,
                        "these members cannot be reached from " + settings.host() + ": " + missing
                                + "; see the network and " + SharedStateSettings.PATH + ".Host and CommunicationPort");
            }
            TimeUnit.MILLISECONDS.sleep(500);
        }
    }

    private static boolean answers(String address) {
        int colon = address.lastIndexOf(':');
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))),
                    CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            log.debug("{} does not answer", address, e);
            return false;
        }
    }

    private void look() {
        try {
            List<ClusterNode> members = ignite.cluster().forServers().nodes().stream()
                    .sorted(Comparator.comparingLong(ClusterNode::order))
                    .toList();
            Set<String> unreachable = new TreeSet<>();
            long now = System.nanoTime();
            waitingSince.keySet().retainAll(members.stream().map(PeerWatch::id).toList());
            for (ClusterNode member : members) {
                if (!member.isLocal()) {
                    if (now - waitingSince.getOrDefault(id(member), now) > silenceNanos) {
                        unreachable.add(id(member));
                    }
                    ask(member);
                }
            }
            tell(unreachable);
            judge(members.stream().map(PeerWatch::id).toList(), now);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            log.debug("The other members cannot be watched now", e);
        }
    }

    private static String id(ClusterNode node) {
        return node.consistentId().toString();
    }

    private void ask(ClusterNode member) {
        String id = id(member);
        if (!asked.add(id)) {
            return;
        }
        askers.execute(() -> {
            waitingSince.putIfAbsent(id, System.nanoTime());
            try {
                ignite.compute(ignite.cluster().forNode(member))
                        .withExecutor(EXECUTOR)
                        .withTimeout(silenceNanos / 1_000_000)
                        .run(new SignOfLife());
                waitingSince.remove(id);
            } catch (IgniteException | IllegalStateException e) {
                log.debug("{} gives no sign of life", id, e);
            } finally {
                asked.remove(id);
            }
        });
    }

    private void tell(Set<String> unreachable) {
        if (!unreachable.equals(silent)) {
            if (unreachable.isEmpty()) {
                log.info("All foundation nodes are heard from again");
            } else {
                log.warn("PEERS_SILENT: not heard from for {} ms: {}", silenceNanos / 1_000_000, unreachable);
            }
        }
        silent = Set.copyOf(unreachable);
        lease.reportUnreachable(unreachable);
    }

    private void judge(List<String> members, long now) throws Exception {
        if (now - lastJudged > verdictNanos) {
            // This process was paused; what it saw before says nothing.
            outSince = 0;
        }
        lastJudged = now;
        Map<String, Set<String>> unreachable = new HashMap<>();
        List<String> living = new ArrayList<>(members);
        for (Lease.Report report : lease.reports()) {
            Set<String> present = new HashSet<>(report.unreachable());
            present.retainAll(members);
            unreachable.put(report.platformId(), present);
            if (!isRenewed(report, now)) {
                living.remove(report.platformId());
            }
        }
        String self = id(ignite.cluster().localNode());
        if (!living.contains(self) || Survivors.of(living, unreachable).contains(self)) {
            outSince = 0;
        } else if (outSince == 0) {
            outSince = now;
        } else if (now - outSince > verdictNanos) {
            lease.resign("this node and others do not reach each other, and the others go on: " + unreachable);
        }
    }

    /** False of a member that has stopped renewing: its session ends by itself, and nobody makes room for it. */
    private boolean isRenewed(Lease.Report report, long now) {
        Renewal last = renewals.get(report.platformId());
        if (last == null || last.number() != report.renewals()) {
            renewals.put(report.platformId(), new Renewal(report.renewals(), now));
            return true;
        }
        return now - last.seenAt() < silenceNanos;
    }

    /** The last renewal of a member that was seen, and when it was. */
    private record Renewal(int number, long seenAt) {}

    @Override
    public void close() {
        timer.shutdownNow();
        askers.shutdownNow();
    }

    /** Does nothing: that it ran is the sign. */
    static final class SignOfLife implements IgniteRunnable {
        @Serial
        private static final long serialVersionUID = 1L;

        @Override
        public void run() {
            // Nothing to do.
        }
    }
}
