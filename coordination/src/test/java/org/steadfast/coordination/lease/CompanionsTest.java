package org.steadfast.coordination.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.coordination.coordinator.TestCoordinator;
import org.steadfast.coordination.membership.CoordinatorClient;
import org.steadfast.protocol.release.Generation;

class CompanionsTest {
    @TempDir
    private Path folder;

    private TestCoordinator coordinator;
    private CoordinatorClient client;

    @BeforeEach
    void start() throws Exception {
        coordinator = TestCoordinator.in(folder).start();
        client = CoordinatorClient.connect(coordinator.cluster("node1", Duration.ofSeconds(4)));
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        coordinator.close();
    }

    @Test
    void nobodyIsThereYet() {
        assertThatCode(starting(new Generation(1, 1))).doesNotThrowAnyException();
    }

    @Test
    void generationsThatUnderstandEachOtherRunBesideEachOther() throws Exception {
        runs("node2", new Generation(2, 1));
        assertThatCode(starting(new Generation(1, 1))).doesNotThrowAnyException();
        assertThatCode(starting(new Generation(2, 2))).doesNotThrowAnyException();
        assertThatCode(starting(new Generation(3, 2))).doesNotThrowAnyException();
    }

    @Test
    void oneThatTheOthersDoNotUnderstandIsRefused() throws Exception {
        runs("node2", new Generation(2, 2));
        assertRefused(starting(new Generation(1, 1)));
    }

    @Test
    void oneThatDoesNotUnderstandTheOthersIsRefused() throws Exception {
        runs("node2", new Generation(2, 1));
        runs("node3", new Generation(3, 2));
        assertRefused(starting(new Generation(3, 3)));
    }

    @Test
    void aNodeThatDoesNotTellIsOfTheFirst() throws Exception {
        leave("node2", "{\"host\":\"h\",\"address\":\"h:1\"}".getBytes(StandardCharsets.UTF_8));
        assertThatCode(starting(new Generation(2, 1))).doesNotThrowAnyException();
        assertRefused(starting(new Generation(2, 2)));
    }

    @Test
    void oneThatWasKilledDoesNotCount() throws Exception {
        Process process = new ProcessBuilder("true").start();
        process.waitFor();
        ProcessIdentity own = ProcessIdentity.own();
        ProcessIdentity gone = new ProcessIdentity(own.host(), own.system(), process.pid(), own.startTicks());
        leave("node2", new LeaseEntry(gone, new Generation(1, 1), "host:1", List.of(), List.of()).encode());
        assertThatCode(starting(new Generation(2, 2))).doesNotThrowAnyException();
    }

    @Test
    void whatTheNodeItselfWasBeforeDoesNotCount() throws Exception {
        runs("node1", new Generation(1, 1));
        assertThatCode(starting(new Generation(2, 2))).doesNotThrowAnyException();
    }

    private ThrowingCallable starting(Generation own) {
        return () -> Companions.require(client, "node1", own);
    }

    private static void assertRefused(ThrowingCallable starting) {
        assertThatThrownBy(starting)
                .hasMessageContaining("cannot run beside node")
                .isInstanceOfSatisfying(
                        NodeFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.OTHER_VERSION));
    }

    private void runs(String platformId, Generation generation) throws Exception {
        leave(platformId, new LeaseEntry(ProcessIdentity.own(), generation, "host:1", List.of(), List.of()).encode());
    }

    private void leave(String platformId, byte[] entry) throws Exception {
        client.curator().create().creatingParentsIfNeeded().forPath(LeaseEntry.path(platformId), entry);
    }
}
