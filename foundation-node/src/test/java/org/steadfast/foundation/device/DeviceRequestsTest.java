package org.steadfast.foundation.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.steadfast.foundation.RunningNode;
import org.steadfast.foundation.link.LinkClient;
import org.steadfast.foundation.security.Principal;
import org.steadfast.persistence.store.StoredValue;
import org.steadfast.protocol.json.Json;
import org.steadfast.protocol.link.LinkFrame;
import org.steadfast.protocol.link.LinkFrame.Stamp;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.Characteristic;
import org.steadfast.protocol.wire.EntityType;
import org.steadfast.protocol.wire.Header;
import org.steadfast.protocol.wire.Message;
import org.steadfast.protocol.wire.MessageCodec;
import org.steadfast.protocol.wire.Status;
import org.steadfast.protocol.wire.Target;
import org.steadfast.protocol.wire.Verb;

/** What devices ask for (device protocol, section 8), over a link to a whole node. */
@ExtendWith(RunningNode.Extension.class)
class DeviceRequestsTest {
    private static final AtomicInteger THINGS = new AtomicInteger();
    private static final Principal DEVICE = new Principal("Administrator", false);
    private static final Principal READER = new Principal("Administrator", true);
    private static final long RECEIVED_AT = 1_700_000_000_000L;

    private static RunningNode node;

    private final String thing = "DeviceThing" + THINGS.incrementAndGet();
    private final AtomicInteger requestIds = new AtomicInteger();
    private LinkClient link;

    @BeforeAll
    static void take(RunningNode running) {
        node = running;
    }

    @BeforeEach
    void open() throws Exception {
        String definitions = "{'count':{'baseType':'NUMBER'},'name':{'baseType':'STRING'},'on':{'baseType':'BOOLEAN'},"
                + "'whole':{'baseType':'INTEGER'},'at':{'baseType':'DATETIME'},'place':{'baseType':'LOCATION'},"
                + "'fixed':{'baseType':'STRING','aspects':{'isReadOnly':true}}}";
        assertThat(node.put(
                                "Things",
                                ("{'name':'" + thing + "','identifier':'id-" + thing
                                                + "','thingTemplate':'RemoteThing','propertyDefinitions':" + definitions
                                                + "}")
                                        .replace('\'', '"'))
                        .statusCode())
                .isEqualTo(200);
        link = LinkClient.open(node);
    }

    @AfterEach
    void close() {
        link.close();
    }

    @Test
    void readsAPropertyUnderItsName() throws Exception {
        assertSuccess(put("count", field("count", Value.number(5))));

        Infotable table = content(get("count"));
        assertThat(table.fields()).extracting(FieldDefinition::name).containsExactly("count");
        assertThat(table.rows()).hasSize(1);
        assertThat(table.first("count")).isEqualTo(Value.number(5));
    }

    @Test
    void aDeviceMayDoWhatTheUserOfItsKeyMay() throws Exception {
        String user = "of" + thing;
        Principal device = new Principal(user, false);
        byte[] push =
                message(Verb.PUT, Target.property(thing, "count"), Optional.of(table(field("count", Value.number(5)))));
        byte[] read = message(Verb.GET, Target.property(thing, "count"), Optional.empty());
        post("Resources/EntityServices/Services/CreateUser", "{'name':'" + user + "'}");

        assertStatus(send(device, Stamp.NONE, push), Status.NOT_FOUND, "Entity Not Found");
        post(
                "Things/" + thing + "/Services/AddVisibilityPermission",
                "{'principal':'Everyone','principalType':'Organization'}");
        assertStatus(send(device, Stamp.NONE, push), Status.FORBIDDEN, "Not authorized for PropertyWrite on count");
        allow(user, "PropertyWrite", "count");
        assertSuccess(send(device, Stamp.NONE, push));
        assertStatus(send(device, Stamp.NONE, read), Status.FORBIDDEN, "Not authorized for PropertyRead on count");
        assertStatus(
                send(
                        device,
                        Stamp.NONE,
                        message(
                                Verb.PUT,
                                Target.property(thing, "name"),
                                Optional.of(table(field("name", Value.string("x")))))),
                Status.FORBIDDEN,
                "PropertyWrite on name");
        allow(user, "PropertyRead", "*");
        assertThat(content(send(device, Stamp.NONE, read)).first("count")).isEqualTo(Value.number(5));
    }

