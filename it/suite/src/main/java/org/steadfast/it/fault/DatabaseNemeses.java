package org.steadfast.it.fault;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.Node;
import org.steadfast.it.harness.PostgresServer;
import org.steadfast.it.harness.PostgresServers;

/** Faults of a database whose standbys the cluster promotes, and what an operator does about them in the end. */
public final class DatabaseNemeses {
    private static final Pattern IS_PROTECTED =
            Pattern.compile("^steadfast_database_protected(\\{[^}]*})? 1\\.0$", Pattern.MULTILINE);
    private static final Duration PROMOTION = Duration.ofSeconds(60);
    private static final Duration PROTECTION = Duration.ofSeconds(60);
    /** So long writes wait before the primary is killed: enough for hundreds of commits without a standby. */
    private static final Duration CUT = Duration.ofMillis(1_500);

    /** So long clients work with the new primary before anything else happens. */
    private static final Duration AFTER_PROMOTION = Duration.ofSeconds(3);
    /** By then a standby is waited for no more, or none is promoted for certain. */
    private static final Duration SETTLED = Duration.ofSeconds(6);

    private final PostgresServers servers;

    public DatabaseNemeses(PostgresServers servers) {
        this.servers = servers;
    }

    private record Named(String name, Nemeses.Look action) implements Nemesis {
        @Override
        public void strike(FaultRun run) throws Exception {
            action.at(run);
        }
    }

    /** Waits until a standby could take the primary's place, as the cluster says. */
    public void awaitProtected(FaultRun run) {
        run.supervision().await("a standby can take the primary's place", PROTECTION, () -> isProtected(run.cluster()));
    }

    private static boolean isProtected(ClusterUnderTest cluster) throws Exception {
        for (Node node : cluster.foundationNodes()) {
            if (IS_PROTECTED.matcher(cluster.rest(node).get("Metrics").body()).find()) {
                return true;
            }
        }
        return false;
    }

    private void awaitPromotion(FaultRun run, PostgresServer former) {
        run.supervision()
                .await(
                        "a standby has become the primary",
                        PROMOTION,
                        () -> servers.all().stream().anyMatch(server -> server != former && server.isPrimary()));
    }

    /** The primary dies as in a power failure. */
    public Nemesis killPrimary() {
        return new Named("kill-primary", run -> {
            awaitProtected(run);
            PostgresServer former = servers.primary();
            run.struck();
            former.kill();
            awaitPromotion(run, former);
            run.supervision().watch(AFTER_PROMOTION);
            servers.rejoin(former);
            awaitProtected(run);
        });
    }

    /** The primary hangs, and wakes when another one has taken its place: it takes itself for the primary still. */
    public Nemesis freezePrimary() {
        return new Named("freeze-primary", run -> {
            awaitProtected(run);
            PostgresServer former = servers.primary();
            run.struck();
            try {
                former.freeze();
                awaitPromotion(run, former);
                run.supervision().watch(AFTER_PROMOTION);
            } finally {
                former.thaw();
            }
            run.supervision().watch(AFTER_PROMOTION);
            servers.rejoin(former);
            awaitProtected(run);
        });
    }

    /** Nothing reaches the standbys any more, and a moment later the primary dies: what it has acknowledged meanwhile is lost with it. */
    public Nemesis cutReplicationThenKillPrimary() {
        return new Named("cut-replication-kill-primary", run -> {
            awaitProtected(run);
            PostgresServer former = servers.primary();
            List<PostgresServer> standbys = servers.standbys();
            run.struck();
            for (PostgresServer standby : standbys) {
                standby.freezeReceiver();
            }
            run.supervision().watch(CUT);
            former.kill();
            for (PostgresServer standby : standbys) {
                standby.endReceiver();
            }
            awaitPromotion(run, former);
            run.supervision().watch(AFTER_PROMOTION);
            servers.rejoin(former);
            awaitProtected(run);
        });
    }

    /**
     * Of two servers the standby is lost, then the primary; the standby alone comes back, then the primary; then the primary dies again.
     *
     * @param look what to do while there is a standby that lacks what was acknowledged, and no primary
     */
    public Nemesis loseOneAfterTheOther(Nemeses.Look look) {
        return new Named("lose-one-after-the-other", run -> {
            awaitProtected(run);
            PostgresServer primary = servers.primary();
            PostgresServer standby = servers.standbys().get(0);
            run.struck();
            standby.kill();
            run.supervision().watch(SETTLED);
            primary.kill();
            standby.start();
            run.supervision().watch(SETTLED);
            run.look(look);
            primary.start();
            awaitProtected(run);
            primary.kill();
            awaitPromotion(run, primary);
        });
    }
}
