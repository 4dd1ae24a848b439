package org.steadfast.coordination.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.curator.framework.state.ConnectionState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.steadfast.coordination.coordinator.TestCoordinator;

/** What becomes of registrations when the coordinator is away and comes back. */
@Timeout(180)
class CoordinatorRestartTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration SHORT_SESSION = Duration.ofSeconds(1);
    private static final Duration LONG_SESSION = Duration.ofSeconds(60);
    private static final Member FOUNDATION_1 = new Member("foundation1", "127.0.0.1", 8080);

    @TempDir
    private Path folder;

    private TestCoordinator coordinator;
    private final List<AutoCloseable> open = new CopyOnWriteArrayList<>();
    private final List<List<Member>> seen = new CopyOnWriteArrayList<>();
    private final AtomicReference<ConnectionState> state = new AtomicReference<>(ConnectionState.CONNECTED);
    private Membership node;
    private Membership.Watch watch;

    @BeforeEach
    void start() throws Exception {
        coordinator = TestCoordinator.in(folder).start();
    }

    @AfterEach
    void stop() throws Exception {
        if (!coordinator.isRunning()) {
            // What is closed while the coordinator is away waits for it.
            coordinator.start();
        }
        for (AutoCloseable one : open) {
            one.close();
        }
        coordinator.close();
    }

    /** A foundation node in one session, and a watcher in another one. */
    private void join(Duration session) throws Exception {
        CoordinatorClient nodes = CoordinatorClient.connect(coordinator.cluster("foundation1", session));
        open.add(0, nodes);
        nodes.curator().getConnectionStateListenable().addListener((client, now) -> state.set(now));
        node = Membership.open(nodes, Role.FOUNDATION_NODE, FOUNDATION_1);
        open.add(0, node);
        CoordinatorClient watchers = CoordinatorClient.connect(coordinator.cluster("connection1", session));
        open.add(0, watchers);
        Membership watching =
                Membership.open(watchers, Role.CONNECTION_SERVER, new Member("connection1", "127.0.0.1", 9000));
        open.add(0, watching);
        watch = watching.watch(Role.FOUNDATION_NODE, seen::add);
        open.add(0, watch);
    }

    private void awaitMembers(Member... members) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(watch.members()).containsExactly(members));
    }

    private void awaitState(ConnectionState... states) {
        await().atMost(PATIENCE).until(() -> List.of(states).contains(state.get()));
    }

    /** What a new session finds, which no cache can make up. */
    private void assertRegistered(Member... members) throws Exception {
        try (CoordinatorClient fresh = CoordinatorClient.connect(coordinator.cluster("fresh", LONG_SESSION));
                Membership other =
                        Membership.open(fresh, Role.CONNECTION_SERVER, new Member("fresh", "127.0.0.1", 1))) {
            await().atMost(PATIENCE).untilAsserted(() -> {
                try (Membership.Watch now = other.watch(Role.FOUNDATION_NODE, list -> {})) {
                    assertThat(now.members()).containsExactly(members);
                }
            });
        }
    }

    @Test
    void theLastKnownListStandsWhileTheCoordinatorIsAway() throws Exception {
        join(LONG_SESSION);
        node.goOnline();
        awaitMembers(FOUNDATION_1);
        int before = seen.size();
        coordinator.stop();
        awaitState(ConnectionState.SUSPENDED);
        assertThat(watch.members()).containsExactly(FOUNDATION_1);
        assertThat(seen).hasSize(before);
    }

    @Test
    void theRegistrationOutlivesARestartInsideTheSession() throws Exception {
        join(LONG_SESSION);
        node.goOnline();
        awaitMembers(FOUNDATION_1);
        coordinator.stop();
        awaitState(ConnectionState.SUSPENDED);
        coordinator.start();
        awaitState(ConnectionState.RECONNECTED);
        assertRegistered(FOUNDATION_1);
        awaitMembers(FOUNDATION_1);
    }

    @Test
    void aRestartInsideTheSessionIsNotSeenByWatchers() throws Exception {
        join(LONG_SESSION);
        node.goOnline();
        awaitMembers(FOUNDATION_1);
        await().atMost(PATIENCE)
                .until(() -> !seen.isEmpty() && !seen.get(seen.size() - 1).isEmpty());
        int before = seen.size();
        coordinator.stop();
        awaitState(ConnectionState.SUSPENDED);
        coordinator.start();
        awaitState(ConnectionState.RECONNECTED);
        assertStaysRegistered();
        assertThat(seen.subList(before, seen.size())).doesNotContain(List.of());
    }

    @Test
    void aNodeWhoseSessionWasLostRegistersAgain() throws Exception {
        join(SHORT_SESSION);
        node.goOnline();
        awaitMembers(FOUNDATION_1);
        coordinator.stop();
        awaitState(ConnectionState.LOST);
        coordinator.start();
        awaitState(ConnectionState.RECONNECTED);
        assertRegistered(FOUNDATION_1);
        awaitMembers(FOUNDATION_1);
        assertStaysRegistered();
    }

    @Test
    void aNodeRegistersAgainWithACoordinatorThatLostEverything() throws Exception {
        join(SHORT_SESSION);
        node.goOnline();
        awaitMembers(FOUNDATION_1);
        coordinator.stop();
        awaitState(ConnectionState.SUSPENDED, ConnectionState.LOST);
        for (String name : List.of("data/version-2", "log/version-2")) {
            try (Stream<Path> files = Files.walk(folder.resolve(name))) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        coordinator.start();
        assertRegistered(FOUNDATION_1);
        awaitMembers(FOUNDATION_1);
    }

    @Test
    void aNodeThatIsOfflineStaysSo() throws Exception {
        join(SHORT_SESSION);
        node.goOnline();
        awaitMembers(FOUNDATION_1);
        node.goOffline();
        awaitMembers();
        coordinator.stop();
        awaitState(ConnectionState.LOST);
        coordinator.start();
        awaitState(ConnectionState.RECONNECTED);
        assertRegistered();
    }

    @Test
    void aNodeThatCouldNotGoOnlineStaysOffline() throws Exception {
        join(SHORT_SESSION);
        coordinator.stop();
        awaitState(ConnectionState.LOST);
        assertThatThrownBy(() -> node.goOnline()).isInstanceOf(Exception.class);
        coordinator.start();
        awaitState(ConnectionState.RECONNECTED);
        assertRegistered();
        node.goOnline();
        assertRegistered(FOUNDATION_1);
    }

    @Test
    void aNodeThatWentOfflineWhileTheCoordinatorWasAwayCanGoOnlineAgain() throws Exception {
        join(SHORT_SESSION);
        node.goOnline();
        awaitMembers(FOUNDATION_1);
        coordinator.stop();
        awaitState(ConnectionState.LOST);
        node.goOffline();
        coordinator.start();
        awaitState(ConnectionState.RECONNECTED);
        assertRegistered();
        node.goOnline();
        assertRegistered(FOUNDATION_1);
    }

    @Test
    void aStopDoesNotWaitForACoordinatorThatIsAway() throws Exception {
        join(LONG_SESSION);
        node.goOnline();
        awaitMembers(FOUNDATION_1);
        coordinator.stop();
        awaitState(ConnectionState.SUSPENDED);
        long begin = System.nanoTime();
        for (AutoCloseable one : open) {
            one.close();
        }
        open.clear();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
    }

    /** The old session's end must not take the new session's registration with it. */
    private void assertStaysRegistered() {
        await().during(SHORT_SESSION.multipliedBy(2))
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(watch.members()).containsExactly(FOUNDATION_1));
    }
}
