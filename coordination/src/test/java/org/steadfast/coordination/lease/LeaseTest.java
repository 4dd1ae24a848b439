package org.steadfast.coordination.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.coordination.chassis.Readiness;
import org.steadfast.coordination.coordinator.TestCoordinator;
import org.steadfast.coordination.membership.CoordinatorClient;
import org.steadfast.coordination.settings.ClusterSettings;
import org.steadfast.protocol.release.Generation;

class LeaseTest {
    private static final Duration SESSION = Duration.ofSeconds(4);
    private static final String PROOF = "/members/node1";

    @TempDir
    private Path folder;

    private final Readiness readiness = new Readiness();
    private final List<String> expulsions = new CopyOnWriteArrayList<>();
    private TestCoordinator coordinator;
    private CoordinatorClient client;
    private CuratorFramework root;
    private Lease lease;

    @BeforeEach
    void start() throws Exception {
        coordinator = TestCoordinator.in(folder).start();
        client = CoordinatorClient.connect(settings());
        root = client.curator().usingNamespace(null);
        root.create().creatingParentsIfNeeded().forPath(PROOF);
    }

    @AfterEach
    void stop() throws Exception {
        if (lease != null) {
            lease.end();
            lease.close();
        }
        client.close();
        coordinator.close();
    }

    private ClusterSettings settings() {
        return coordinator.cluster("node1", SESSION);
    }

    private Lease claim() throws Exception {
        return Lease.claim(
                client,
                settings(),
                "host:47100",
                readiness.condition("lease", "not claimed"),
                new SimpleMeterRegistry(),
                expulsions::add);
    }

    private void hold() throws Exception {
        lease = claim();
        lease.prove(List.of(PROOF));
        lease.awaitHeld(Duration.ofSeconds(10));
    }

    @Test
    void isHeldWhileTheNodeIsAMember() throws Exception {
        lease = claim();
        assertThat(lease.isHeld()).isFalse();
        assertThat(readiness.isReady()).isFalse();

        lease.prove(List.of(PROOF));
        lease.awaitHeld(Duration.ofSeconds(10));

        await().until(readiness::isReady);
        // Longer than it lasts without being renewed.
        await().pollDelay(SESSION).until(() -> true);
        assertThat(lease.isHeld()).isTrue();
        assertThat(lease.age()).isLessThan(SESSION.dividedBy(2));
    }

    @Test
    void endsAtOnceWhenTheClusterGoesOnWithoutTheNode() throws Exception {
        hold();

        root.delete().forPath(PROOF);

        await().atMost(Duration.ofMillis(500)).until(() -> !lease.isHeld());
        assertThat(expulsions).containsExactly("the cluster went on without this node");
        assertThat(lease.reason()).isEqualTo("the cluster went on without this node");
        assertThat(readiness.unmet()).containsEntry("lease", "the cluster went on without this node");
        root.create().forPath(PROOF);
        await().pollDelay(SESSION.dividedBy(3)).until(() -> true);
        assertThat(lease.isHeld()).as("for good").isFalse();
    }

    @Test
    void runsOutWhileTheCoordinatorIsAwayAndIsHeldAgainAfterwards() throws Exception {
        hold();
        long start = System.nanoTime();
        coordinator.stop();

        await().atMost(SESSION).pollInterval(Duration.ofMillis(20)).until(() -> !lease.isHeld());

        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isLessThan(SESSION.multipliedBy(2).dividedBy(3));
        assertThat(lease.reason()).matches("the coordinator has not answered this node for \\d+ s");
        await().until(() -> readiness.unmet().containsKey("lease"));
        coordinator.start();
        await().atMost(Duration.ofSeconds(30)).until(lease::isHeld);
        await().until(readiness::isReady);
        assertThat(expulsions).isEmpty();
    }

    @Test
    void theEntryIsMadeAgainWhenItsSessionWasLostButNotTheMembership() throws Exception {
        hold();
        client.curator().delete().forPath(LeaseEntry.path("node1"));

        await().atMost(Duration.ofSeconds(10))
                .until(() -> DeathNotice.find(client.curator(), "node1").isPresent());
        await().pollDelay(SESSION.dividedBy(2)).until(lease::isHeld);
        assertThat(expulsions).isEmpty();
    }

