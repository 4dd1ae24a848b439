package org.steadfast.connection.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.steadfast.protocol.link.LinkFrame;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.Header;
import org.steadfast.protocol.wire.Message;
import org.steadfast.protocol.wire.MessageCodec;
import org.steadfast.protocol.wire.MultipartSplitter;
import org.steadfast.protocol.wire.Status;
import org.steadfast.protocol.wire.Target;
import org.steadfast.protocol.wire.Verb;

/** Devices that send more than is answered, or read less than they ask for: memory stays bounded, and nobody else notices. */
@Timeout(60)
class OverloadTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final int KIB = 1 << 10;
    private static final int LONG_MESSAGE = 100 * KIB;

    private DoorUnderTest door;

    private void open(int most, int mostPerDevice) throws Exception {
        door = new DoorUnderTest(DoorUnderTest.settings(1000, most, mostPerDevice, LONG, LONG, LONG));
    }

    @AfterEach
    void close() throws Exception {
        door.close();
    }

    private static byte[] request(int id, int length) {
        byte[] bytes = MessageCodec.encode(new Message(
                Header.request(Verb.PUT, id, 0, 1),
                new Body.Request(Target.property("Pump1", "y".repeat(length - 35)), Optional.empty())));
        assertThat(bytes.length).isBetween(length - 10, length + 10);
        return bytes;
    }

    private static void send(Device device, byte[] message, boolean inChunks) throws Exception {
        (inChunks ? MultipartSplitter.split(message, 8192) : List.of(message)).forEach(device::sendBytes);
    }

    private long bytesAtFoundation() {
        return door.requests().stream()
                .mapToLong(request -> request.message().length)
                .sum();
    }

    private void answerAllFromNowOn() {
        ConcurrentLinkedQueue<LinkFrame.Request> held = new ConcurrentLinkedQueue<>(door.requests());
        int before = held.size();
        door.hold(frame -> false);
        // What came between the two lines is answered by neither.
        door.requests().stream().skip(before).forEach(held::add);
        held.forEach(door::answer);
    }

    private double inFlight() {
        return door.gauge("steadfast.devices.bytes.in.flight");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aDeviceIsReadNoFurtherThanItsOwnBound(boolean inChunks) throws Exception {
        open(64 << 20, 500 * KIB);
        door.hold(LinkFrame.Request.class::isInstance);
        Device device = door.login();
        for (int i = 0; i < 30; i++) {
            send(device, request(i, LONG_MESSAGE), inChunks);
        }
        await().until(() -> door.requests().size() >= 4);
        await().during(Duration.ofMillis(300)).until(() -> bytesAtFoundation() <= 600 * KIB);
        assertThat(door.gauge("steadfast.devices.paused")).isEqualTo(1);
        answerAllFromNowOn();
        for (int i = 0; i < 30; i++) {
            assertThat(device.next().header().code()).isEqualTo(Status.SUCCESS.code());
        }
        await().until(() -> inFlight() == 0);
        assertThat(door.gauge("steadfast.devices.paused")).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theServersBoundHoldsBusyDevicesUpAndNoQuietOne(boolean inChunks) throws Exception {
        open(4 << 20, 2 << 20);
        List<Device> busy = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            busy.add(door.login());
        }
        Device quiet = door.login();
        door.hold(frame -> frame instanceof LinkFrame.Request request && request.message().length > 10 * KIB);
        for (int i = 0; i < 6; i++) {
            for (Device device : busy) {
                send(device, request(i, LONG_MESSAGE), inChunks);
            }
        }
        await().untilAsserted(
                        () -> assertThat(door.gauge("steadfast.devices.paused")).isGreaterThan(25));
        await().during(Duration.ofMillis(300)).until(() -> bytesAtFoundation() <= 4 << 20);
        assertThat(inFlight()).isBetween(1.0 * (1 << 20), (4.0 * (1 << 20)) + (100 * KIB));
        for (int i = 0; i < 20; i++) {
            quiet.expectStatus(quiet.get("Pump2", "count"), Status.SUCCESS);
        }
        answerAllFromNowOn();
        for (Device device : busy) {
            for (int i = 0; i < 6; i++) {
                assertThat(device.next().header().code()).isEqualTo(Status.SUCCESS.code());
            }
            assertThat(device.isOpen()).isTrue();
        }
        await().until(() -> inFlight() == 0);
        assertThat(door.gauge("steadfast.devices.paused")).isZero();
        assertThat(door.metrics
                        .registry()
                        .get("steadfast.devices.pauses")
                        .tag("bound", "server")
                        .counter()
                        .count())
                .isPositive();
    }

    /** Each has begun its message before any has sent the end of it; together they are far more than the bound. */
    @Test
    void messagesThatAreHalfHereDoNotWaitForEachOther() throws Exception {
        open(1 << 20, 2 << 20);
        List<Device> devices = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            devices.add(door.login());
        }
        List<byte[]> chunks = MultipartSplitter.split(request(7, LONG_MESSAGE), 8192);
        for (byte[] chunk : chunks) {
            devices.forEach(device -> device.sendBytes(chunk));
        }
        for (Device device : devices) {
            device.expectStatus(7, Status.SUCCESS);
        }
        await().until(() -> inFlight() == 0);
    }

    @Test
    void aDeviceThatGoesInTheMiddleOfAMessageLeavesNothing() throws Exception {
        open(1 << 20, 2 << 20);
        Device gone = door.login();
        Device waits = door.login();
        List<byte[]> chunks = MultipartSplitter.split(request(7, 900 * KIB), 8192);
        gone.sendBytes(chunks.get(0));
        await().until(() -> inFlight() > 900 * KIB);
        send(waits, request(8, 300 * KIB), true);
        await().until(() -> door.gauge("steadfast.devices.paused") == 1);
        assertThat(door.requests()).isEmpty();
        gone.vanish();
        waits.expectStatus(8, Status.SUCCESS);
        await().until(() -> inFlight() == 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nobodySendsMuchBeforeTheLogin(boolean inChunks) throws Exception {
        open(64 << 20, 2 << 20);
        Device device = door.connect();
        send(device, request(1, 17 * KIB), inChunks);
        assertThat(device.end()).isEqualTo(new Device.End(1009, "before the login a message has at most 16384 bytes"));
        door.awaitConnections(0);
        assertThat(inFlight()).isZero();
        assertThat(door.foundation.received()).isEmpty();
    }

    @Test
    void aLinkThatDoesNotAnswerHoldsUpItsOwnDevices() throws Exception {
        door = new DoorUnderTest(DoorUnderTest.settings(1000, 64 << 20, 8 << 20, LONG, LONG, LONG), 1 << 20);
        door.hold(frame -> frame instanceof LinkFrame.Request request && request.message().length > 10 * KIB);
        List<Device> busy = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            busy.add(door.login());
        }
        Device quiet = door.login();
        for (int i = 0; i < 8; i++) {
            for (Device device : busy) {
                device.sendBytes(request(i, LONG_MESSAGE));
            }
        }
        await().until(() -> bytesAtFoundation() > 900 * KIB);
        await().during(Duration.ofMillis(300)).until(() -> bytesAtFoundation() <= (1 << 20) + 10 * LONG_MESSAGE);
        assertThat(door.metrics
                        .registry()
                        .get("steadfast.devices.pauses")
                        .tag("bound", "link")
                        .counter()
                        .count())
                .isPositive();
        quiet.expectStatus(quiet.get("Pump2", "count"), Status.SUCCESS);
        // One after the other, as a slow node answers: everybody in line gets a turn.
        for (int i = 0; i < 80; i++) {
            int number = i;
            await().until(() -> largeRequests().size() > number);
            door.answer(largeRequests().get(i));
        }
        for (Device device : busy) {
            for (int i = 0; i < 8; i++) {
                assertThat(device.next().header().code()).isEqualTo(Status.SUCCESS.code());
            }
        }
    }

    private List<LinkFrame.Request> largeRequests() {
        return door.requests().stream()
                .filter(request -> request.message().length > 10 * KIB)
                .toList();
    }

    // Devices that do not read

    private void answerAtLength() {
        byte[] body = MessageCodec.encodeBody(Body.Response.of("z".repeat(1 << 20)));
        door.hold(frame -> {
            if (frame instanceof LinkFrame.Request) {
                door.reply(new LinkFrame.Reply(frame.correlation(), Status.SUCCESS, body));
                return true;
            }
            return false;
        });
    }

    private RawDevice rawDevice() throws Exception {
        RawDevice device = new RawDevice(door.port(), 8192);
        var unused = device.upgrade("Connection: Upgrade\r\nHost: 127.0.0.1\r\n");
        device.send(MessageCodec.encode(new Message(
                Header.request(Verb.AUTH, 1, 0, -1),
                new Body.Auth(List.of(new Body.Auth.Claim("appKey", DoorUnderTest.KEY))))));
        assertThat(device.readMessage()).isNotEmpty();
        return device;
    }

    @Test
    void aDeviceThatReadsNothingIsClosed() throws Exception {
        open(64 << 20, 8 << 20);
        answerAtLength();
        try (RawDevice device = rawDevice()) {
            for (int i = 0; i < 8; i++) {
                device.send(get(i));
            }
            await().until(() -> door.counter("steadfast.devices.unread.closed") == 1);
            door.awaitConnections(0);
            await().until(() -> inFlight() == 0);
        }
    }

    @Test
    void longAnswersThatADeviceCannotReadYetAreRefused() throws Exception {
        open(64 << 20, 64 << 20);
        answerAtLength();
        int count = 40;
        try (RawDevice device = rawDevice()) {
            for (int i = 0; i < count; i++) {
                device.send(get(i));
            }
            await().until(() -> door.requests().size() == count);
            assertThat(inFlight()).isLessThan(6 << 20);
            List<Integer> codes = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                codes.add(MessageCodec.decodeHeader(device.readMessage()).code());
            }
            assertThat(codes).contains(Status.SUCCESS.code(), Status.UNAVAILABLE.code());
        }
    }

    private static byte[] get(int id) {
        return MessageCodec.encode(new Message(
                Header.request(Verb.GET, id, 0, 1), new Body.Request(Target.property("Pump1", "p"), Optional.empty())));
    }
}
