package org.steadfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.steadfast.it.harness.Balancers;

/** Two load balancers with one address: real HAProxies and real keepaliveds on machines of their own. Guarantee G6. */
final class VirtualAddressIT {
    /** A check fails within 3 s, and then the other one waits for less than 4 s; the rest is for slow machines. */
    private static final Duration MOVED = Duration.ofSeconds(15);
    /** Longer than it takes to move the address. */
    private static final Duration STAYS = Duration.ofSeconds(6);

    private Balancers balancers;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(
                Balancers.obstacle().isEmpty(),
                () -> "no load balancers here: " + Balancers.obstacle().orElseThrow());
        balancers = Balancers.create();
    }

    @AfterEach
    void end() throws Exception {
        if (balancers != null) {
            balancers.close();
        }
    }

    private void startKeepaliveds() throws Exception {
        for (String machine : Balancers.MACHINES) {
            balancers.startKeepalived(machine);
        }
    }

    /** The one machine that has the address and answers users there. */
    private String awaitOneHolder() {
        await().atMost(MOVED).until(() -> balancers.holders().size() == 1 && balancers.status() == 200);
        return holder();
    }

    private String holder() {
        try {
            List<String> holders = balancers.holders();
            assertThat(holders).hasSize(1);
            return holders.get(0);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void awaitHolder(String machine) {
        await().atMost(MOVED).until(() -> balancers.holders().equals(List.of(machine)) && balancers.status() == 200);
    }

    private static String other(String machine) {
        return Balancers.MACHINES.stream()
                .filter(one -> !one.equals(machine))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theAddressLeavesADeadHaproxyAndStaysWhereItWent() throws Exception {
        startKeepaliveds();
        String first = awaitOneHolder();

        balancers.killHaproxy(first);
        awaitHolder(other(first));

        balancers.startHaproxy(first);
        await().atMost(MOVED).until(() -> balancers.changedPriority(first).equals(Optional.of("220")));
        await().during(STAYS)
                .atMost(STAYS.multipliedBy(2))
                .until(() -> balancers.holders().equals(List.of(other(first))));
    }

    @Test
    void thePreferredMachineTakesTheAddressBack() throws Exception {
        balancers.startKeepalived("balancer1", "--priority=230");
        balancers.startKeepalived("balancer2");
        awaitHolder("balancer1");

        balancers.killHaproxy("balancer1");
        awaitHolder("balancer2");

        balancers.startHaproxy("balancer1");
        awaitHolder("balancer1");
    }

    @Test
    void theAddressLeavesWhoSeesNoNodeAndStaysWhereNobodySeesOne() throws Exception {
        startKeepaliveds();
        String first = awaitOneHolder();
        String second = other(first);

        balancers.hideNode(first);
        awaitHolder(second);

        balancers.hideNode(second);
        await().atMost(MOVED).until(() -> balancers.changedPriority(second).equals(Optional.of("160")));
        await().during(STAYS)
                .atMost(STAYS.multipliedBy(2))
                .until(() -> balancers.holders().equals(List.of(second)) && balancers.status() == 503);

        // An HAProxy that answers 503 is worth more than none.
        balancers.killHaproxy(second);
        await().atMost(MOVED).until(() -> balancers.holders().equals(List.of(first)) && balancers.status() == 503);
    }

    @Test
    void theAddressLeavesAKeepalivedThatIsStopped() throws Exception {
        startKeepaliveds();
        String first = awaitOneHolder();

        balancers.stopKeepalived(first);
        awaitHolder(other(first));
    }

    @Test
    void machinesThatDoNotHearEachOtherBothHaveTheAddressUntilTheyDo() throws Exception {
        startKeepaliveds();
        awaitOneHolder();

        balancers.network().isolate(Balancers.MACHINES.get(0));
        await().atMost(MOVED).until(() -> balancers.holders().equals(Balancers.MACHINES));

        balancers.network().heal();
        awaitOneHolder();
    }

    /** As root, because 2.2.7 ends itself when it tests a configuration with another user; the other tests have the usual one. */
    @ParameterizedTest
    @ValueSource(strings = {"--priority=254", "--multicast"})
    void keepalivedHasNothingToSayAboutTheConfiguration(String option) throws Exception {
        Path configuration = balancers.keepalivedConfiguration("balancer1", option, "--script-user=root");
        assertThat(balancers.complaint("balancer1", configuration)).isEmpty();

        Files.writeString(configuration, Files.readString(configuration).replace("virtual_router_id", "router_number"));
        assertThat(balancers.complaint("balancer1", configuration))
                .get()
                .asString()
                .contains("router_number");
    }
}