    private void allow(String user, String right, String resource) throws Exception {
        post(
                "Things/" + thing + "/Services/AddRunTimePermission",
                "{'type':'" + right + "','resource':'" + resource + "','principal':'" + user
                        + "','principalType':'User','allow':true}");
    }

    private static void post(String address, String body) throws Exception {
        assertThat(node.post(address, body.replace('\'', '"')).statusCode()).isEqualTo(200);
    }

    @Test
    void aThingThatHasToBeLookedUpHoldsUpNoOtherWhileTheDatabaseIsAway() throws Exception {
        assertSuccess(put("count", field("count", Value.number(5))));
        node.surroundings().takeDatabaseAway();
        try {
            AtomicReference<CompletableFuture<LinkFrame>> lookedUp = new AtomicReference<>();
            // A connection that was used a moment ago breaks at once; whoever needs a new one waits for it.
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                lookedUp.set(beginGet("NotInMemory" + thing));
                assertThat(value("count")).isEqualTo(Value.number(5));
                return !lookedUp.get().isDone();
            });
            LinkFrame.Reply reply = (LinkFrame.Reply) lookedUp.get().get(20, TimeUnit.SECONDS);
            assertThat(reply.status()).isEqualTo(Status.UNAVAILABLE);
        } finally {
            node.surroundings().bringDatabaseBack();
        }
        // Each lane, for the tests that come after.
        for (int i = 0; i < 8; i++) {
            String other = "After" + thing + i;
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> node.put(
                                            "Things",
                                            "{\"name\":\"" + other
                                                    + "\",\"propertyDefinitions\":{\"p\":{\"baseType\":\"NUMBER\"}}}")
                                    .statusCode()
                            != 503);
            await().atMost(Duration.ofSeconds(20))
                    .until(() ->
                            node.put("Things/" + other + "/Properties/p", "1").statusCode() == 200);
        }
    }

    @Test
    void aThingThatWasJustMadeIsNotHiddenByThoseWhoLookedForItBefore() throws Exception {
        String late = "Late" + thing;
        for (int i = 0; i < 2; i++) {
            LinkFrame.Reply before = (LinkFrame.Reply) beginGet(late).get(20, TimeUnit.SECONDS);
            assertThat(before.status()).isEqualTo(Status.NOT_FOUND);
            before = (LinkFrame.Reply) beginGet("*id-" + late).get(20, TimeUnit.SECONDS);
            assertThat(before.status()).isEqualTo(Status.NOT_FOUND);
        }
        assertThat(node.put("Things", "{\"name\":\"" + late + "\",\"identifier\":\"id-" + late + "\"}")
                        .statusCode())
                .isEqualTo(200);
        for (String name : List.of(late, "*id-" + late)) {
            LinkFrame.Reply after = (LinkFrame.Reply) beginGet(name).get(20, TimeUnit.SECONDS);
            assertThat(after.status()).isEqualTo(Status.SUCCESS);
        }
    }

    private CompletableFuture<LinkFrame> beginGet(String name) throws Exception {
        byte[] message = message(Verb.GET, Target.property(name, "*"), Optional.empty());
        return link.begin(
                correlation -> new LinkFrame.Request(correlation, DEVICE.toToken(), Stamp.NONE, RECEIVED_AT, message));
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", ""})
    void readsAllProperties(String name) throws Exception {
        assertSuccess(put("*", field("count", Value.number(5)), field("on", new Value.Bool(true))));

        Infotable table = content(get(name));

        assertThat(table.fields())
                .extracting(FieldDefinition::name)
                .containsExactly("count", "name", "on", "whole", "at", "place", "fixed");
        assertThat(table.first("count")).isEqualTo(Value.number(5));
        assertThat(table.first("on")).isEqualTo(new Value.Bool(true));
        assertThat(table.first("name")).isEqualTo(Value.string(""));
        assertThat(table.first("at")).isEqualTo(Value.NOTHING);
    }

    @Test
    void writesOnePropertyOrSeveral() throws Exception {
        assertSuccess(put("name", field("name", Value.string("one"))));
        assertSuccess(put("*", field("name", Value.string("two")), field("place", new Value.Location(1, 2, 3))));

        assertThat(value("name")).isEqualTo(Value.string("two"));
        assertThat(value("place")).isEqualTo(new Value.Location(1, 2, 3));
        assertThat(stored("name").time()).isEqualTo(RECEIVED_AT);
        assertThat(stored("name").quality()).isEqualTo("GOOD");
    }

    @Test
    void writesThePropertyThatIsAddressedWhateverTheFieldIsCalled() throws Exception {
        assertSuccess(put("name", field("something", Value.string("one"))));

        assertThat(value("name")).isEqualTo(Value.string("one"));
    }

    @Test
    void decodesContentByThePropertysOwnType() throws Exception {
        assertSuccess(put("count", field("_content_", new Value.Json(BaseType.JSON, Json.read("\"12.5\"")))));
        assertThat(value("count")).isEqualTo(Value.number(12.5));

        assertSuccess(put("place", field("_content_", Value.string("{\"latitude\":1,\"longitude\":2}"))));
        assertThat(value("place")).isEqualTo(new Value.Location(2, 1, 0));

        assertStatus(put("count", field("_content_", Value.string("{"))), Status.BAD_REQUEST, "property count");
        assertStatus(put("count", field("_content_", Value.string("\"x\""))), Status.BAD_REQUEST, "NUMBER needs");
        assertStatus(put("nothing", field("_content_", Value.string("1"))), Status.NOT_FOUND, "[nothing]");
    }

    @Test
    void fitsWhatItIsSentToThePropertysType() throws Exception {
        assertSuccess(put(
                "*",
                field("count", Value.string("12.5")),
                field("whole", Value.number(7.9)),
                field("on", Value.string("True")),
                field("name", Value.number(3)),
                field("at", Value.string("1970-01-01T00:00:01Z"))));

        assertThat(content(get("*")).rows().get(0))
                .startsWith(
                        Value.number(12.5),
                        Value.string("3.0"),
                        new Value.Bool(true),
                        new Value.Int(7),
                        new Value.Datetime(1000));
    }

    @Test
    void writesNoneOfSeveralValuesWhereOneDoesNotFit() throws Exception {
        assertStatus(
                put("*", field("name", Value.string("x")), field("whole", Value.number(3e9))),
                Status.BAD_REQUEST,
                "property whole of " + thing);
        assertStatus(
                put("*", field("name", Value.string("x")), field("nothing", Value.number(1))),
                Status.NOT_FOUND,
                "Property [nothing] Does Not Exist On Thing [" + thing + "]");
        assertStatus(put("count"), Status.BAD_REQUEST, "the new value of count is missing");
        assertThat(value("name")).isEqualTo(Value.string(""));
    }

    @Test
    void takesPushedValuesWithTheirTimesAndQualities() throws Exception {
        assertSuccess(push(
                Stamp.NONE,
                row("count", Value.number(999), 1_234L, "BAD"),
                row("name", Value.string("pushed"), null, null)));

        assertThat(value("count")).isEqualTo(Value.number(999));
        assertThat(stored("count").time()).isEqualTo(1_234);
        assertThat(stored("count").quality()).isEqualTo("BAD");
        assertThat(stored("name").time()).isEqualTo(RECEIVED_AT);
        assertThat(stored("name").quality()).isEqualTo("GOOD");
    }

    @Test
    void takesThePushThatARealDeviceSent() throws Exception {
        String name = "SteamSensor";
        node.put(
                "Things",
                "{\"name\":\"" + name + "\",\"propertyDefinitions\":{\"TemperatureLimit\":{\"baseType\":\"NUMBER\"}}}");
        byte[] golden = HexFormat.of()
                .parseHex(
                        ("0103000000080000000011223344000a0b537465616d53656e736f72021e5570646174655375627363726962656450"
                                        + "726f706572747956616c756573000501 0676616c756573000500000001000105"
                                        + "01046e616d6500000000 010576616c756500120000 010474696d6500030000 01077175616c69747900000000 00"
                                        + "0100040010 54656d70657261747572654c696d6974 1201408f380000000000 03000001a2044c307f 0004474f4f44"
                                        + "00 00")
                                .replace(" ", ""));

        assertSuccess(send(DEVICE, Stamp.NONE, golden));

        assertThat(node.get("Things/SteamSensor/Properties/TemperatureLimit").body())
                .contains("\"rows\":[{\"TemperatureLimit\":999.0}]");
    }

    @Test
    void keepsTheLastOfSeveralPushedValuesOfAProperty() throws Exception {
        assertSuccess(push(
                new Stamp(1L << 40, 1),
                row("count", Value.number(1), 1L, "GOOD"),
                row("name", Value.string("between"), 2L, "GOOD"),
                row("count", Value.number(2), 3L, "GOOD")));

        assertThat(value("count")).isEqualTo(Value.number(2));
        assertThat(stored("count").time()).isEqualTo(3);
    }

    @Test
    void writesWhatAThingHasOfAPush() throws Exception {
        assertSuccess(push(
                Stamp.NONE, row("long gone", Value.number(1), 1L, "GOOD"), row("count", Value.number(2), 1L, "GOOD")));
        assertThat(value("count")).isEqualTo(Value.number(2));

        assertStatus(
                push(Stamp.NONE, row("long gone", Value.number(1), 1L, "GOOD")),
                Status.NOT_FOUND,
                "Property [long gone] Does Not Exist On Thing [" + thing + "]");
        assertSuccess(push(Stamp.NONE));
    }

    @Test
    void refusesPushesThatCannotBeRead() throws Exception {
        Infotable noNames = new Infotable.Builder(new FieldDefinition("value", BaseType.NUMBER))
                .row(Value.number(1))
                .build();
        assertStatus(service("UpdateSubscribedPropertyValues"), Status.BAD_REQUEST, "values must be an infotable");
        assertStatus(
                service("UpdateSubscribedPropertyValues", field("values", Value.string("x"))),
                Status.BAD_REQUEST,
                "values must be an infotable");
        assertStatus(
                service("UpdateSubscribedPropertyValues", field("values", new Value.Table(noNames))),
                Status.BAD_REQUEST,
                "row 0 of values has no property name");
        assertStatus(
                push(Stamp.NONE, row("count", Value.string("warm"), 1L, "GOOD")),
                Status.BAD_REQUEST,
                "property count of " + thing);
        for (String quality : List.of("BA\0D", "x".repeat(256))) {
            assertStatus(
                    push(Stamp.NONE, row("name", Value.string("spoilt"), 1L, quality)),
                    Status.BAD_REQUEST,
                    "the quality");
        }
        assertThat(value("name")).isEqualTo(Value.string(""));
        assertSuccess(push(Stamp.NONE, row("name", Value.string("zero \0 in it"), 1L, "x".repeat(255))));
        assertThat(value("name")).isEqualTo(Value.string("zero \0 in it"));
    }

    @Test
    void takesEffectOnceAndInTheOrderOfStamps() throws Exception {
        long epoch = 1L << 40;
        assertSuccess(push(new Stamp(epoch, 5), row("count", Value.number(5), 5L, "GOOD")));
        assertSuccess(push(new Stamp(epoch, 4), row("count", Value.number(4), 4L, "GOOD")));
        assertSuccess(push(new Stamp(epoch, 5), row("count", Value.number(55), 5L, "GOOD")));
        assertThat(value("count")).isEqualTo(Value.number(5));

        assertThat(node.put("Things/" + thing + "/Properties/count", "6").statusCode())
                .isEqualTo(200);
        assertSuccess(push(new Stamp(epoch, 5), row("count", Value.number(5), 5L, "GOOD")));
        assertThat(value("count")).isEqualTo(Value.number(6));

        assertSuccess(push(new Stamp(epoch + 1, 1), row("count", Value.number(7), 7L, "GOOD")));
        assertThat(value("count")).isEqualTo(Value.number(7));
    }

    @Test
    void keepsTheOrderOfPushesThatNobodyWaitsFor() throws Exception {
        List<CompletableFuture<LinkFrame>> answers = new ArrayList<>();
        for (int i = 1; i <= 300; i++) {
            byte[] message = pushMessage(row("count", Value.number(i), (long) i, "GOOD"));
            answers.add(link.begin(correlation ->
                    new LinkFrame.Request(correlation, DEVICE.toToken(), Stamp.NONE, RECEIVED_AT, message)));
        }
        for (CompletableFuture<LinkFrame> answer : answers) {
            assertThat(((LinkFrame.Reply) answer.get(20, TimeUnit.SECONDS)).status())
                    .isEqualTo(Status.SUCCESS);
        }
        assertThat(value("count")).isEqualTo(Value.number(300));
    }

    @Test
    void tellsADeviceWhatToPush() throws Exception {
        String pushing = thing + "pushing";
        node.put(
                "Things",
                ("{'name':'" + pushing + "','propertyDefinitions':{'plain':{'baseType':'NUMBER'},"
                                + "'always':{'baseType':'NUMBER','aspects':{'pushType':'ALWAYS'}},"
                                + "'band':{'baseType':'NUMBER','aspects':{'pushType':'DEADBAND','pushThreshold':2.5}}}}")
                        .replace('\'', '"'));

        Infotable java = content(
                request(DEVICE, Verb.POST, Target.service(pushing, "GetPropertySubscriptions"), Optional.empty()));
        Infotable c = content(request(
                DEVICE,
                Verb.POST,
                Target.service(pushing, "GetPropertySubscriptions"),
                Optional.of(Infotable.single(
                        new FieldDefinition("options", BaseType.JSON),
                        new Value.Json(BaseType.JSON, Json.read("{\"hasDeadband\":true}"))))));

        assertThat(java.fields())
                .extracting(FieldDefinition::name)
                .containsExactly("edgeName", "pushType", "pushThreshold");
        assertThat(java.rows())
                .containsExactly(
                        List.of(Value.string("plain"), Value.string("VALUE"), Value.number(0)),
                        List.of(Value.string("always"), Value.string("ALWAYS"), Value.number(0)),
                        List.of(Value.string("band"), Value.string("VALUE"), Value.number(2.5)));
        assertThat(c.rows().get(2)).containsExactly(Value.string("band"), Value.string("DEADBAND"), Value.number(2.5));
    }

    /** A device may call its properties otherwise than the thing does. */
    @Test
    void knowsTheDevicesNamesOfItsProperties() throws Exception {
        String renamed = thing + "renamed";
        node.put(
                "Things",
                ("{'name':'" + renamed + "','thingTemplate':'RemoteThing','propertyDefinitions':{"
                                + "'pressure':{'baseType':'NUMBER','aspects':{'remote':true,'remotePropertyName':'p-1'}},"
                                + "'p-1':{'baseType':'NUMBER','aspects':{'remote':true,'remotePropertyName':'other'}},"
                                + "'flow':{'baseType':'NUMBER'},'F':{'baseType':'NUMBER','aspects':{'remote':true,'remotePropertyName':'flow'}},"
                                + "'local':{'baseType':'NUMBER'}}}")
                        .replace('\'', '"'));

        Infotable subscriptions = content(
                request(DEVICE, Verb.POST, Target.service(renamed, "GetPropertySubscriptions"), Optional.empty()));
        assertSuccess(request(
                DEVICE,
                Verb.POST,
                Target.service(renamed, "UpdateSubscribedPropertyValues"),
                Optional.of(values(
                        row("p-1", Value.number(4), 1L, "GOOD"),
                        row("flow", Value.number(6), 1L, "GOOD"),
                        row("local", Value.number(5), 1L, "GOOD")))));

        assertThat(subscriptions.rows())
                .extracting(row -> row.get(0))
                .containsExactly(Value.string("p-1"), Value.string("other"), Value.string("flow"));
        Infotable all = content(request(DEVICE, Verb.GET, Target.property(renamed, "*"), Optional.empty()));
        assertThat(all.first("pressure")).isEqualTo(Value.number(4));
        assertThat(all.first("p-1")).isEqualTo(Value.number(0));
        assertThat(all.first("local")).isEqualTo(Value.number(5));
        assertThat(all.first("F")).as("what is bound to the name comes first").isEqualTo(Value.number(6));
        assertThat(all.first("flow")).isEqualTo(Value.number(0));
    }

    @Test
    void hasAnEmptyTableOfEventSubscriptionsAndNotNothing() throws Exception {
        Infotable table = content(service("GetEventSubscriptions"));

        assertThat(table.fields()).extracting(FieldDefinition::name).containsExactly("edgeName", "name");
        assertThat(table.rows()).isEmpty();
    }

    @Test
    void readsPropertiesByService() throws Exception {
        assertSuccess(put("count", field("count", Value.number(5))));
        Infotable names = new Infotable.Builder(new FieldDefinition("item", BaseType.STRING))
                .row(Value.string("count"))
                .row(Value.string("name"))
                .build();

        assertThat(content(service("GetPropertyValues")).first("count")).isEqualTo(Value.number(5));
        assertThat(content(service("GetNamedPropertyValues", field("propertyNames", new Value.Table(names))))
                        .rows())
                .containsExactly(List.of(Value.number(5), Value.string("")));
        assertStatus(service("GetNamedPropertyValues"), Status.BAD_REQUEST, "propertyNames");
        Infotable unknown = Infotable.single(new FieldDefinition("item", BaseType.STRING), Value.string("nothing"));
        assertStatus(
                service("GetNamedPropertyValues", field("propertyNames", new Value.Table(unknown))),
                Status.NOT_FOUND,
                "Property [nothing]");
    }

    @Test
    void knowsAThingByItsIdentifier() throws Exception {
        Target target = Target.property("*id-" + thing, "count");

        assertSuccess(request(DEVICE, Verb.PUT, target, Optional.of(table(field("count", Value.number(5))))));

        assertThat(content(request(READER, Verb.GET, target, Optional.empty())).first("count"))
                .isEqualTo(Value.number(5));
    }

    @Test
    void doesNotKnowWhatIsNotThere() throws Exception {
        assertStatus(get("nothing"), Status.NOT_FOUND, "Property [nothing] Does Not Exist On Thing [" + thing + "]");
        assertStatus(service("Fly"), Status.NOT_FOUND, "Service [Fly] Does Not Exist On Thing [" + thing + "]");
        for (String name : List.of("NotThere", "*not there", "", "*", "a\0b", "*a\0b")) {
            assertStatus(
                    request(DEVICE, Verb.GET, Target.property(name, "count"), Optional.empty()),
                    Status.NOT_FOUND,
                    "Entity Not Found : [" + name + "]");
        }
    }

    @Test
    void saysWhatItDoesNotServe() throws Exception {
        assertStatus(
                request(
                        DEVICE,
                        Verb.POST,
                        new Target(EntityType.THINGS, thing, Characteristic.EVENTS, "Burst"),
                        Optional.empty()),
                Status.NOT_FOUND,
                "Event [Burst] Does Not Exist On Thing");
        for (EntityType type : List.of(EntityType.RESOURCES, EntityType.SUBSYSTEMS)) {
            assertStatus(
                    request(
                            DEVICE,
                            Verb.POST,
                            new Target(type, "X", Characteristic.SERVICES, "Copy"),
                            Optional.empty()),
                    Status.NOT_FOUND,
                    "Entity Not Found : [X]");
        }
        assertStatus(
                request(
                        DEVICE,
                        Verb.GET,
                        new Target(EntityType.RESOURCES, "EntityServices", Characteristic.PROPERTIES, "p"),
                        Optional.empty()),
                Status.METHOD_NOT_ALLOWED,
                "of Resources");
        assertStatus(service("GetAllAnomalyAlertTrainingStatistics"), Status.NOT_FOUND, "Does Not Exist");
    }

    @Test
    void invokesServicesOfThePlatform() throws Exception {
        String made = "Made" + thing;
        Target create = new Target(EntityType.RESOURCES, "EntityServices", Characteristic.SERVICES, "CreateThing");
        Infotable parameters =
                table(field("name", Value.string(made)), field("thingTemplateName", Value.string("GenericThing")));
        assertSuccess(request(DEVICE, Verb.POST, create, Optional.of(parameters)));
        assertStatus(request(DEVICE, Verb.POST, create, Optional.of(parameters)), Status.BAD_REQUEST, "already exists");
        assertStatus(request(READER, Verb.POST, create, Optional.of(parameters)), Status.FORBIDDEN, "may only read");

        Target describe = Target.service(made, "SetDescription");
        assertSuccess(request(
                DEVICE, Verb.POST, describe, Optional.of(table(field("description", Value.string("by a device"))))));
        assertThat(content(request(DEVICE, Verb.POST, Target.service(made, "GetDescription"), Optional.empty()))
                        .first("result"))
                .isEqualTo(Value.string("by a device"));
        assertThat(content(service("GetPropertyDefinitions")).rows()).hasSize(7);
        assertStatus(
                request(DEVICE, Verb.POST, Target.service(made, "EnableSubscription"), Optional.empty()),
                Status.BAD_REQUEST,
                "parameter subscriptionName");
    }

    @ParameterizedTest
    @EnumSource(
            value = Verb.class,
            names = {"GET", "PUT", "POST", "DELETE"})
    void takesTheVerbsThatFit(Verb verb) throws Exception {
        Infotable five = table(field("count", Value.number(5)));
        LinkFrame.Reply onProperty = request(DEVICE, verb, Target.property(thing, "count"), Optional.of(five));
        LinkFrame.Reply onService = request(DEVICE, verb, Target.service(thing, "GetPropertyValues"), Optional.empty());

        assertThat(onProperty.status())
                .isEqualTo(verb == Verb.GET || verb == Verb.PUT ? Status.SUCCESS : Status.METHOD_NOT_ALLOWED);
        assertThat(onService.status()).isEqualTo(verb == Verb.POST ? Status.SUCCESS : Status.METHOD_NOT_ALLOWED);
    }

    @Test
    void letsAReaderReadAndNoMore() throws Exception {
        Infotable five = table(field("count", Value.number(5)));

        assertStatus(
                request(READER, Verb.PUT, Target.property(thing, "count"), Optional.of(five)),
                Status.FORBIDDEN,
                "may only read");
        assertStatus(
                send(READER, Stamp.NONE, pushMessage(row("count", Value.number(5), 1L, "GOOD"))),
                Status.FORBIDDEN,
                "may only read");
        assertThat(content(request(READER, Verb.GET, Target.property(thing, "count"), Optional.empty()))
                        .first("count"))
                .isEqualTo(Value.number(0));
        content(request(READER, Verb.POST, Target.service(thing, "GetPropertySubscriptions"), Optional.empty()));
        content(request(READER, Verb.POST, Target.service(thing, "GetPropertyValues"), Optional.empty()));
    }

    @Test
    void mayPushWhatUsersMayOnlyRead() throws Exception {
        assertSuccess(push(Stamp.NONE, row("fixed", Value.string("by the device"), 1L, "GOOD")));

        assertThat(value("fixed")).isEqualTo(Value.string("by the device"));
    }

    @Test
    void answersBytesThatAreNoRequest() throws Exception {
        byte[] good = message(Verb.GET, Target.property(thing, "count"), Optional.empty());
        byte[] bind = MessageCodec.encode(
                new Message(Header.request(Verb.BIND, 1, 0, 1), new Body.Bind(Optional.empty(), List.of(thing))));
        byte[] response = MessageCodec.encode(
                new Message(Header.request(Verb.GET, 1, 0, 1).answer(Status.SUCCESS), Body.Response.empty()));
        List<byte[]> bad = new ArrayList<>(List.of(new byte[0], new byte[15], bind, response));
        for (int length = 1; length < good.length; length++) {
            bad.add(Arrays.copyOf(good, length));
        }
        byte[] otherVersion = good.clone();
        otherVersion[0] = 9;
        bad.add(otherVersion);

        for (byte[] bytes : bad) {
            LinkFrame.Reply reply = send(DEVICE, Stamp.NONE, bytes);
            assertThat(reply.status()).as(HexFormat.of().formatHex(bytes)).isEqualTo(Status.BAD_REQUEST);
            assertThat(MessageCodec.decodeResponseBody(reply.body()).reason()).isPresent();
        }
        assertThat(send(DEVICE, Stamp.NONE, good).status()).isEqualTo(Status.SUCCESS);
    }

    private record Row(String property, Value value, Long time, String quality) {}

    private static Row row(String property, Value value, Long time, String quality) {
        return new Row(property, value, time, quality);
    }

    private byte[] pushMessage(Row... rows) {
        return message(Verb.POST, Target.service(thing, "UpdateSubscribedPropertyValues"), Optional.of(values(rows)));
    }

    /** The parameters of a push. */
    private static Infotable values(Row... rows) {
        Infotable.Builder values = new Infotable.Builder(
                new FieldDefinition("name", BaseType.STRING),
                new FieldDefinition("value", BaseType.VARIANT),
                new FieldDefinition("time", BaseType.DATETIME),
                new FieldDefinition("quality", BaseType.STRING));
        for (Row row : rows) {
            values.row(
                    Value.string(row.property()),
                    new Value.Variant(row.value()),
                    row.time() == null ? Value.NOTHING : new Value.Datetime(row.time()),
                    row.quality() == null ? Value.NOTHING : Value.string(row.quality()));
        }
        return table(field("values", new Value.Table(values.build())));
    }

    private LinkFrame.Reply push(Stamp stamp, Row... rows) throws Exception {
        return send(DEVICE, stamp, pushMessage(rows));
    }

    private LinkFrame.Reply get(String property) throws Exception {
        return request(DEVICE, Verb.GET, Target.property(thing, property), Optional.empty());
    }

    @SafeVarargs
    private LinkFrame.Reply put(String property, Map.Entry<String, Value>... fields) throws Exception {
        return request(
                DEVICE,
                Verb.PUT,
                Target.property(thing, property),
                fields.length == 0 ? Optional.empty() : Optional.of(table(fields)));
    }

    @SafeVarargs
    private LinkFrame.Reply service(String name, Map.Entry<String, Value>... parameters) throws Exception {
        return request(
                DEVICE,
                Verb.POST,
                Target.service(thing, name),
                parameters.length == 0 ? Optional.empty() : Optional.of(table(parameters)));
    }

    private LinkFrame.Reply request(Principal principal, Verb verb, Target target, Optional<Infotable> parameters)
            throws Exception {
        return send(principal, Stamp.NONE, message(verb, target, parameters));
    }

    private byte[] message(Verb verb, Target target, Optional<Infotable> parameters) {
        return MessageCodec.encode(new Message(
                Header.request(verb, requestIds.incrementAndGet(), 0, 1), new Body.Request(target, parameters)));
    }

    private LinkFrame.Reply send(Principal principal, Stamp stamp, byte[] message) throws Exception {
        return (LinkFrame.Reply) link.ask(
                correlation -> new LinkFrame.Request(correlation, principal.toToken(), stamp, RECEIVED_AT, message));
    }

    private static Map.Entry<String, Value> field(String name, Value value) {
        return Map.entry(name, value);
    }

    @SafeVarargs
    private static Infotable table(Map.Entry<String, Value>... fields) {
        List<FieldDefinition> definitions = new ArrayList<>();
        List<Value> row = new ArrayList<>();
        for (Map.Entry<String, Value> field : fields) {
            definitions.add(new FieldDefinition(field.getKey(), field.getValue().baseType()));
            row.add(field.getValue());
        }
        return new Infotable(definitions, List.of(row));
    }

    private Value value(String property) throws Exception {
        return content(get(property)).first(property);
    }

    private StoredValue stored(String property) throws Exception {
        long id = node.database().model().find("Things", thing).orElseThrow().id();
        Map<String, StoredValue> values = new HashMap<>();
        node.database().properties().scan(1, value -> {
            if (value.key().thingId() == id) {
                values.put(value.key().property(), value);
            }
        });
        return values.get(property);
    }

    private static Infotable content(LinkFrame.Reply reply) throws Exception {
        assertThat(reply.status())
                .as(new String(reply.body(), StandardCharsets.UTF_8))
                .isEqualTo(Status.SUCCESS);
        return MessageCodec.decodeResponseBody(reply.body()).content().orElseThrow();
    }

    private static void assertSuccess(LinkFrame.Reply reply) throws Exception {
        assertThat(reply.status())
                .as(new String(reply.body(), StandardCharsets.UTF_8))
                .isEqualTo(Status.SUCCESS);
        assertThat(MessageCodec.decodeResponseBody(reply.body())).isEqualTo(Body.Response.empty());
    }

    private static void assertStatus(LinkFrame.Reply reply, Status status, String reason) throws Exception {
        assertThat(reply.status())
                .as(new String(reply.body(), StandardCharsets.UTF_8))
                .isEqualTo(status);
        assertThat(MessageCodec.decodeResponseBody(reply.body()).reason())
                .hasValueSatisfying(text -> assertThat(text).contains(reason));
    }
}