    @Test
    void aSecondLiveNodeOfTheSamePlatformIdIsRefused() throws Exception {
        hold();
        ClusterSettings impatient = new ClusterSettings(
                "node1",
                settings().coordinatorHosts(),
                settings().namespace(),
                SESSION,
                Duration.ofSeconds(1),
                settings().linkKey());
        try (CoordinatorClient other = CoordinatorClient.connect(settings())) {
            assertThatThrownBy(() -> Lease.claim(
                            other,
                            impatient,
                            "host:47100",
                            new Readiness().condition("lease", ""),
                            new SimpleMeterRegistry(),
                            reason -> {}))
                    .isInstanceOfSatisfying(
                            NodeFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.PLATFORM_ID_IN_USE))
                    .hasMessageContaining("node1 is in use by process "
                            + ProcessHandle.current().pid());
        }
        assertThat(lease.isHeld()).isTrue();
    }

    @Test
    void takesTheIdOfAProcessThatIsGoneAtOnceAndEndsItsMembership() throws Exception {
        try (CoordinatorClient former = CoordinatorClient.connect(settings())) {
            leaveEntry(former, endedProcess());
            long start = System.nanoTime();

            lease = claim();

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SESSION.dividedBy(2));
            assertThat(root.checkExists().forPath(PROOF)).isNull();
            DeathNotice.Found entry =
                    DeathNotice.find(client.curator(), "node1").orElseThrow();
            assertThat(entry.entry().process()).isEqualTo(ProcessIdentity.own());
        }
    }

    @Test
    void aNoticeOfDeathEndsTheMembershipOfTheProcessThatEndedAndOfNoOther() throws Exception {
        ProcessIdentity ended = endedProcess();
        leaveEntry(client, ended);

        assertThat(DeathNotice.deliver(client, "another node", ended.pid())).isFalse();
        assertThat(DeathNotice.deliver(client, "node1", ended.pid() + 1)).isFalse();
        assertThat(root.checkExists().forPath(PROOF)).isNotNull();
        assertThat(DeathNotice.deliver(client, "node1", ended.pid())).isTrue();
        assertThat(root.checkExists().forPath(PROOF)).isNull();
        assertThat(DeathNotice.deliver(client, "node1", ended.pid())).isFalse();
    }

    @Test
    void aNoticeOfDeathIsNotBelievedOfALiveProcess() throws Exception {
        hold();

        assertThat(DeathNotice.deliver(client, "node1", ProcessHandle.current().pid()))
                .isFalse();
        ProcessIdentity elsewhere =
                new ProcessIdentity("elsewhere", "another boot", endedProcess().pid(), 1);
        assertThat(elsewhere.isProvablyGone()).isFalse();
        assertThat(new ProcessIdentity("host", "", 1, 1).isProvablyGone()).isFalse();
        assertThat(lease.isHeld()).isTrue();
    }

    @Test
    void resigningEndsTheMembershipForTheOthersToo() throws Exception {
        hold();

        lease.resign("cut off");

        assertThat(lease.isHeld()).isFalse();
        assertThat(expulsions).containsExactly("cut off");
        await().until(() -> root.checkExists().forPath(PROOF) == null);
    }

    @Test
    void tellsTheOthersWhomItDoesNotReach() throws Exception {
        hold();

        lease.reportUnreachable(Set.of("node3", "node2"));

        await().untilAsserted(() -> assertThat(lease.reports()).singleElement().satisfies(report -> {
            assertThat(report.platformId()).isEqualTo("node1");
            assertThat(report.address()).isEqualTo("host:47100");
            assertThat(report.isMember()).isTrue();
            assertThat(report.renewals()).isPositive();
            assertThat(report.unreachable()).containsExactlyInAnyOrder("node2", "node3");
        }));
    }

    @Test
    void freesThePlatformIdWhenItIsClosed() throws Exception {
        hold();
        lease.end();
        root.delete().forPath(PROOF);
        lease.close();

        assertThat(DeathNotice.find(client.curator(), "node1")).isEmpty();
        assertThat(expulsions).as("its own leaving is no expulsion").isEmpty();
    }

    private static ProcessIdentity endedProcess() throws Exception {
        Process process = new ProcessBuilder("true").start();
        process.waitFor();
        ProcessIdentity own = ProcessIdentity.own();
        return new ProcessIdentity(own.host(), own.system(), process.pid(), own.startTicks());
    }

    private static void leaveEntry(CoordinatorClient client, ProcessIdentity process) throws Exception {
        client.curator()
                .create()
                .creatingParentsIfNeeded()
                .forPath(
                        LeaseEntry.path("node1"),
                        new LeaseEntry(process, Generation.OWN, "host:1", List.of(PROOF), List.of()).encode());
    }
}
