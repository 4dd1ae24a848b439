package org.steadfast.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
    void device_whose_server_dies_goes_to_the_next_and_sends_again_in_order() throws Exception {
        try (FakeServer next = new FakeServer();
                Fleet fleet = fleet(
                        List.of(server.address(), next.address()),
                        1,
                        Load.messages(20).withOutstanding(4))) {
            // 1 to 5 are acknowledged; 6 to 9 are outstanding when the server goes.
            server.reaction = push ->
                    push.value() <= 5 ? Reaction.ACKNOWLEDGE : push.value() < 9 ? Reaction.SILENT : Reaction.DROP;
            next.reaction = push -> Reaction.SILENT;
            fleet.start();

            await().until(() -> next.pushes.size() == 4);
            assertThat(server.valuesOf("dev1")).isEqualTo(upTo(9));
            assertThat(next.valuesOf("dev1")).containsExactly(6L, 7L, 8L, 9L);
            // The first server took 6 to 8, the second took 6 to 9: but nobody said so.
            assertThat(fleet.acknowledged()).containsEntry(new PropertyKey("dev1", "p1"), new Acknowledged(5, 9));
            assertThat(fleet.statistics().acknowledged()).isEqualTo(5);
            assertThat(fleet.statistics().unacknowledged()).isEqualTo(4);

            next.reaction = push -> Reaction.ACKNOWLEDGE;
            next.close();
            server.reaction = push -> Reaction.ACKNOWLEDGE;
            FleetResult result = get(fleet);

            assertThat(result.outcome()).isEqualTo(FleetOutcome.COMPLETED);
            assertThat(result.statistics().acknowledged()).isEqualTo(20);
            assertThat(result.statistics().reconnects()).isEqualTo(2);
            assertThat(result.statistics().resends()).isEqualTo(8);
            assertThat(result.statistics().errors()).isZero();
            assertThat(values(server.acknowledged)).isEqualTo(upTo(20));
            assertThat(fleet.acknowledged()).containsEntry(new PropertyKey("dev1", "p1"), new Acknowledged(20, 20));
            assertThat(result.problems()).isNotEmpty();
        }
    }

    @Test
    void address_that_refuses_is_passed_over() throws Exception {
        try (Fleet fleet = fleet(List.of(FakeServer.nobody(), server.address()), 3, Load.messages(2))) {
            fleet.start();
            FleetResult result = get(fleet);

            assertThat(result.outcome()).isEqualTo(FleetOutcome.COMPLETED);
            assertThat(result.statistics().acknowledged()).isEqualTo(6);
            assertThat(result.statistics().connectFailures()).isEqualTo(2);
            assertThat(result.statistics().reconnects()).isZero();
        }
    }

    @Test
    void message_answered_503_is_sent_again_and_acknowledged_once() throws Exception {
        AtomicInteger refusals = new AtomicInteger();
        server.reaction = push ->
                push.value() == 3 && refusals.incrementAndGet() <= 3 ? Reaction.UNAVAILABLE : Reaction.ACKNOWLEDGE;
        try (Fleet fleet = fleet(List.of(server.address()), 1, Load.messages(5))) {
            fleet.start();
            FleetResult result = get(fleet);

            assertThat(server.valuesOf("dev1")).containsExactly(1L, 2L, 3L, 3L, 3L, 3L, 4L, 5L);
            assertThat(result.statistics().acknowledged()).isEqualTo(5);
            assertThat(result.statistics().unavailable()).isEqualTo(3);
            assertThat(result.statistics().resends()).isEqualTo(3);
            assertThat(result.statistics().errors()).isZero();
            // From the first attempt to the acknowledgement: three delays of 10, 20 and 40 ms, each at least half.
            assertThat(result.statistics().latency().max()).isGreaterThanOrEqualTo(Duration.ofMillis(35));
        }
    }

    @Test
    void message_that_is_not_answered_in_time_is_sent_again() throws Exception {
        AtomicInteger silences = new AtomicInteger();
        server.reaction =
                push -> push.value() == 2 && silences.incrementAndGet() == 1 ? Reaction.SILENT : Reaction.ACKNOWLEDGE;
        try (Fleet fleet = new Fleet(
                network,
                settings(
                        List.of(server.address()),
                        1,
                        Load.messages(3),
                        QUICK.withRequestTimeout(Duration.ofMillis(200))))) {
            fleet.start();
            FleetResult result = get(fleet);

            assertThat(server.valuesOf("dev1")).containsExactly(1L, 2L, 2L, 3L);
            assertThat(result.statistics().timeouts()).isEqualTo(1);
            assertThat(result.statistics().reconnects()).isZero();
            assertThat(result.statistics().acknowledged()).isEqualTo(3);
            assertThat(result.statistics().longestGap()).isGreaterThanOrEqualTo(Duration.ofMillis(200));
        }
    }

    @Test
    void other_errors_are_counted_and_not_sent_again() throws Exception {
        server.reaction = push -> push.value() == 3 ? Reaction.ERROR : Reaction.ACKNOWLEDGE;
        try (Fleet fleet = fleet(List.of(server.address()), 2, Load.messages(3))) {
            fleet.start();
            FleetResult result = get(fleet);

            assertThat(result.statistics().errors()).isEqualTo(2);
            assertThat(result.statistics().acknowledged()).isEqualTo(4);
            assertThat(result.statistics().unacknowledged()).isZero();
            assertThat(fleet.acknowledged()).containsEntry(new PropertyKey("dev2", "p1"), new Acknowledged(2, 3));
            assertThat(result.problems()).hasSize(2).allMatch(problem -> problem.contains("0xA0"));
        }
    }

    @Test
    void wrong_key_ends_the_fleet_at_once() throws Exception {
        FleetSettings settings = new FleetSettings(
                List.of(server.address()), new AppKey("wrong-key"), "dev", 3, Load.untilStopped(), QUICK);
        try (Fleet fleet = new Fleet(network, settings)) {
            fleet.start();
            FleetResult result = get(fleet);

            assertThat(result.outcome()).isEqualTo(FleetOutcome.UNAUTHENTICATED);
            assertThat(result.detail()).contains("0x81").doesNotContain("wrong-key");
            assertThat(result.statistics().sent()).isZero();
        }
    }

    @Test
    void gives_up_when_nobody_listens() throws Exception {
        try (Fleet fleet = new Fleet(
                network,
                settings(
                        List.of(FakeServer.nobody()),
                        2,
                        Load.messages(1),
                        QUICK.withConnectWithin(Duration.ofMillis(300))))) {
            fleet.start();
            assertThat(get(fleet).outcome()).isEqualTo(FleetOutcome.COULD_NOT_CONNECT);
        }
    }

    @Test
    void gives_up_when_nothing_is_answered_any_more() throws Exception {
        server.reaction = push -> push.value() == 2 ? Reaction.SILENT : Reaction.ACKNOWLEDGE;
        try (Fleet fleet = new Fleet(
                network,
                settings(
                        List.of(server.address()),
                        1,
                        Load.messages(5),
                        QUICK.withStalledAfter(Duration.ofMillis(300))))) {
            fleet.start();
            FleetResult result = get(fleet);

            assertThat(result.outcome()).isEqualTo(FleetOutcome.STALLED);
            assertThat(result.statistics().acknowledged()).isEqualTo(1);
            assertThat(result.statistics().unacknowledged()).isEqualTo(1);
            assertThat(result.statistics().longestGap()).isGreaterThanOrEqualTo(Duration.ofMillis(300));
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

    @Test
    void hundreds_of_devices_survive_servers_that_drop_now_and_then() throws Exception {
        AtomicInteger count = new AtomicInteger();
        server.reaction = push -> count.incrementAndGet() % 97 == 0 ? Reaction.DROP : Reaction.ACKNOWLEDGE;
        try (Fleet fleet =
                fleet(List.of(server.address()), 300, Load.messages(20).withOutstanding(3))) {
            fleet.start();
            FleetResult result = get(fleet);

            assertThat(result.outcome()).isEqualTo(FleetOutcome.COMPLETED);
            assertThat(result.statistics().acknowledged() + result.statistics().superseded())
                    .isEqualTo(6000);
            assertThat(result.statistics().reconnects()).isPositive();
            assertThat(fleet.acknowledged())
                    .allSatisfy((key, progress) -> assertThat(progress).isEqualTo(new Acknowledged(20, 20)));
            for (int n = 1; n <= 300; n++) {
                String thing = "dev" + n;
                assertThat(server.acknowledged.stream()
                                .filter(push -> push.thing().equals(thing))
                                .map(FakeServer.Push::value)
                                .distinct()
                                .toList())
                        .isEqualTo(upTo(20));
            }
        }
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

    private static List<Long> values(List<FakeServer.Push> pushes) {
        return pushes.stream().map(FakeServer.Push::value).toList();
    }
}
