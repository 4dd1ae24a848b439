package org.steadfast.persistence.failover;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever happens to the servers, and whichever of two guards acts: who becomes the primary has all that was acknowledged. */
class FailoverGuardRandomTest {
    private static final int RUNS = 200;
    private static final int STEPS = 300;

    @ParameterizedTest
    @EnumSource
    void nothingAcknowledgedIsLost(FailoverPolicy policy) {
        int promotions = 0;
        for (long seed = 1; seed <= RUNS; seed++) {
            promotions += new Run(seed, policy).run();
        }
        assertThat(promotions).as("the runs are worth something").isGreaterThan(RUNS / 5);
    }

    private static final class Run implements FailoverGuard.Listener {
        private final long seed;
        private final Random random;
        private final FakeServers servers;
        private final int number;
        private final List<FailoverGuard> guards = new ArrayList<>();
        private long now;
        private int promotions;

        Run(long seed, FailoverPolicy policy) {
            this.seed = seed;
            this.random = new Random(seed);
            this.number = 2 + random.nextInt(3);
            this.servers = FakeServers.of(number);
            for (int i = 0; i < 2; i++) {
                guards.add(new FailoverGuard(
                        servers.all(),
                        servers,
                        new FailoverGuard.Terms(policy, Duration.ofSeconds(1), () -> true),
                        Runnable::run,
                        () -> now,
                        this));
            }
        }

        int run() {
            for (int step = 0; step < STEPS; step++) {
                happen();
                FakeServers.Server any = any();
                servers.commit(any);
                if (random.nextInt(3) > 0) {
                    servers.replicate();
                }
                round(step);
                now += Duration.ofMillis(100 + random.nextInt(300)).toNanos();
                if (random.nextInt(4) == 0) {
                    servers.settle();
                }
            }
            return promotions;
        }

        private void happen() {
            switch (random.nextInt(16)) {
                case 0 -> any().die();
                case 1, 2 -> any().start();
                case 3 -> any().cutFromOthers(true);
                case 4, 5 -> any().cutFromOthers(false);
                case 6 -> any().cutFromGuard(true);
                case 7, 8 -> any().cutFromGuard(false);
                case 9 -> rejoin(any());
                case 10 -> any().refuseSteps(true);
                case 11, 12 -> any().refuseSteps(false);
                default -> {
                    // A quiet moment.
                }
            }
        }

        /** An operator makes an old primary, of which the log says so, a standby; never the present one. */
        private void rejoin(FakeServers.Server server) {
            Optional<FailoverRecords.Entry> entry = servers.read();
            if (entry.isEmpty()) {
                return;
            }
            FailoverRecord record = entry.get().record();
            servers.all().stream()
                    .map(one -> (FakeServers.Server) one)
                    .filter(one -> one.address().equals(record.primary()) && one.isPrimary())
                    .filter(one -> server.timeline() > 0 && server.timeline() < one.timeline())
                    .forEach(server::rejoin);
        }

        private FakeServers.Server any() {
            return servers.server(1 + random.nextInt(number));
        }

        private void round(int step) {
            try {
                guards.get(random.nextInt(12) == 0 ? 1 : 0).round();
            } catch (FailoverException e) {
                assertThat(e).hasMessageContaining("does not answer");
            }
            servers.all().stream()
                    .map(one -> (FakeServers.Server) one)
                    .filter(one -> one.timeline() > 1)
                    .forEach(one -> assertThat(one.log())
                            .as("seed %d, step %d: %s on timeline %d", seed, step, one.address(), one.timeline())
                            .containsAll(acknowledgedBefore(one)));
        }

        /** A newer primary has what this one was promoted with; what was acknowledged since then is the newer one's alone. */
        private List<Integer> acknowledgedBefore(FakeServers.Server server) {
            boolean isNewest = servers.all().stream()
                    .map(one -> (FakeServers.Server) one)
                    .noneMatch(one -> one.timeline() > server.timeline());
            return isNewest ? List.copyOf(servers.acknowledged()) : List.of();
        }

        @Override
        public void seen(Map<ServerAddress, ServerState> states, Optional<FailoverRecord> record) {
            // Told for metrics alone.
        }

        @Override
        public void promoted(ServerAddress server) {
            promotions++;
        }
    }
}
