package org.steadfast.connection.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.steadfast.connection.FakeFoundation;
import org.steadfast.protocol.link.LinkFrame;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.Header;
import org.steadfast.protocol.wire.Message;
import org.steadfast.protocol.wire.MessageCodec;
import org.steadfast.protocol.wire.MultipartSplitter;
import org.steadfast.protocol.wire.Status;
import org.steadfast.protocol.wire.Target;
import org.steadfast.protocol.wire.Verb;
import org.steadfast.protocol.wire.WireWriter;

@Timeout(60)
class DeviceSessionTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private DoorUnderTest door;

    private DoorUnderTest open() throws Exception {
        door = new DoorUnderTest();
        return door;
    }

    private DoorUnderTest open(int mostOutstanding, Duration deadline, Duration idle, Duration login) throws Exception {
        door = new DoorUnderTest(DoorUnderTest.settings(mostOutstanding, deadline, idle, login));
        return door;
    }

    @AfterEach
    void close() throws Exception {
        door.close();
    }

    private static String reason(Message message) {
        return ((Body.Response) message.body()).reason().orElse("");
    }

    // Login

    @Test
    void aLoginGivesEachSessionItsOwnId() throws Exception {
        open();
        Set<Integer> ids = new HashSet<>();
        for (int i = 0; i < 5; i++) {
            ids.add(door.login().sessionId);
        }
        assertThat(ids).hasSize(5).doesNotContain(0, -1);
    }

    @Test
    void aRefusedLoginMayBeTriedAgainOnTheSameSocket() throws Exception {
        Device device = open().connect();
        int id = device.auth("wrong");
        Message refused = device.next();
        assertThat(refused.header()).isEqualTo(new Header(Status.UNAUTHORIZED.code(), id, 0, -1, false));
        assertThat(reason(refused)).isEqualTo("no such application key");
        assertThat(door.counter("steadfast.devices.logins.refused")).isEqualTo(1);
        device.expectStatus(device.get("Pump1", "count"), Status.UNAUTHORIZED);
        device.login(DoorUnderTest.KEY);
        device.expectStatus(device.get("Pump1", "count"), Status.SUCCESS);
    }

    @Test
    void aDeviceThatKeepsShowingAWrongKeyIsAnsweredAndThenClosed() throws Exception {
        Device device = open().connect();
        for (int i = 0; i < 3; i++) {
            device.expectStatus(device.auth("wrong"), Status.UNAUTHORIZED);
        }
        assertThat(device.end()).isEqualTo(new Device.End(1008, "too many logins failed"));
    }

    @Test
    void whileNoFoundationNodeIsReachedDevicesStayAndNewOnesAreToldToComeBackLater() throws Exception {
        Device present = open().bound("Pump1");
        door.loseFoundation();

        assertThatThrownBy(() -> door.connect()).hasMessageContaining("503");

        assertThat(door.metrics
                        .registry()
                        .get("steadfast.devices.connections.refused")
                        .tag("reason", "unreachable")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(present.isOpen()).isTrue();
    }

    @Test
    void nothingPassesBeforeTheLogin() throws Exception {
        Device device = open().connect();
        device.expectStatus(device.get("Pump1", "count"), Status.UNAUTHORIZED);
        device.expectStatus(device.post("Pump1", "Restart"), Status.UNAUTHORIZED);
        device.expectStatus(device.sendBind(Verb.BIND, "Pump1"), Status.UNAUTHORIZED);
        device.expectStatus(device.sendBind(Verb.UNBIND, "Pump1"), Status.UNAUTHORIZED);
        assertThat(door.foundation.received()).isEmpty();
    }

    @Test
    void aConnectionWithoutALoginInTimeIsClosed() throws Exception {
        open(64, LONG, LONG, Duration.ofMillis(400));
        Device loggedIn = door.login();
        Device silent = door.connect();
        Device refused = door.connect();
        refused.expectStatus(refused.auth("wrong"), Status.UNAUTHORIZED);
        assertThat(silent.end()).isEqualTo(new Device.End(1008, "no login in time"));
        assertThat(refused.end().status()).isEqualTo(1008);
        loggedIn.expectStatus(loggedIn.get("Pump1", "count"), Status.SUCCESS);
        door.awaitConnections(1);
    }

    @Test
    void nothingKeepsASessionThatHasLoggedInOrGone() throws Exception {
        open();
        Device device = door.connect();
        Device other = door.connect();
        await().until(() -> door.door.pendingLogins() == 2);
        device.login(DoorUnderTest.KEY);
        assertThat(door.door.pendingLogins()).isEqualTo(1);
        other.close();
        await().until(() -> door.door.pendingLogins() == 0);
    }

    // Bindings

    @Test
    void aBindingIsNotifiedNameByNameAfterItsAnswer() throws Exception {
        Device device = open().login();
        device.bind("Pump1", "*ident-42", "Pump1", "Unknown1");
        Set<String> notified = new HashSet<>();
        for (int i = 0; i < 2; i++) {
            Message message = device.next();
            Target target = ((Body.Request) message.body()).target();
            assertThat(message.header().code()).isEqualTo(Verb.POST.code());
            assertThat(message.header().sessionId()).isEqualTo(device.sessionId);
            assertThat(target.isService("NotifyPropertyUpdate")).isTrue();
            notified.add(target.entityName());
        }
        assertThat(notified).containsExactlyInAnyOrder("Pump1", "*ident-42");
        // Unanswered, they hold nothing up.
        device.expectStatus(device.get("Pump1", "count"), Status.SUCCESS);
        LinkFrame.Bind bind = door.foundation.received(LinkFrame.Bind.class).get(0);
        assertThat(bind.user()).isEqualTo("demo");
        assertThat(bind.connectionServer()).isEqualTo("cxserver1");
        assertThat(bind.session()).isEqualTo(device.sessionId);
        assertThat(door.gauge("steadfast.devices.bindings")).isEqualTo(2);
    }

    @Test
    void theAnswerToANotificationIsTaken() throws Exception {
        Device device = open().login();
        device.bind("Pump1");
        Header notification = device.next().header();
        device.sendBytes(MessageCodec.encode(
                new Message(notification.answer(Status.NOT_FOUND), Body.Response.of("no such service"))));
        device.expectStatus(device.get("Pump1", "count"), Status.SUCCESS);
        assertThat(door.requests()).hasSize(1);
    }

    @Test
    void anUnknownNameIsNotFound() throws Exception {
        Device device = open().login();
        int id = device.sendBind(Verb.BIND, "Unknown1");
        Message answer = device.next();
        assertThat(answer.header()).isEqualTo(new Header(Status.NOT_FOUND.code(), id, 0, device.sessionId, false));
        assertThat(reason(answer)).isEqualTo("no thing is named so");
        assertThat(door.gauge("steadfast.devices.bindings")).isZero();
        device.expectStatus(device.get("Pump1", "count"), Status.SUCCESS);
    }

    @Test
    void anUnbindLetsTheBindingsGo() throws Exception {
        Device device = open().bound("Pump1", "Pump2");
        device.expectStatus(device.sendBind(Verb.UNBIND, "Pump1", "Pump3"), Status.SUCCESS);
        assertThat(door.foundation.received(LinkFrame.Unbind.class).get(0).bindings())
                .containsExactly(new LinkFrame.Binding("Pump1", "Pump1", 101));
        assertThat(door.gauge("steadfast.devices.bindings")).isEqualTo(1);
        device.expectStatus(device.get("Pump1", "count"), Status.SUCCESS);
        assertThat(door.requests().get(0).stamp()).isEqualTo(LinkFrame.Stamp.NONE);
    }

    @Test
    void anUnbindThatFailedMayBeTriedAgain() throws Exception {
        Device device = open().bound("Pump1");
        door.hold(LinkFrame.Unbind.class::isInstance);
        int id = device.sendBind(Verb.UNBIND, "Pump1");
        await().until(() -> door.foundation.received(LinkFrame.Unbind.class).size() == 1);
        LinkFrame.Unbind first =
                door.foundation.received(LinkFrame.Unbind.class).get(0);
        door.reply(new LinkFrame.Unbound(first.correlation(), Status.UNAVAILABLE));
        device.expectStatus(id, Status.UNAVAILABLE);
        door.hold(frame -> false);
        device.expectStatus(device.sendBind(Verb.UNBIND, "Pump1"), Status.SUCCESS);
        assertThat(door.foundation.received(LinkFrame.Unbind.class).get(1).bindings())
                .isEqualTo(first.bindings());
        assertThat(door.gauge("steadfast.devices.bindings")).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theEndOfASessionEndsItsBindings(boolean politely) throws Exception {
        Device device = open().bound("Pump1", "Pump2");
        if (politely) {
            device.close();
        } else {
            device.vanish();
        }
        await().until(() -> door.foundation.received(LinkFrame.Unbind.class).size() == 1);
        assertThat(door.foundation.received(LinkFrame.Unbind.class).get(0).bindings())
                .extracting(LinkFrame.Binding::name)
                .containsExactlyInAnyOrder("Pump1", "Pump2");
        assertThat(door.gauge("steadfast.devices.bindings")).isZero();
        door.awaitConnections(0);
    }

    @Test
    void aBindingThatComesAfterTheEndOfItsSessionIsLetGo() throws Exception {
        Device device = open().login();
        door.hold(LinkFrame.Bind.class::isInstance);
        var unused = device.sendBind(Verb.BIND, "Pump1");
        await().until(() -> door.foundation.received(LinkFrame.Bind.class).size() == 1);
        device.close();
        door.awaitConnections(0);
        door.answer(door.foundation.received(LinkFrame.Bind.class).get(0));
        assertThat(door.foundation.received(LinkFrame.Unbind.class).get(0).bindings())
                .containsExactly(new LinkFrame.Binding("Pump1", "Pump1", 101));
        assertThat(door.gauge("steadfast.devices.bindings")).isZero();
    }

    @Test
    void theNewerOfTwoBindingsHoldsWhicheverAnswerComesFirst() throws Exception {
        Device device = open().login();
        door.hold(LinkFrame.Bind.class::isInstance);
        int first = device.sendBind(Verb.BIND, "Pump1");
        int second = device.sendBind(Verb.BIND, "Pump1");
        await().until(() -> door.foundation.received(LinkFrame.Bind.class).size() == 2);
        List<LinkFrame.Bind> binds = door.foundation.received(LinkFrame.Bind.class);
        LinkFrame older = door.answerTo(binds.get(0));
        door.answer(binds.get(1));
        door.reply(older);
        device.expectStatus(second, Status.SUCCESS);
        device.expectStatus(first, Status.SUCCESS);
        for (int i = 0; i < 2; i++) {
            assertThat(device.next().header().isResponse()).isFalse();
        }
        device.expectStatus(device.get("Pump1", "count"), Status.SUCCESS);
        assertThat(door.requests().get(0).stamp().epoch()).isEqualTo(102);
        assertThat(door.gauge("steadfast.devices.bindings")).isEqualTo(1);
    }

    // Requests

    @Test
    void boundNamesAreStampedWithTheirEpochAndAGrowingSequence() throws Exception {
        Device device = open().bound("Pump1", "*ident-42");
        device.bind("Pump2");
        var unused = device.next();
        for (String name : List.of("Pump1", "*ident-42", "Pump2", "Other", "Pump1")) {
            device.expectStatus(device.get(name, "count"), Status.SUCCESS);
        }
        List<LinkFrame.Stamp> stamps =
                door.requests().stream().map(LinkFrame.Request::stamp).toList();
        assertThat(stamps).extracting(LinkFrame.Stamp::epoch).containsExactly(101L, 101L, 102L, 0L, 101L);
        assertThat(stamps.get(3)).isEqualTo(LinkFrame.Stamp.NONE);
        assertThat(List.of(stamps.get(0), stamps.get(1), stamps.get(4)))
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void aRequestIsPassedOnByteForByteWithItsTimeAndUser() throws Exception {
        Device device = open().login();
        byte[] message = MessageCodec.encode(new Message(
                Header.request(Verb.PUT, 7, -1, -1),
                new Body.Request(Target.property("Pump1", "count"), Optional.empty())));
        long before = System.currentTimeMillis();
        device.sendBytes(message);
        device.expectStatus(7, Status.SUCCESS);
        LinkFrame.Request request = door.requests().get(0);
        assertThat(request.message()).isEqualTo(message);
        assertThat(request.user()).isEqualTo("demo");
        assertThat(request.receivedAt()).isBetween(before, System.currentTimeMillis());
    }

    @ParameterizedTest
    @CsvSource({"1,0,0", "-1,-1,-1", "2147483647,5,287454020", "0,1,-1"})
    void theIdsOfARequestAreEchoed(int requestId, int endpointId, int sessionId) throws Exception {
        Device device = open().login();
        device.sendBytes(MessageCodec.encode(new Message(
                Header.request(Verb.GET, requestId, endpointId, sessionId),
                new Body.Request(Target.property("Pump1", "count"), Optional.empty()))));
        assertThat(device.next().header())
                .isEqualTo(new Header(Status.SUCCESS.code(), requestId, endpointId, sessionId, false));
    }

    @Test
    void theStatusOfTheFoundationNodeIsPassedOn() throws Exception {
        Device device = open().login();
        door.hold(LinkFrame.Request.class::isInstance);
        int id = device.get("Pump1", "count");
        await().until(() -> door.requests().size() == 1);
        door.reply(new LinkFrame.Reply(
                door.requests().get(0).correlation(),
                Status.FORBIDDEN,
                MessageCodec.encodeBody(Body.Response.of("not yours"))));
        Message answer = device.next();
        assertThat(answer.header()).isEqualTo(new Header(Status.FORBIDDEN.code(), id, 0, device.sessionId, false));
        assertThat(reason(answer)).isEqualTo("not yours");
    }

    @Test
    void anAnswerOfTheWrongKindIsAnswered503() throws Exception {
        Device device = open().login();
        door.hold(LinkFrame.Request.class::isInstance);
        int id = device.get("Pump1", "count");
        await().until(() -> door.requests().size() == 1);
        door.reply(new LinkFrame.Unbound(door.requests().get(0).correlation(), Status.SUCCESS));
        device.expectStatus(id, Status.UNAVAILABLE);
    }

    @Test
    void withoutAFoundationNodeRequestsAreAnswered503AtTheirDeadline() throws Exception {
        open(64, Duration.ofMillis(500), LONG, LONG);
        Device device = door.login();
        door.router.remove(door.foundation.link());
        long begin = System.nanoTime();
        int id = device.get("Pump1", "count");
        Message answer = device.next();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(450));
        assertThat(answer.header().requestId()).isEqualTo(id);
        assertThat(answer.header().code()).isEqualTo(Status.UNAVAILABLE.code());
        assertThat(reason(answer)).isEqualTo("no foundation node can be reached");
        assertThat(door.counter("steadfast.devices.unavailable")).isEqualTo(1);
    }

    @Test
    void whatMayHaveTakenEffectIsNotSentAgain() throws Exception {
        Device device = open().bound("Pump1");
        door.hold(LinkFrame.Request.class::isInstance);
        int service = device.post("Pump1", "Restart");
        int read = device.get("Pump1", "count");
        int push = device.post("Pump1", "UpdateSubscribedPropertyValues");
        int unstamped = device.post("Other", "UpdateSubscribedPropertyValues");
        await().until(() -> door.requests().size() == 4);
        door.router.remove(door.foundation.link());
        device.expectStatus(service, Status.UNAVAILABLE);
        device.expectStatus(unstamped, Status.UNAVAILABLE);
        var next = new FakeFoundation("foundation2");
        next.onFrame(frame -> next.link().received(door.answerTo(frame)));
        door.router.add(next.link());
        device.expectStatus(read, Status.SUCCESS);
        device.expectStatus(push, Status.SUCCESS);
        assertThat(next.received(LinkFrame.Request.class).get(1).stamp())
                .isEqualTo(door.requests().get(2).stamp());
    }

    // Chunks

    @ParameterizedTest
    @CsvSource({",8192", "8192,8192", "1024,1024", "' 2048 ',2048", "many,8192", "1,512", "1000000,65535"})
    void longAnswersComeInChunksThatTheDeviceTakes(String maxFrameSize, int limit) throws Exception {
        Device device = open().connect(maxFrameSize);
        device.login(DoorUnderTest.KEY);
        door.hold(LinkFrame.Request.class::isInstance);
        int id = device.get("Pump1", "text");
        await().until(() -> door.requests().size() == 1);
        String text = "Steadfast".repeat(15_000);
        door.reply(new LinkFrame.Reply(
                door.requests().get(0).correlation(),
                Status.NOT_FOUND,
                MessageCodec.encodeBody(Body.Response.of(text))));
        Message answer = device.next();
        assertThat(answer.header()).isEqualTo(new Header(Status.NOT_FOUND.code(), id, 0, device.sessionId, false));
        assertThat(reason(answer)).isEqualTo(text);
        assertThat(device.longest).isEqualTo(limit);
    }

    private static byte[] chunk(Header header, int number, int count, String thing, byte[] data) {
        WireWriter out = new WireWriter();
        out.writeByte(1).writeByte(header.code()).writeInt(header.requestId());
        out.writeInt(header.endpointId()).writeInt(header.sessionId()).writeByte(1);
        out.writeShort(number).writeShort(count).writeShort(8192);
        return out.writeByte(10).writeString(thing).writeBytes(data).toByteArray();
    }

    @Test
    void aRequestInChunksWithAnEmptyLastOneArrivesWhole() throws Exception {
        Device device = open().bound("Pump1");
        byte[] whole = MessageCodec.encode(new Message(
                Header.request(Verb.POST, 77, 0, device.sessionId),
                new Body.Request(Target.service("Pump1", "x".repeat(9000)), Optional.empty())));
        int dataFrom = Header.LENGTH + 1 + 1 + "Pump1".length();
        Header header = MessageCodec.decodeHeader(whole);
        device.sendBytes(chunk(header, 1, 3, "Pump1", Arrays.copyOfRange(whole, dataFrom, 8000)));
        int between = device.get("Pump1", "count");
        device.expectStatus(between, Status.SUCCESS);
        device.sendBytes(chunk(header, 2, 3, "Pump1", Arrays.copyOfRange(whole, 8000, whole.length)));
        device.sendBytes(chunk(header, 3, 3, "Pump1", new byte[0]));
        device.expectStatus(77, Status.SUCCESS);
        assertThat(door.requests().get(1).message()).isEqualTo(whole);
        assertThat(door.requests().get(1).stamp().epoch()).isEqualTo(101);
    }

    @Test
    void aLongRequestInManyChunksArrivesWhole() throws Exception {
        Device device = open().login();
        byte[] whole = MessageCodec.encode(new Message(
                Header.request(Verb.POST, 78, 0, device.sessionId),
                new Body.Request(Target.service("Pump1", "y".repeat(1_000_000)), Optional.empty())));
        MultipartSplitter.split(whole, 8188).forEach(device::sendBytes);
        device.expectStatus(78, Status.SUCCESS);
        assertThat(door.requests().get(0).message()).isEqualTo(whole);
    }

    // Bad input

    private static byte[] bytes(String hex) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String octet : hex.split(" ", -1)) {
            if (!octet.isEmpty()) {
                out.write(Integer.parseInt(octet, 16));
            }
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @CsvSource({
        "'', version",
        "02 01 00 00 00 01 00 00 00 00 00 00 00 00 00, version 2",
        "01 01 00 00, request id",
        "01 3F 00 00 00 01 00 00 00 00 00 00 00 00 00, unknown request code 63",
        "01 14 00 00 00 01 00 00 00 00 00 00 00 00 00 05, claim name",
        "01 0A 00 00 00 01 00 00 00 00 00 00 00 00 00 00 FF FF, name",
        "01 03 00 00 00 01 00 00 00 00 00 00 00 00 00 0A 7F, entity name",
        "01 03 00 00 00 01 00 00 00 00 00 00 00 00 01 00 05 00 02 20 00, chunk 5 of 2"
    })
    void malformedBytesCloseTheConnectionAndSayWhy(String hex, String reason) throws Exception {
        Device device = open().login();
        device.sendBytes(bytes(hex));
        Device.End end = device.end();
        assertThat(end.status()).isEqualTo(1007);
        assertThat(end.reason()).contains(reason).hasSizeLessThanOrEqualTo(123);
        door.awaitConnections(0);
    }

    @Test
    void aTextMessageClosesTheConnection() throws Exception {
        Device device = open().bound("Pump1");
        device.sendText("hello");
        assertThat(device.end()).isEqualTo(new Device.End(1003, "only binary messages are taken"));
        door.awaitConnections(0);
        await().until(() -> door.foundation.received(LinkFrame.Unbind.class).size() == 1);
    }

    @Test
    void nothingIsTakenAfterMalformedBytes() throws Exception {
        Device device = open().login();
        device.sendBytes(new byte[] {9});
        for (int i = 0; i < 20; i++) {
            var unused = device.get("Pump1", "count");
        }
        assertThat(device.end().status()).isEqualTo(1007);
        door.awaitConnections(0);
        assertThat(door.requests()).isEmpty();
    }

    @Test
    void aMessageThatIsTooLongClosesTheConnection() throws Exception {
        Device device = open().login();
        door.client.setMaxFrameSize(8 << 20);
        device.sendBytes(new byte[DeviceSession.LONGEST_MESSAGE + 1]);
        assertThat(device.end()).isEqualTo(new Device.End(1009, "a message has at most 2097152 bytes"));
        door.awaitConnections(0);
    }

    // Life signs

    @Test
    void aPingIsAnsweredWithItsPayload() throws Exception {
        Device device = open().connect();
        for (int i = 0; i < 50; i++) {
            device.ping("12:34:" + i);
        }
        for (int i = 0; i < 50; i++) {
            assertThat(device.nextPong()).isEqualTo("12:34:" + i);
        }
        device.login(DoorUnderTest.KEY);
    }

    @Test
    void theEndOfTheDoorTellsTheDevices() throws Exception {
        Device one = open().bound("Pump1");
        Device two = door.connect();
        door.door.close();
        assertThat(door.foundation.received(LinkFrame.Unbind.class))
                .as("before the links are closed, which comes next")
                .hasSize(1);
        assertThat(one.end()).isEqualTo(new Device.End(1001, "the connection server is stopping"));
        assertThat(two.end().status()).isEqualTo(1001);
        assertThatThrownBy(() -> door.connect()).hasMessageContaining("503");
    }

    @Test
    void theEndOfABindingIsToldUntilAFoundationNodeHasTakenIt() throws Exception {
        Device device = open().bound("Pump1");
        door.hold(LinkFrame.Unbind.class::isInstance);
        device.vanish();
        for (int i = 1; i <= 2; i++) {
            int told = i;
            await().until(() -> door.foundation.received(LinkFrame.Unbind.class).size() == told);
            LinkFrame.Unbind unbind =
                    door.foundation.received(LinkFrame.Unbind.class).get(told - 1);
            assertThat(unbind.bindings()).extracting(LinkFrame.Binding::name).containsExactly("Pump1");
            door.reply(new LinkFrame.Unbound(unbind.correlation(), told == 1 ? Status.UNAVAILABLE : Status.SUCCESS));
        }
    }

    @Test
    void bindingsAreToldAgainWhenALinkOpens() throws Exception {
        Device device = open().bound("Pump1", "*ident-42");
        door.door.linkOpened();
        await().until(() -> door.foundation.received(LinkFrame.Rebind.class).size() == 1);
        LinkFrame.Rebind rebind =
                door.foundation.received(LinkFrame.Rebind.class).get(0);
        assertThat(rebind.bindings())
                .extracting(LinkFrame.Held::thing, LinkFrame.Held::session)
                .containsExactlyInAnyOrder(
                        tuple("Pump1", (long) device.sessionId), tuple("ThingOf-ident-42", (long) device.sessionId));
    }

    @Test
    void aServerThatStopsDoesNotSendAllItsDevicesAwayInOneMoment() throws Exception {
        open();
        List<Device> devices = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            devices.add(door.login());
        }
        Thread closing = new Thread(() -> {
            try {
                door.door.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        closing.start();
        await().pollInterval(Duration.ofMillis(1)).until(() -> !devices.stream().allMatch(Device::isOpen));
        assertThat(devices.stream().filter(Device::isOpen).count()).isPositive();
        for (Device device : devices) {
            assertThat(device.end().status()).isEqualTo(1001);
        }
        closing.join();
    }

    // Reading pauses

    @Test
    void nothingMoreIsReadFromADeviceThatHasTooMuchUnanswered() throws Exception {
        open(4, LONG, LONG, LONG);
        Device device = door.login();
        door.hold(LinkFrame.Request.class::isInstance);
        for (int i = 0; i < 12; i++) {
            var unused = device.get("Pump1", "p" + i);
        }
        await().during(Duration.ofMillis(300)).until(() -> door.requests().size() == 4);
        door.answer(door.requests().get(0));
        await().during(Duration.ofMillis(200)).until(() -> door.requests().size() == 5);
        Device other = door.connect();
        other.login(DoorUnderTest.KEY);
        for (int i = 1; i < 12; i++) {
            int index = i;
            await().until(() -> door.requests().size() > index);
            door.answer(door.requests().get(i));
        }
        for (int i = 0; i < 12; i++) {
            assertThat(device.next().header().code()).isEqualTo(Status.SUCCESS.code());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void readingGoesOnHoweverAnswersAndMessagesMeet(int mostOutstanding) throws Exception {
        open(mostOutstanding, LONG, LONG, LONG);
        Device device = door.login();
        ExecutorService answering = Executors.newFixedThreadPool(3);
        try {
            door.hold(frame -> {
                if (frame.correlation() % 3 == 0) {
                    return false;
                }
                answering.execute(() -> door.answer(frame));
                return true;
            });
            Set<Integer> unanswered = new HashSet<>();
            for (int i = 0; i < 5000; i++) {
                unanswered.add(device.get("Pump1", "p"));
            }
            for (int i = 0; i < 5000; i++) {
                assertThat(unanswered.remove(device.next().header().requestId()))
                        .isTrue();
            }
        } finally {
            answering.shutdownNow();
        }
        assertThat(door.gauge("steadfast.router.outstanding.requests")).isZero();
    }

    @Test
    void theEndOfADeviceWhoseReadingPausesIsNoticedWhenItsRequestsEnd() throws Exception {
        open(2, Duration.ofMillis(500), LONG, LONG);
        Device device = door.bound("Pump1");
        door.hold(LinkFrame.Request.class::isInstance);
        for (int i = 0; i < 2; i++) {
            var unused = device.get("Pump1", "p");
        }
        await().until(() -> door.requests().size() == 2);
        device.close();
        door.awaitConnections(0);
        assertThat(door.foundation.received(LinkFrame.Unbind.class)).hasSize(1);
    }

    @Test
    void anAnswerForADeviceThatHasGoneIsDropped() throws Exception {
        open(1, LONG, LONG, LONG);
        Device device = door.login();
        door.hold(LinkFrame.Request.class::isInstance);
        var unused = device.get("Pump1", "p");
        await().until(() -> door.requests().size() == 1);
        device.vanish();
        door.answer(door.requests().get(0));
        door.awaitConnections(0);
    }

    /** Its answers would otherwise fill the memory. */
    @Test
    void aDeviceThatReadsNoAnswersGetsNoMoreOfThem() throws Exception {
        open(4, LONG, LONG, LONG);
        byte[] body = MessageCodec.encodeBody(Body.Response.of("z".repeat(256 << 10)));
        door.hold(frame -> {
            if (frame instanceof LinkFrame.Request) {
                door.reply(new LinkFrame.Reply(frame.correlation(), Status.NOT_FOUND, body));
                return true;
            }
            return false;
        });
        int count = 200;
        try (RawDevice device = new RawDevice(door.port(), 8192)) {
            var unused = device.upgrade("Connection: Upgrade\r\nHost: 127.0.0.1\r\n");
            device.send(MessageCodec.encode(new Message(
                    Header.request(Verb.AUTH, 1, 0, -1),
                    new Body.Auth(List.of(new Body.Auth.Claim("appKey", DoorUnderTest.KEY))))));
            assertThat(device.readMessage()).isNotEmpty();
            for (int i = 0; i < count; i++) {
                device.send(MessageCodec.encode(new Message(
                        Header.request(Verb.GET, i, 0, 1),
                        new Body.Request(Target.property("Pump1", "p"), Optional.empty()))));
            }
            await().until(() -> !door.requests().isEmpty());
            await().during(Duration.ofMillis(500)).until(() -> door.requests().size() < count / 2);
            // And goes on where it stopped once they are read.
            Set<Integer> answered = new HashSet<>();
            while (answered.size() < count) {
                answered.add(MessageCodec.decodeHeader(device.readMessage()).requestId());
            }
            await().until(() -> door.requests().size() == count);
        }
    }

    // What the device SDKs need of the upgrade

    private static final String SDK_HEADERS = "User-Agent: ThingWorx C SDK\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nHost: 127.0.0.1\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            + "Sec-WebSocket-Extensions: permessage-deflate\r\nMax-Frame-Size: 8192\r\nappKey: 3f2a8b1c\r\n\r\n";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate",
                "permessage-deflate;client_max_window_bits, deflate-frame,x-webkit-deflate-frame"
            })
    void theUpgradeIsWhatTheSdksParse(String extensions) throws Exception {
        open();
        try (RawDevice device = new RawDevice(door.port(), 65536)) {
            String answer = device.exchange(
                    "GET /Thingworx/WS HTTP/1.1\r\n" + SDK_HEADERS.replace("permessage-deflate", extensions));
            assertThat(answer.substring(9, 12)).isEqualTo("101");
            List<String> lines = Arrays.asList(answer.split("\r\n", -1));
            assertThat(lines.stream()
                            .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("connection:")))
                    .containsExactly("Connection: Upgrade");
            assertThat(answer).containsIgnoringCase("\r\nUpgrade: websocket\r\n");
            assertThat(answer).contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n");
            assertThat(answer).doesNotContainIgnoringCase("Sec-WebSocket-Extensions");
            assertThat(answer.length()).isLessThan(8192);
        }
    }

    @Test
    void aDeviceThatMasksWithZerosIsServedWithShortFrames() throws Exception {
        open();
        try (RawDevice device = new RawDevice(door.port(), 65536)) {
            assertThat(device.exchange("GET /Thingworx/WS HTTP/1.1\r\n" + SDK_HEADERS))
                    .startsWith("HTTP/1.1 101");
            device.sendFrame(0x9, "09:30:00".getBytes(StandardCharsets.US_ASCII));
            assertThat(device.readFrame(0xA))
                    .asString(StandardCharsets.US_ASCII)
                    .isEqualTo("09:30:00");
            device.send(MessageCodec.encode(new Message(
                    Header.request(Verb.AUTH, 1, 0, -1),
                    new Body.Auth(List.of(new Body.Auth.Claim("appKey", DoorUnderTest.KEY))))));
            byte[] answer = device.readFrame(0x2);
            assertThat(answer).hasSize(17);
            assertThat(answer[1]).isEqualTo((byte) 0x40);
            assertThat(MessageCodec.decodeHeader(answer).sessionId()).isNotIn(0, -1);
            door.hold(LinkFrame.Request.class::isInstance);
            device.send(MessageCodec.encode(new Message(
                    Header.request(Verb.GET, 2, 0, 1),
                    new Body.Request(Target.property("Pump1", ""), Optional.empty()))));
            await().until(() -> door.requests().size() == 1);
            door.reply(new LinkFrame.Reply(
                    door.requests().get(0).correlation(),
                    Status.NOT_FOUND,
                    MessageCodec.encodeBody(Body.Response.of("w".repeat(100_000)))));
            assertThat(device.readMessage()).hasSize(Header.LENGTH + 1 + 4 + 100_000 + 1);
            assertThat(device.longestFrame()).isEqualTo(8192);
            door.door.close();
            byte[] close = device.readFrame(0x8);
            assertThat((close[0] & 0xFF) << 8 | close[1] & 0xFF).isEqualTo(1001);
        }
    }

    @Test
    void otherPathsAreNotUpgraded() throws Exception {
        open();
        try (RawDevice device = new RawDevice(door.port(), 65536)) {
            assertThat(device.exchange("GET /Thingworx/Other HTTP/1.1\r\n" + SDK_HEADERS))
                    .startsWith("HTTP/1.1 404");
        }
        assertThat(door.door.pendingLogins()).isZero();
    }
}
