package org.steadfast.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.Message;
import org.steadfast.protocol.wire.Status;
import org.steadfast.protocol.wire.Target;
import org.steadfast.protocol.wire.Verb;

class DeviceBehaviourTest {
    private final FakeServer server = new FakeServer();
    private final DeviceNetwork network = DeviceNetwork.start();

    @AfterEach
    void stop() {
        network.close();
        server.close();
    }

    /** The service that a message calls; its verb where it calls none. */
    static String service(Message message) {
        return message.body() instanceof Body.Request request
                ? request.target().name()
                : String.valueOf(message.header().code());
    }

    private DeviceSettings settings(DeviceBehaviour behaviour) {
        return DeviceSettings.of(server.address(), FakeServer.KEY, "Pump1").withBehaviour(behaviour);
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(10, TimeUnit.SECONDS);
    }

    private Message describe(FakeSession session) throws Exception {
        return get(session.ask(Verb.GET, Target.property("Pump1", "*"), Optional.empty()));
    }

    @Test
    void c_sdk_never_answers_a_ping() throws Exception {
        Device device = get(Device.connect(network, settings(DeviceBehaviour.C_SDK)));
        FakeSession session = server.sessionOf("Pump1");

        session.ping("12:34:56");
        Message unused = describe(session);

        assertThat(session.pongs).as("a pong would have come before the answer").isEmpty();
        assertThat(device.isOpen()).isTrue();
    }

    @Test
    void java_sdk_answers_a_ping() throws Exception {
        Device device = get(Device.connect(network, settings(DeviceBehaviour.JAVA_SDK)));
        FakeSession session = server.sessionOf("Pump1");

        session.ping("12:34:56");

        await().until(() -> session.pongs.contains("12:34:56"));
        assertThat(device.isOpen()).isTrue();
    }

    @Test
    void c_sdk_answers_the_notification_before_it_knows_anything() throws Exception {
        server.subscriptionsMayGo = new CompletableFuture<>();
        Device device = get(Device.connect(network, settings(DeviceBehaviour.C_SDK)));
        FakeSession session = server.sessionOf("Pump1");

        await().until(() -> !session.notified.isEmpty());
        assertThat(get(session.notified.get(0)).header().code()).isEqualTo(Status.SUCCESS.code());
        Message unused = describe(session);
        assertThat(device.subscriptions("Pump1")).isEmpty();
        server.subscriptionsMayGo.complete(null);
        await().until(() -> !device.subscriptions("Pump1").isEmpty());
    }

    @Test
    void java_sdk_reads_no_request_until_it_knows_its_subscriptions() throws Exception {
        server.subscriptionsMayGo = new CompletableFuture<>();
        CompletableFuture<Device> connecting = Device.connect(network, settings(DeviceBehaviour.JAVA_SDK));
        await().until(() -> server.sessions.stream()
                .flatMap(session -> session.requests.stream())
                .anyMatch(message -> service(message).equals("GetEventSubscriptions")));
        FakeSession session = server.sessionOf("Pump1");
        CompletableFuture<Message> described = session.ask(Verb.GET, Target.property("Pump1", "*"), Optional.empty());

        await().during(Duration.ofMillis(200))
                .until(() -> !described.isDone() && !session.notified.get(0).isDone() && !connecting.isDone());
        server.subscriptionsMayGo.complete(null);

        Device device = get(connecting);
        assertThat(get(session.notified.get(0)).header().code()).isEqualTo(Status.SUCCESS.code());
        assertThat(get(described).header().code()).isEqualTo(Status.SUCCESS.code());
        assertThat(device.subscriptions("Pump1")).containsExactly(new PropertySubscription("p1", "VALUE", 0.5));
    }

    @Test
    void java_sdk_that_gets_no_table_of_events_does_not_come_up() {
        server.eventSubscriptions = Body.Response.empty();
        DeviceSettings impatient = settings(DeviceBehaviour.JAVA_SDK).withRequestTimeout(Duration.ofMillis(300));

        assertThatThrownBy(() -> get(Device.connect(network, impatient)))
                .rootCause()
                .isInstanceOf(RequestTimeoutException.class)
                .hasMessageContaining("no subscriptions of [Pump1]");
    }
}
