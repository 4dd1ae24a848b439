package org.steadfast.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.Message;
import org.steadfast.protocol.wire.Status;
import org.steadfast.protocol.wire.Target;
import org.steadfast.protocol.wire.Verb;

class DeviceTest {
    private final FakeServer server = new FakeServer();
    private final DeviceNetwork network = DeviceNetwork.start();

    @AfterEach
    void stop() {
        network.close();
        server.close();
    }

    @Test
    void logs_in_as_a_device_does() throws Exception {
        Device device = connect(settings("Pump1", "Pump2"));

        FakeSession session = server.sessionOf("Pump1");
        assertThat(session.bound).containsExactly("Pump1", "Pump2");
        assertThat(session.handshake.get("Max-Frame-Size")).isEqualTo("8192");
        assertThat(session.handshake.get("Sec-WebSocket-Extensions")).isNull();
        assertThat(session.handshake.get("appKey")).isNull();
        Message auth = session.requests.get(0);
        assertThat(auth.header().sessionId()).isEqualTo(-1);
        assertThat(session.requests.get(1).header().sessionId()).isEqualTo(FakeSession.SESSION_ID);
        assertThat(device.isOpen()).isTrue();
        assertThat(device.server()).isEqualTo(server.address());
    }

    @Test
    void asks_for_its_subscriptions_when_it_is_notified() throws Exception {
        Device device = connect(settings("Pump1"));

        await().until(() -> !device.subscriptions("Pump1").isEmpty());
        assertThat(device.subscriptions("Pump1")).containsExactly(new PropertySubscription("p1", "VALUE", 0.5));
        Body.Request asked =
                (Body.Request) server.sessionOf("Pump1").requests.get(2).body();
        assertThat(asked.target().isService("GetPropertySubscriptions")).isTrue();
        Value.Json options = (Value.Json) asked.parameters().orElseThrow().first("options");
        assertThat(options.node().path("hasDeadband").asBoolean()).isTrue();
    }

    @Test
    void pushes_values_and_is_acknowledged() throws Exception {
        Device device = connect(settings("Pump1"));

        get(device.pushProperties(
                List.of(PropertyUpdate.of("p1", 42), PropertyUpdate.of("name", Value.string("left")))));

        assertThat(server.values)
                .containsEntry(new PropertyKey("Pump1", "p1"), Value.number(42))
                .containsEntry(new PropertyKey("Pump1", "name"), Value.string("left"));
    }

    @Test
    void push_that_is_refused_fails_with_the_status() throws Exception {
        server.reaction = push -> FakeServer.Reaction.UNAVAILABLE;
        Device device = connect(settings("Pump1"));

        RequestRefusedException refused = failure(
                RequestRefusedException.class, () -> get(device.pushProperties(List.of(PropertyUpdate.of("p1", 1)))));
        assertThat(refused.status()).isEqualTo(Status.UNAVAILABLE);
        assertThat(refused).hasMessageContaining("0xA3").hasMessageContaining("not now");
    }

    @Test
    void reads_and_writes_properties_of_the_server() throws Exception {
        Device device = connect(settings("Pump1"));

        get(device.writeProperty("Pump1", "limit", Value.number(7)));
        assertThat(get(device.readProperty("Pump1", "limit"))).isEqualTo(Value.number(7));
        RequestRefusedException refused =
                failure(RequestRefusedException.class, () -> get(device.readProperty("Pump1", "absent")));
        assertThat(refused.status()).isEqualTo(Status.NOT_FOUND);
    }

    @Test
    void answers_the_server() throws Exception {
        Device device = connect(settings("Pump1"));
        get(device.pushProperties(List.of(PropertyUpdate.of("p1", 1), PropertyUpdate.of("p2", 2))));
        FakeSession session = server.sessionOf("Pump1");

        Message one = get(session.ask(Verb.GET, Target.property("Pump1", "p1"), Optional.empty()));
        assertThat(one.header().code()).isEqualTo(Status.SUCCESS.code());
        assertThat(one.header().endpointId()).isEqualTo(7);
        assertThat(one.header().sessionId()).isEqualTo(FakeSession.SESSION_ID);
        assertThat(content(one).first("p1")).isEqualTo(Value.number(1));
        Message all = get(session.ask(Verb.GET, Target.property("Pump1", "*"), Optional.empty()));
        assertThat(content(all).first("p2")).isEqualTo(Value.number(2));
        Message put = get(session.ask(
                Verb.PUT,
                Target.property("Pump1", "p1"),
                Optional.of(PropertyTables.property("p1", Value.number(99)))));
        assertThat(put.header().code()).isEqualTo(Status.SUCCESS.code());
        assertThat(device.properties("Pump1")).isEqualTo(Map.of("p1", Value.number(99), "p2", Value.number(2)));
    }

