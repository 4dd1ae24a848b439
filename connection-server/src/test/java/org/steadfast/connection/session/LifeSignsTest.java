package org.steadfast.connection.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.steadfast.protocol.link.LinkFrame;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.MessageCodec;
import org.steadfast.protocol.wire.Status;
import org.steadfast.protocol.wire.Target;
import org.steadfast.protocol.wire.Verb;

/** What keeps the connection of a device, none of which answers a ping: whatever it sends, and nothing else. */
@Timeout(60)
class LifeSignsTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration IDLE = Duration.ofMillis(1500);
    /** When a device is closed at the latest: the server looks once a second. */
    private static final Duration LATEST = IDLE.plusSeconds(3);

    private DoorUnderTest door;

    @BeforeEach
    void open() throws Exception {
        door = new DoorUnderTest(DoorUnderTest.settings(64, LONG, IDLE, LONG));
    }

    @AfterEach
    void close() throws Exception {
        door.close();
    }

    static Stream<Arguments> signs() {
        return Stream.of(
                sign("pings of its own", device -> device.ping("12:34:56")),
                sign("KEEP-ALIVE", device -> device.send(Verb.KEEP_ALIVE, new Body.Empty())),
                sign("requests", device -> device.get("Pump1", "count")));
    }

    private static Arguments sign(String name, Consumer<Device> sign) {
        return Arguments.of(name, sign);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("signs")
    void aDeviceThatNeverAnswersAPingStaysAsLongAsItSends(String name, Consumer<Device> sign) throws Exception {
        Device device = door.login();
        await().pollInterval(Duration.ofMillis(200))
                .during(LATEST)
                .atMost(LATEST.multipliedBy(2))
                .until(() -> {
                    sign.accept(device);
                    return device.isOpen();
                });
        assertThat(device.pings).as("one SDK drops pings without a payload").doesNotContain("");
        if (name.equals("KEEP-ALIVE")) {
            assertThat(device.hasNothing()).as("KEEP-ALIVE is not answered").isTrue();
        }
    }

    @Test
    void aDeviceThatSendsNothingIsClosed() throws Exception {
        long before = System.nanoTime();
        Device silent = door.login();
        Device.End end = silent.end();
        Duration after = Duration.ofNanos(System.nanoTime() - before);
        assertThat(end).isEqualTo(new Device.End(1001, "nothing was heard for too long"));
        assertThat(after).isBetween(IDLE, LATEST);
        assertThat(door.counter("steadfast.devices.silent.closed")).isEqualTo(1);
    }

    /** Its socket takes what is sent to it for minutes, though nobody is there. */
    @Test
    void whatIsSentToADeviceDoesNotKeepItsConnection() throws Exception {
        Device silent = door.bound("Pump1");
        await().pollInterval(Duration.ofMillis(200)).atMost(LATEST).until(() -> {
            var unused = door.call(call(silent));
            return !silent.isOpen();
        });
        assertThat(silent.end().status()).isEqualTo(1001);
    }

    private static LinkFrame.Call call(Device device) {
        Body.Request body = new Body.Request(Target.property("Pump1", "count"), Optional.empty());
        return new LinkFrame.Call(1, device.sessionId, "Pump1", 101, Verb.GET, 1000, MessageCodec.encodeBody(body));
    }

    /** It could say nothing: nobody listens. */
    @Test
    void aDeviceThatIsNotReadIsNotTakenForSilent() throws Exception {
        door.close();
        door = new DoorUnderTest(DoorUnderTest.settings(1, LONG, IDLE, LONG));
        Device device = door.bound("Pump1");
        door.hold(frame -> frame instanceof LinkFrame.Request);
        int first = device.get("Pump1", "count");
        await().until(() -> door.gauge("steadfast.devices.paused") == 1);

        await().pollInterval(Duration.ofMillis(100))
                .during(LATEST)
                .atMost(LATEST.multipliedBy(2))
                .until(device::isOpen);

        door.answer(door.requests().get(0));
        device.expectStatus(first, Status.SUCCESS);
    }
}
