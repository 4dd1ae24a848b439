package org.steadfast.connection.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.steadfast.protocol.link.LinkFrame;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.Message;
import org.steadfast.protocol.wire.MessageCodec;
import org.steadfast.protocol.wire.Status;
import org.steadfast.protocol.wire.Target;
import org.steadfast.protocol.wire.Verb;

/** What foundation nodes ask of devices. */
@Timeout(60)
class DeviceCallsTest {
    private static final int LONG_MILLIS = 20_000;
    private static final long FIRST_EPOCH = 101;

    private final DoorUnderTest door;

    DeviceCallsTest() throws Exception {
        door = new DoorUnderTest();
    }

    @AfterEach
    void close() throws Exception {
        door.close();
    }

    private static LinkFrame.Call call(Device device, String thing, long epoch, int timeoutMillis, Body.Request body) {
        return new LinkFrame.Call(
                77, device.sessionId, thing, epoch, Verb.POST, timeoutMillis, MessageCodec.encodeBody(body));
    }

    private static Body.Request restart(String thing) {
        return new Body.Request(
                Target.service(thing, "Restart"), Optional.of(Infotable.result(Value.string("x".repeat(20_000)))));
    }

    private static Body.Response body(LinkFrame.Called called) throws Exception {
        return MessageCodec.decodeResponseBody(called.body());
    }

    private static LinkFrame.Called get(CompletableFuture<LinkFrame.Called> called) throws Exception {
        return called.get(10, TimeUnit.SECONDS);
    }

    @Test
    void aDeviceIsAskedByTheNameThatItHasBoundAndItsAnswerComesBackWhole() throws Exception {
        Device device = door.bound("*ident-42");
        CompletableFuture<LinkFrame.Called> called =
                door.call(call(device, "ThingOf-ident-42", FIRST_EPOCH, LONG_MILLIS, restart("ThingOf-ident-42")));

        Message asked = device.next();
        assertThat(asked.header().verb()).isEqualTo(Verb.POST);
        assertThat(asked.body()).isEqualTo(restart("*ident-42"));
        device.answer(asked, Status.SUCCESS, Body.Response.of(Infotable.result(Value.number(5))));

        assertThat(get(called).correlation()).isEqualTo(77);
        assertThat(get(called).status()).isEqualTo(Status.SUCCESS);
        assertThat(body(get(called)).content().orElseThrow().first("result")).isEqualTo(Value.number(5));
    }