    @Test
    void answers_not_found_where_it_has_nothing() throws Exception {
        Device unused = connect(settings("Pump1"));
        FakeSession session = server.sessionOf("Pump1");

        Message property = get(session.ask(Verb.GET, Target.property("Pump1", "p9"), Optional.empty()));
        Message service = get(session.ask(Verb.POST, Target.service("Pump1", "Explode"), Optional.empty()));
        Message thing = get(session.ask(Verb.GET, Target.property("Pump9", "p1"), Optional.empty()));

        assertThat(List.of(property, service, thing))
                .allSatisfy(answer -> assertThat(answer.header().code()).isEqualTo(0x84));
        assertThat(((Body.Response) service.body()).reason())
                .contains("Service [Explode] Does Not Exist On Thing [Pump1]");
    }

    @Test
    void a_service_of_its_own_may_take_its_time_and_holds_nothing_up() throws Exception {
        CompletableFuture<ServiceAnswer> later = new CompletableFuture<>();
        Device device = connect(settings("Pump1").withServices((service, parameters) -> switch (service.name()) {
            case "Slow" -> Optional.of(later);
            case "Broken" -> throw new IllegalStateException("out of oil");
            default -> Optional.empty();
        }));
        FakeSession session = server.sessionOf("Pump1");

        CompletableFuture<Message> slow = session.ask(Verb.POST, Target.service("Pump1", "Slow"), Optional.empty());
        Message broken = get(session.ask(Verb.POST, Target.service("Pump1", "Broken"), Optional.empty()));
        assertThat(broken.header().code()).isEqualTo(Status.INTERNAL_ERROR.code());
        get(device.pushProperties(List.of(PropertyUpdate.of("p1", 1))));
        assertThat(slow).isNotDone();
        later.complete(ServiceAnswer.of(Value.number(5)));
        assertThat(content(get(slow)).first("result")).isEqualTo(Value.number(5));
    }

    @Test
    void long_messages_travel_in_chunks_of_at_most_8192_bytes_both_ways() throws Exception {
        Device device = connect(settings("Pump1"));
        String text = "ä".repeat(100_000);

        get(device.pushProperties(List.of(PropertyUpdate.of("text", Value.string(text)))));
        assertThat(server.values).containsEntry(new PropertyKey("Pump1", "text"), Value.string(text));
        assertThat(server.chunks.get()).isGreaterThan(200_000 / 8192);
        assertThat(get(device.readProperty("Pump1", "text"))).isEqualTo(Value.string(text));
        Message answer =
                get(server.sessionOf("Pump1").ask(Verb.GET, Target.property("Pump1", "text"), Optional.empty()));
        assertThat(content(answer).first("text")).isEqualTo(Value.string(text));
        assertThat(server.largestFrame.get()).isEqualTo(8192);
    }

    @Test
    void many_names_are_bound_in_messages_that_need_no_chunks() throws Exception {
        String[] names = IntStream.range(0, 1000)
                .mapToObj(n -> "AThingWithARatherLongName" + n)
                .toArray(String[]::new);
        Device device = connect(settings(names));

        assertThat(server.sessionOf(names[0]).bound).containsExactly(names);
        assertThat(server.binds.get()).isBetween(4, 5);
        assertThat(server.chunks.get()).isZero();
        assertThat(server.largestFrame.get()).isLessThanOrEqualTo(8192);
        get(device.unbindAndClose());
        assertThat(server.unbound).containsExactly(names);
        assertThat(server.sessionOf(names[0]).closeStatus.get(5, TimeUnit.SECONDS))
                .isEqualTo(1000);
    }

    @Test
    void pings_with_a_payload_and_stays_while_pongs_come() throws Exception {
        Device device = connect(settings("Pump1").withPings(Duration.ofMillis(30), Duration.ofSeconds(5)));

        await().until(() -> server.pings.size() >= 3);
        assertThat(server.pings).allMatch(payload -> payload.matches("\\d\\d:\\d\\d(:\\d\\d)?"));
        assertThat(device.isOpen()).isTrue();
    }

    private DeviceSettings settings(String... names) {
        return DeviceSettings.of(server.address(), FakeServer.KEY, names);
    }

    private Device connect(DeviceSettings settings) throws Exception {
        return get(Device.connect(network, settings));
    }

    private static Infotable content(Message answer) {
        return ((Body.Response) answer.body()).content().orElseThrow();
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(10, TimeUnit.SECONDS);
    }

    private static <T extends Throwable> T failure(Class<T> type, ThrowingCallable call) {
        Throwable[] cause = new Throwable[1];
        assertThatThrownBy(call)
                .isInstanceOf(ExecutionException.class)
                .satisfies(failure -> cause[0] = Causes.of(failure));
        assertThat(cause[0]).isInstanceOf(type);
        return type.cast(cause[0]);
    }
}
