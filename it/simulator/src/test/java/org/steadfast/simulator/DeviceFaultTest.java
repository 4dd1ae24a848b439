package org.steadfast.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.Message;
import org.steadfast.protocol.wire.Target;
import org.steadfast.protocol.wire.Verb;

class DeviceFaultTest {
    private final FakeServer server = new FakeServer();
    private final DeviceNetwork network = DeviceNetwork.start();

    @AfterEach
    void stop() {
        network.close();
        server.close();
    }

    @Test
    void request_without_an_answer_times_out_and_the_device_goes_on() throws Exception {
        Device device = connect(settings("Pump1").withRequestTimeout(Duration.ofMillis(100)));

        RequestTimeoutException timeout = failure(
                RequestTimeoutException.class,
                () -> get(device.request(Verb.POST, Target.service("Pump1", "Silence"), Optional.empty())));
        assertThat(timeout).hasMessageContaining("Silence");
        get(device.writeProperty("Pump1", "limit", Value.number(7)));
    }

    @Test
    void all_outstanding_requests_fail_when_the_server_drops_the_connection() throws Exception {
        server.reaction = push -> push.value() == 2 ? FakeServer.Reaction.DROP : FakeServer.Reaction.SILENT;
        Device device = connect(settings("Pump1"));

        CompletableFuture<Void> first = device.pushProperties(List.of(PropertyUpdate.of("p1", 1)));
        CompletableFuture<Void> second = device.pushProperties(List.of(PropertyUpdate.of("p1", 2)));

        failure(DeviceDisconnectedException.class, () -> get(first));
        failure(DeviceDisconnectedException.class, () -> get(second));
        get(device.closed());
        assertThat(device.isOpen()).isFalse();
        failure(
                DeviceDisconnectedException.class,
                () -> get(device.pushProperties(List.of(PropertyUpdate.of("p1", 3)))));
    }

    @Test
    void wrong_key_is_refused_and_leaves_nothing_open() throws Exception {
        DeviceSettings settings = DeviceSettings.of(server.address(), new AppKey("wrong-key"), "Pump1");

        RequestRefusedException refused = failure(RequestRefusedException.class, () -> connect(settings));
        assertThat(refused.isUnauthenticated()).isTrue();
        assertThat(refused).hasMessageContaining("0x81").hasMessageContaining("Invalid application key");
        assertThat(refused.toString()).doesNotContain("wrong-key");
        assertThat(settings.toString()).doesNotContain("wrong-key");
        assertThat(server.sessions.get(0).closeStatus.get(5, TimeUnit.SECONDS)).isEqualTo(1000);
    }

    @Test
    void nobody_listening_is_a_failure_that_names_the_address() throws Exception {
        ServerAddress nobody = FakeServer.nobody();

        DeviceDisconnectedException failure = failure(
                DeviceDisconnectedException.class,
                () -> connect(settings("Pump1").withServer(nobody)));
        assertThat(failure).hasMessageContaining(nobody.toString());
    }

    @Test
    void server_that_answers_no_pings_is_given_up() throws Exception {
        server.answersPings.set(false);
        Device device = connect(settings("Pump1").withPings(Duration.ofMillis(30), Duration.ofMillis(100)));

        assertThat(get(device.closed())).hasMessageContaining("no pong");
    }

    @Test
    void bytes_that_are_no_message_end_the_connection() throws Exception {
        Device device = connect(settings("Pump1"));

        server.sessionOf("Pump1").sendBytes(new byte[] {9, 9, 9});
        assertThat(get(device.closed())).hasMessageContaining("protocol version 9");
    }

    @Test
    void text_ends_the_connection() throws Exception {
        Device device = connect(settings("Pump1"));

        server.sessionOf("Pump1").sendText("hello");
        assertThat(get(device.closed())).hasMessageContaining("text message");
    }

    @Test
    void requests_without_answers_are_bounded() throws Exception {
        Device device = connect(settings("Pump1"));
        await().until(() -> !device.subscriptions("Pump1").isEmpty());
        List<CompletableFuture<Message>> answers = new ArrayList<>();
        for (int i = 0; i < PendingRequests.LIMIT; i++) {
            answers.add(device.request(Verb.POST, Target.service("Pump1", "Silence"), Optional.empty()));
        }

        assertThat(answers).noneMatch(CompletableFuture::isDone);
        failure(
                IllegalStateException.class,
                () -> get(device.request(Verb.POST, Target.service("Pump1", "Silence"), Optional.empty())));
        device.cut();
        assertThat(answers).allMatch(CompletableFuture::isCompletedExceptionally);
    }

    private DeviceSettings settings(String... names) {
        return DeviceSettings.of(server.address(), FakeServer.KEY, names);
    }

    private Device connect(DeviceSettings settings) throws Exception {
        return get(Device.connect(network, settings));
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
