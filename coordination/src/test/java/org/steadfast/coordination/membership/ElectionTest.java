package org.steadfast.coordination.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.steadfast.coordination.coordinator.TestCoordinator;

@Timeout(120)
class ElectionTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration SESSION = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private TestCoordinator coordinator;
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        coordinator = TestCoordinator.in(folder).start();
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
        coordinator.close();
    }

    private CoordinatorClient client() throws Exception {
        CoordinatorClient client = CoordinatorClient.connect(coordinator.cluster("any", SESSION));
        open.add(0, client);
        return client;
    }

    private Election stand(CoordinatorClient client, String platformId) throws Exception {
        Election election = new Election(client, Election.SINGLETON, platformId, () -> {});
        election.enter();
        open.add(0, election);
        return election;
    }

    private static void awaitElected(Election election) {
        await().atMost(PATIENCE).until(election::isElected);
    }

    private static void awaitStanding(CoordinatorClient client, int number) {
        await().atMost(PATIENCE)
                .until(() -> client.curator()
                                .getChildren()
                                .forPath("/elections/" + Election.SINGLETON)
                                .size()
                        == number);
    }

    @Test
    void theFirstIsElectedAndTheNextWhenItGoes() throws Exception {
        Election first = stand(client(), "one");
        awaitElected(first);
        CoordinatorClient other = client();
        Election second = stand(other, "two");
        awaitStanding(other, 2);
        assertThat(second.elected()).isEqualTo(Optional.of("one"));
        assertThat(second.isElected()).isFalse();

        first.close();

        awaitElected(second);
        assertThat(first.isElected()).isFalse();
        assertThat(second.elected()).isEqualTo(Optional.of("two"));
    }

    @Test
    void whoGivesUpStandsBehindTheOthers() throws Exception {
        Election first = stand(client(), "one");
        awaitElected(first);
        CoordinatorClient other = client();
        Election second = stand(other, "two");
        awaitStanding(other, 2);

        first.giveUp();
        awaitElected(second);
        assertThat(first.isElected()).isFalse();
        awaitStanding(other, 2);
        second.giveUp();
        awaitElected(first);
    }

    @Test
    void whoIsAloneIsElectedAgain() throws Exception {
        Election only = stand(client(), "one");
        awaitElected(only);
        only.giveUp();
        awaitElected(only);
    }

    /** Whatever the session may still be worth: nobody can tell. */
    @Test
    void nobodyIsElectedWhileTheCoordinatorIsAway() throws Exception {
        Election only = stand(client(), "one");
        awaitElected(only);
        coordinator.stop();
        await().atMost(PATIENCE).until(() -> !only.isElected());
        coordinator.start();
        awaitElected(only);
    }

    @Test
    void theDeadAreNotWaitedFor() throws Exception {
        CoordinatorClient dying = client();
        Election first = stand(dying, "one");
        awaitElected(first);
        CoordinatorClient other = client();
        Election second = stand(other, "two");
        awaitStanding(other, 2);
        long session = dying.curator().getZookeeperClient().getZooKeeper().getSessionId();

        Election.withdraw(other.curator(), Election.SINGLETON, "one", session + 1);
        Election.withdraw(other.curator(), Election.SINGLETON, "two", session);
        assertThat(second.elected()).as("it is another's").isEqualTo(Optional.of("one"));

        Election.withdraw(other.curator(), Election.SINGLETON, "one", session);
        awaitElected(second);
    }
}
