package org.steadfast.connection.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.steadfast.protocol.link.LinkFrame;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.Message;
import org.steadfast.protocol.wire.MessageCodec;
import org.steadfast.protocol.wire.Status;

/** What a device hears after it has bound a thing, whether it is of the newer kind or of the older. */
@Timeout(60)
class ModelSynchronizationTest {
    private static final Infotable SUBSCRIPTIONS = new Infotable.Builder(
                    new FieldDefinition("edgeName", BaseType.STRING), new FieldDefinition("pushType", BaseType.STRING))
            .row(Value.string("temp"), Value.string("DEADBAND"))
            .build();
    private static final Infotable PRESENT = new Infotable.Builder(
                    new FieldDefinition("name", BaseType.STRING), new FieldDefinition("value", BaseType.VARIANT))
            .row(Value.string("temp"), Value.number(21.5))
            .build();

    private DoorUnderTest door;

    @BeforeEach
    void open() throws Exception {
        door = new DoorUnderTest();
    }

    @AfterEach
    void close() throws Exception {
        door.close();
    }

    private static Body.Request request(Message message) {
        assertThat(message.body()).isInstanceOf(Body.Request.class);
        return (Body.Request) message.body();
    }

    private static Body.Request request(LinkFrame.Request request) throws CodecException {
        return request(MessageCodec.decode(request.message()));
    }

