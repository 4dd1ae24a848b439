package org.steadfast.coordination.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.steadfast.coordination.coordinator.TestCoordinator;

@Timeout(120)
class MembershipTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration SESSION = Duration.ofSeconds(60);

    @TempDir
    private static Path folder;

    private static TestCoordinator coordinator;

    private final List<AutoCloseable> open = new CopyOnWriteArrayList<>();
    private final List<List<Member>> seen = new CopyOnWriteArrayList<>();
    private Membership watching;

    @BeforeAll
    static void start() throws Exception {
        coordinator = TestCoordinator.in(folder).start();
    }

    @AfterAll
    static void stop() throws Exception {
        coordinator.close();
    }

    @BeforeEach
    void watch() throws Exception {
        watching = node(Role.CONNECTION_SERVER, "connection1", 9000);
        Membership.Watch watch = watching.watch(Role.FOUNDATION_NODE, seen::add);
        open.add(0, watch);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    private CoordinatorClient client() throws Exception {
        CoordinatorClient client = CoordinatorClient.connect(coordinator.cluster("any", SESSION));
        open.add(0, client);
        return client;
    }

    private Membership node(Role role, String platformId, int port) throws Exception {
        Membership membership = Membership.open(client(), role, member(platformId, port));
        open.add(0, membership);
        return membership;
    }

    private static Member member(String platformId, int port) {
        return new Member(platformId, "127.0.0.1", port);
    }

    private void awaitSeen(Member... members) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(last()).containsExactly(members));
    }

    private List<Member> last() {
        return seen.get(seen.size() - 1);
    }

    @Test
    void aWatcherHearsAtOnceThatThereIsNobody() {
        assertThat(seen)
                .first()
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
                .isEmpty();
    }

    @Test
    void aWatcherHearsAtOnceWhoIsThereAlready() throws Exception {
        node(Role.FOUNDATION_NODE, "foundation1", 8080).goOnline();
        List<List<Member>> late = new CopyOnWriteArrayList<>();
        try (Membership.Watch watch = watching.watch(Role.FOUNDATION_NODE, late::add)) {
            assertThat(late.get(0)).containsExactly(member("foundation1", 8080));
            assertThat(watch.members()).containsExactly(member("foundation1", 8080));
        }
    }

    @Test
    void aWatcherHearsWhoSpeaksTlsAndWhichVersionRuns() throws Exception {
        Member speaking = new Member("foundation1", "node1.example", 8443, true, "9.8.7");
        Membership membership = Membership.open(client(), Role.FOUNDATION_NODE, speaking);
        open.add(0, membership);
        membership.goOnline();
        awaitSeen(speaking);
    }

    @Test
    void aNodeIsSeenWhileItIsOnline() throws Exception {
        Membership node = node(Role.FOUNDATION_NODE, "foundation1", 8080);
        node.goOnline();
        awaitSeen(member("foundation1", 8080));
        node.goOnline();
        node.goOffline();
        awaitSeen();
        node.goOffline();
        node.goOnline();
        awaitSeen(member("foundation1", 8080));
    }

    @Test
    void membersStandInTheOrderOfTheirPlatformIds() throws Exception {
        for (String id : List.of("foundation3", "foundation1", "foundation2")) {
            node(Role.FOUNDATION_NODE, id, 8080).goOnline();
        }
        awaitSeen(member("foundation1", 8080), member("foundation2", 8080), member("foundation3", 8080));
    }

    @Test
    void rolesAreApart() throws Exception {
        node(Role.CONNECTION_SERVER, "connection2", 9001).goOnline();
        node(Role.FOUNDATION_NODE, "foundation1", 8080).goOnline();
        awaitSeen(member("foundation1", 8080));
        try (Membership.Watch watch = watching.watch(Role.CONNECTION_SERVER, members -> {})) {
            assertThat(watch.members()).containsExactly(member("connection2", 9001));
        }
    }

    @Test
    void foundationNodesHaveTheNameThatExistingToolsLookFor() throws Exception {
        node(Role.FOUNDATION_NODE, "foundation1", 8080).goOnline();
        assertThat(client().curator().getChildren().forPath("/services/thingworx-http"))
                .containsExactly("foundation1");
    }

    @Test
    void theRegistrationEndsWithTheMembership() throws Exception {
        Membership node = node(Role.FOUNDATION_NODE, "foundation1", 8080);
        node.goOnline();
        awaitSeen(member("foundation1", 8080));
        node.close();
        awaitSeen();
    }

    /** The session lasts longer than the test waits: it is ended, not forgotten. */
    @Test
    void theRegistrationEndsWithTheSession() throws Exception {
        CoordinatorClient client = CoordinatorClient.connect(coordinator.cluster("foundation1", SESSION));
        Membership node = Membership.open(client, Role.FOUNDATION_NODE, member("foundation1", 8080));
        node.goOnline();
        awaitSeen(member("foundation1", 8080));
        client.close();
        awaitSeen();
    }

    @Test
    void changesComeInOrderAndOneAtATime() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Integer> sizes = new CopyOnWriteArrayList<>();
        try (Membership.Watch watch = watching.watch(Role.FOUNDATION_NODE, members -> {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            sizes.add(members.size());
            inside.decrementAndGet();
        })) {
            for (int i = 1; i <= 5; i++) {
                node(Role.FOUNDATION_NODE, "foundation" + i, 8080).goOnline();
            }
            await().atMost(PATIENCE).until(() -> sizes.get(sizes.size() - 1) == 5);
            assertThat(watch.members()).hasSize(5);
        }
        assertThat(most).hasValue(1);
        assertThat(sizes).isSorted();
    }

    @Test
    void aListenerThatFailsHearsTheNextChange() throws Exception {
        List<Integer> sizes = new CopyOnWriteArrayList<>();
        try (Membership.Watch watch = watching.watch(Role.FOUNDATION_NODE, members -> {
            sizes.add(members.size());
            if (members.size() == 1) {
                throw new IllegalStateException("thrown by a test");
            }
        })) {
            node(Role.FOUNDATION_NODE, "foundation1", 8080).goOnline();
            await().atMost(PATIENCE).until(() -> sizes.contains(1));
            node(Role.FOUNDATION_NODE, "foundation2", 8080).goOnline();
            await().atMost(PATIENCE).until(() -> sizes.contains(2));
            assertThat(watch.members()).hasSize(2);
        }
    }

    @Test
    void aWatchThatIsClosedHearsNothingMore() throws Exception {
        List<List<Member>> heard = new CopyOnWriteArrayList<>();
        Membership.Watch closed = watching.watch(Role.FOUNDATION_NODE, heard::add);
        closed.close();
        int before = heard.size();
        node(Role.FOUNDATION_NODE, "foundation1", 8080).goOnline();
        awaitSeen(member("foundation1", 8080));
        assertThat(heard).hasSize(before);
    }
}
