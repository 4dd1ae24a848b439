package org.steadfast.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.steadfast.simulator.FakeServer.Reaction;

class FleetTest {
    private static final Patience QUICK = Patience.standard().withRetry(Duration.ofMillis(10), Duration.ofMillis(50));

    private final FakeServer server = new FakeServer();
    private final DeviceNetwork network = DeviceNetwork.start();

    @AfterEach
    void stop() {
        network.close();
        server.close();
    }

    @Test
    void all_messages_are_acknowledged_and_counted() throws Exception {
        try (FakeServer other = new FakeServer();
                Fleet fleet = fleet(
                        List.of(server.address(), other.address()),
                        4,
                        Load.messages(50).withProperties(3).withOutstanding(4))) {
            fleet.start();
            FleetResult result = get(fleet);

            assertThat(result.outcome()).isEqualTo(FleetOutcome.COMPLETED);
            FleetStatistics all = result.statistics();
            assertThat(all.sent()).isEqualTo(200);
            assertThat(all.acknowledged()).isEqualTo(200);
            assertThat(all.updates()).isEqualTo(600);
            assertThat(all.errors() + all.resends() + all.superseded() + all.reconnects() + all.unacknowledged())
                    .isZero();
            assertThat(all.everConnected()).isEqualTo(4);
            assertThat(all.latency().count()).isEqualTo(200);
            assertThat(all.latency().max()).isPositive();
            assertThat(all.longestGap()).isPositive().isLessThanOrEqualTo(all.elapsed());
            assertThat(all.messagesPerSecond()).isPositive();
            assertThat(fleet.acknowledged())
                    .hasSize(12)
                    .allSatisfy((key, progress) -> assertThat(progress).isEqualTo(new Acknowledged(50, 50)));
            assertThat(fleet.acknowledged()).containsKey(new PropertyKey("dev4", "p3"));
            assertThat(List.of(server.sessionOf("dev1").bound, server.sessionOf("dev3").bound))
                    .containsExactly(List.of("dev1"), List.of("dev3"));
            assertThat(other.sessions).hasSize(2);
            assertThat(server.valuesOf("dev3")).isEqualTo(upTo(50));
            assertThat(server.unbound).containsExactlyInAnyOrder("dev1", "dev3");
        }
    }

    @Test
    void keeps_the_rate_and_ends_after_the_duration() throws Exception {
        try (Fleet fleet = fleet(
                List.of(server.address()),
                2,
                Load.lasting(Duration.ofSeconds(1)).withRate(20))) {
            fleet.start();
            FleetResult result = get(fleet);

            assertThat(result.outcome()).isEqualTo(FleetOutcome.COMPLETED);
            assertThat(result.statistics().acknowledged()).isBetween(10L, 44L);
            assertThat(result.statistics().unacknowledged()).isZero();
            assertThat(server.acknowledged).hasSize((int) result.statistics().acknowledged());
        }
    }

    @Test
    void stopping_brings_home_what_is_outstanding() throws Exception {
        server.reaction = push -> push.value() < 3 ? Reaction.ACKNOWLEDGE : Reaction.UNAVAILABLE;
        try (Fleet fleet = fleet(List.of(server.address()), 1, Load.untilStopped())) {
            fleet.start();
            await().until(() -> fleet.statistics().unavailable() > 1);
            fleet.stop();
            assertThat(fleet.completion()).isNotDone();
            server.reaction = push -> Reaction.ACKNOWLEDGE;
            FleetResult result = get(fleet);

            assertThat(result.outcome()).isEqualTo(FleetOutcome.STOPPED);
            assertThat(fleet.acknowledged()).containsEntry(new PropertyKey("dev1", "p1"), new Acknowledged(3, 3));
            assertThat(result.statistics().acknowledged()).isEqualTo(3);
        }
    }

    @Test
    void stopping_waits_no_longer_than_its_patience() throws Exception {
        server.reaction = push -> Reaction.UNAVAILABLE;
        try (Fleet fleet = new Fleet(
                network,
                settings(
                        List.of(server.address()),
                        1,
                        Load.untilStopped(),
                        QUICK.withDrainWithin(Duration.ofMillis(200))))) {
            fleet.start();
            await().until(() -> fleet.statistics().unavailable() > 0);
            fleet.stop();

            assertThat(get(fleet).statistics().unacknowledged()).isEqualTo(1);
        }
    }

    @Test
    void devices_come_up_over_the_ramp() throws Exception {
        try (Fleet fleet = fleet(List.of(server.address()), 10, Load.messages(1).withRamp(Duration.ofMillis(500)))) {
            fleet.start();
            FleetResult result = get(fleet);

            assertThat(result.statistics().acknowledged()).isEqualTo(10);
            assertThat(result.statistics().elapsed()).isGreaterThan(Duration.ofMillis(450));
        }
    }

    @Test
    void closed_before_its_end_it_ends_and_cannot_be_started_again() throws Exception {
        Fleet fleet = fleet(List.of(server.address()), 1, Load.untilStopped());
        fleet.start();
        fleet.close();

        assertThat(get(fleet).outcome()).isEqualTo(FleetOutcome.STOPPED);
        assertThatThrownBy(fleet::start).isInstanceOf(IllegalStateException.class);
    }

    private Fleet fleet(List<ServerAddress> servers, int devices, Load load) {
        return new Fleet(network, settings(servers, devices, load, QUICK));
    }

    private static FleetSettings settings(List<ServerAddress> servers, int devices, Load load, Patience patience) {
        return new FleetSettings(servers, FakeServer.KEY, "dev", devices, load, patience);
    }

    private static FleetResult get(Fleet fleet) throws Exception {
        return fleet.completion().get(30, TimeUnit.SECONDS);
    }

    private static List<Long> upTo(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }
}