    @Test
    void answersFindTheirCallsInWhateverOrderTheyCome() throws Exception {
        Device device = door.bound("Pump1");
        List<CompletableFuture<LinkFrame.Called>> called = new ArrayList<>();
        List<Message> asked = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            called.add(door.call(call(device, "Pump1", FIRST_EPOCH, LONG_MILLIS, restart("Pump1"))));
            asked.add(device.next());
        }
        for (int i : new int[] {2, 0, 1}) {
            device.answer(asked.get(i), Status.SUCCESS, Body.Response.of(Infotable.result(Value.number(i))));
        }
        for (int i = 0; i < 3; i++) {
            assertThat(body(get(called.get(i))).content().orElseThrow().first("result"))
                    .isEqualTo(Value.number(i));
        }
    }

    @Test
    void aRefusalOfTheDeviceIsPassedOn() throws Exception {
        Device device = door.bound("Pump1");
        CompletableFuture<LinkFrame.Called> called =
                door.call(call(device, "Pump1", FIRST_EPOCH, LONG_MILLIS, restart("Pump1")));
        device.answer(device.next(), Status.NOT_FOUND, Body.Response.of("no such service"));
        assertThat(get(called).status()).isEqualTo(Status.NOT_FOUND);
        assertThat(body(get(called)).reason()).contains("no such service");
    }

    @Test
    void aDeviceThatDoesNotAnswerIsGivenUpAndItsLateAnswerChangesNothing() throws Exception {
        Device device = door.bound("Pump1");
        CompletableFuture<LinkFrame.Called> called =
                door.call(call(device, "Pump1", FIRST_EPOCH, 200, restart("Pump1")));
        Message asked = device.next();
        assertThat(get(called).status()).isEqualTo(Status.CONNECTION_TIMEOUT);
        device.answer(asked, Status.SUCCESS, Body.Response.empty());
        device.expectStatus(device.get("Pump1", "count"), Status.SUCCESS);
        assertThat(door.counter("steadfast.devices.calls.timeouts")).isEqualTo(1);
    }

    @Test
    void theEndOfTheConnectionAnswersWhatIsUnderWay() throws Exception {
        Device device = door.bound("Pump1");
        CompletableFuture<LinkFrame.Called> called =
                door.call(call(device, "Pump1", FIRST_EPOCH, LONG_MILLIS, restart("Pump1")));
        device.next();
        device.vanish();
        assertThat(get(called).status()).isEqualTo(Status.CONNECTION_UNAVAILABLE);
        door.awaitConnections(0);
        assertThat(get(door.call(call(device, "Pump1", FIRST_EPOCH, LONG_MILLIS, restart("Pump1"))))
                        .status())
                .isEqualTo(Status.CONNECTION_UNAVAILABLE);
    }

    @Test
    void anEarlierBindingIsNotAsked() throws Exception {
        Device device = door.bound("Pump1");
        LinkFrame.Called called = get(door.call(call(device, "Pump1", FIRST_EPOCH - 1, LONG_MILLIS, restart("Pump1"))));
        assertThat(called.status()).isEqualTo(Status.CONNECTION_UNAVAILABLE);
        assertThat(body(called).reason().orElseThrow()).contains("Pump1");
        assertThat(device.hasNothing()).isTrue();
    }

    @Test
    void moreThanADeviceCanQueueIsRefused() throws Exception {
        Device device = door.bound("Pump1");
        List<CompletableFuture<LinkFrame.Called>> called = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            called.add(door.call(call(device, "Pump1", FIRST_EPOCH, LONG_MILLIS, restart("Pump1"))));
        }
        assertThat(get(door.call(call(device, "Pump1", FIRST_EPOCH, LONG_MILLIS, restart("Pump1"))))
                        .status())
                .isEqualTo(Status.UNAVAILABLE);
        device.answer(device.next(), Status.SUCCESS, Body.Response.empty());
        assertThat(get(called.get(0)).status()).isEqualTo(Status.SUCCESS);
        CompletableFuture<LinkFrame.Called> next =
                door.call(call(device, "Pump1", FIRST_EPOCH, LONG_MILLIS, restart("Pump1")));
        assertThat(next).isNotDone();
    }

    /** It does not know yet, or what it sends was on its way: as a write of nobody in particular it would set the later one's value back. */
    @Test
    void whatASessionSaysOfAThingThatItHasLostIsOlderThanWhatTheLaterOneSays() throws Exception {
        Device device = door.bound("Pump1", "Pump2");
        door.superseded(new LinkFrame.Superseded(0, device.sessionId, "Pump1", FIRST_EPOCH + 1));

        device.expectStatus(device.post("Pump1", ThingRequests.PUSH), Status.SUCCESS);

        LinkFrame.Request late = door.requests().get(0);
        assertThat(late.stamp().epoch()).isEqualTo(FIRST_EPOCH);
        assertThat(late.stamp().sequence()).isPositive();
    }

    @Test
    void aSessionThatHasLostAllItsThingsToALaterOneIsClosed() throws Exception {
        Device device = door.bound("Pump1", "Pump2");
        door.superseded(new LinkFrame.Superseded(0, device.sessionId, "Pump1", FIRST_EPOCH + 1));
        device.expectStatus(device.get("Pump2", "count"), Status.SUCCESS);
        // Not the session's own binding, but one that it has replaced itself.
        door.superseded(new LinkFrame.Superseded(0, device.sessionId, "Pump2", FIRST_EPOCH));
        device.expectStatus(device.get("Pump2", "count"), Status.SUCCESS);

        door.superseded(new LinkFrame.Superseded(0, device.sessionId, "Pump2", FIRST_EPOCH + 1));

        assertThat(device.end().status()).isEqualTo(1008);
        assertThat(device.end().reason()).contains("another connection");
        door.awaitConnections(0);
    }
}
