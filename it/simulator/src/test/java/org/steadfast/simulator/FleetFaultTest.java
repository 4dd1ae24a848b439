package org.steadfast.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.steadfast.simulator.FakeServer.Reaction;

class FleetFaultTest {
    private static final Patience QUICK = Patience.standard().withRetry(Duration.ofMillis(10), Duration.ofMillis(50));

    private final FakeServer server = new FakeServer();
    private final DeviceNetwork network = DeviceNetwork.start();

    @AfterEach
    void stop() {
        network.close();
        server.close();
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
            assertThat(result.problems())
                    .singleElement()
                    .asString()
                    .contains("0xA0 INTERNAL_ERROR: broken (2 times in all)");
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