    /** The foundation node answers a service with a table. */
    private void answer(String service, Status status, Infotable table) {
        door.hold(frame -> {
            try {
                if (!(frame instanceof LinkFrame.Request request)
                        || !MessageCodec.decodeTarget(request.message()).isService(service)) {
                    return false;
                }
                door.reply(new LinkFrame.Reply(
                        request.correlation(), status, MessageCodec.encodeBody(Body.Response.of(table))));
                return true;
            } catch (CodecException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void aDeviceIsToldAgainWhenItsThingIsChanged() throws Exception {
        answer("GetPropertySubscriptions", Status.SUCCESS, SUBSCRIPTIONS);
        Device device = door.login();
        device.bind("Pump2");
        device.answer(device.nextOfAny(), Status.SUCCESS, Body.Response.of(PRESENT));
        await().until(() -> door.requests().size() == 1);

        door.definitionChanged(new LinkFrame.DefinitionChanged(0, device.sessionId, "Pump2", 101));
        assertThat(request(device.nextOfAny()).target().isService("SynchronizeModelState"))
                .isTrue();
        door.definitionChanged(new LinkFrame.DefinitionChanged(0, device.sessionId, "Pump2", 100));
        door.definitionChanged(new LinkFrame.DefinitionChanged(0, device.sessionId, "Pump3", 101));
        door.definitionChanged(new LinkFrame.DefinitionChanged(0, device.sessionId + 1, "Pump2", 101));
        await().during(Duration.ofMillis(200)).until(device::hasNothing);
    }

    @Test
    void aDeviceOfTheNewerKindGetsItsSubscriptionsAndTellsItsValues() throws Exception {
        answer("GetPropertySubscriptions", Status.SUCCESS, SUBSCRIPTIONS);
        Device device = door.login();
        device.bind("*ident-42", "Pump2");
        for (String name : new String[] {"*ident-42", "Pump2"}) {
            Message asked = device.nextOfAny();
            Body.Request request = request(asked);
            assertThat(request.target().entityName()).isEqualTo(name);
            assertThat(request.target().isService("SynchronizeModelState")).isTrue();
            Infotable parameters = request.parameters().orElseThrow();
            assertThat(parameters.first("propertyInfo")).isEqualTo(new Value.Table(SUBSCRIPTIONS));
            assertThat(parameters.fields().get(0).aspects())
                    .containsEntry("dataShape", Value.string("EdgeThingPropertyNotificationV2"));
            device.answer(asked, Status.SUCCESS, Body.Response.of(PRESENT));
        }
        await().until(() -> door.requests().size() == 2);
        for (int i = 0; i < 2; i++) {
            LinkFrame.Request push = door.requests().get(i);
            assertThat(push.user()).isEqualTo("demo");
            assertThat(push.stamp()).isEqualTo(new LinkFrame.Stamp(101, i + 1));
            assertThat(request(push).target().isService("UpdateSubscribedPropertyValues"))
                    .isTrue();
            assertThat(request(push).parameters().orElseThrow().first("values")).isEqualTo(new Value.Table(PRESENT));
        }
        await().during(Duration.ofMillis(200)).until(device::hasNothing);
    }

    @Test
    void aDeviceOfTheOlderKindIsAskedOnceAndThenNotified() throws Exception {
        Device device = door.login();
        device.bind("Pump1", "Pump2", "Pump3");
        Message asked = device.nextOfAny();
        assertThat(request(asked).target().isService("SynchronizeModelState")).isTrue();
        device.answer(asked, Status.METHOD_NOT_ALLOWED, Body.Response.empty());
        for (String name : new String[] {"Pump1", "Pump2", "Pump3"}) {
            Body.Request told = request(device.nextOfAny());
            assertThat(told.target().entityName()).isEqualTo(name);
            assertThat(told.target().isService("NotifyPropertyUpdate")).isTrue();
            assertThat(told.parameters()).isEqualTo(Optional.empty());
        }
        device.bind("Pump4");
        assertThat(request(device.nextOfAny()).target().isService("NotifyPropertyUpdate"))
                .isTrue();
    }

    /** One SDK answers only when it has its subscriptions, and reads nothing else meanwhile: whoever waited for it would wait in vain. */
    @Test
    void aDeviceThatAsksBeforeItAnswersIsAnsweredMeanwhile() throws Exception {
        Device device = door.login();
        device.bind("Pump1");
        Message notification = device.next();
        assertThat(request(notification).target().isService("NotifyPropertyUpdate"))
                .isTrue();
        long begin = System.nanoTime();
        device.expectStatus(device.post("Pump1", "GetPropertySubscriptions"), Status.SUCCESS);
        device.expectStatus(device.post("Pump1", "GetEventSubscriptions"), Status.SUCCESS);
        device.answer(notification, Status.SUCCESS, Body.Response.empty());
        device.expectStatus(device.get("Pump1", "count"), Status.SUCCESS);
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .as("sooner than devices are given up")
                .isLessThan(Duration.ofSeconds(4));
    }

    /** Its answer never comes; without a word it would push nothing. */
    @Test
    void aDeviceThatSaysNothingIsNotifiedInTheEnd() throws Exception {
        Device device = door.login();
        device.bind("Pump1");
        assertThat(request(device.nextOfAny()).target().isService("SynchronizeModelState"))
                .isTrue();
        assertThat(request(device.nextOfAny()).target().isService("NotifyPropertyUpdate"))
                .isTrue();
    }

    @Test
    void aDeviceIsNotifiedWhereItsSubscriptionsAreNotKnownAndAskedAgainForTheNextThing() throws Exception {
        answer("GetPropertySubscriptions", Status.UNAVAILABLE, SUBSCRIPTIONS);
        Device device = door.login();
        device.bind("Pump1");
        assertThat(request(device.nextOfAny()).target().isService("NotifyPropertyUpdate"))
                .isTrue();
        answer("GetPropertySubscriptions", Status.SUCCESS, SUBSCRIPTIONS);
        device.bind("Pump2");
        assertThat(request(device.nextOfAny()).target().isService("SynchronizeModelState"))
                .isTrue();
    }

    @Test
    void aDeviceWhoseValuesWereNotTakenIsToldToPushThem() throws Exception {
        answer("UpdateSubscribedPropertyValues", Status.UNAVAILABLE, PRESENT);
        Device device = door.login();
        device.bind("Pump1");
        device.answer(device.nextOfAny(), Status.SUCCESS, Body.Response.of(PRESENT));
        assertThat(request(device.nextOfAny()).target().isService("NotifyPropertyUpdate"))
                .isTrue();
    }
}
