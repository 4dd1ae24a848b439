package org.steadfast.protocol.wire;

import static org.steadfast.protocol.Samples.hex;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.steadfast.protocol.Samples;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** Messages of real devices (device protocol, section 12), each with what it means. */
final class GoldenVectors {
    private static final int SESSION = 0x11223344;

    static final List<Golden> ALL = List.of(
            new Golden(
                    "AUTH of the C SDK with an application key",
                    "01 14 00000002 00000000 ffffffff 00 01 06 6170704b6579 24"
                            + "65316437386162662d303030302d343030302d383030302d303030303030303030303030",
                    Header.request(Verb.AUTH, 2, 0, -1),
                    new Body.Auth(List.of(new Body.Auth.Claim("appKey", "e1d78abf-0000-4000-8000-000000000000")))),
            new Golden(
                    "AUTH of the Java SDK with user and password",
                    "01 14 00000001 ffffffff ffffffff 00 02 08 70617373776f7264 05 7077313233"
                            + "06 757365726964 0d 41646d696e6973747261746f72",
                    Header.request(Verb.AUTH, 1, -1, -1),
                    new Body.Auth(List.of(
                            new Body.Auth.Claim("password", "pw123"), new Body.Auth.Claim("userid", "Administrator")))),
            new Golden(
                    "BIND of the C SDK",
                    "01 0a 00000003 00000000 11223344 00 00 0001 0b 537465616d53656e736f72",
                    Header.request(Verb.BIND, 3, 0, SESSION),
                    new Body.Bind(Optional.empty(), List.of("SteamSensor"))),
            new Golden(
                    "BIND of the Java SDK with a gateway that lists itself twice",
                    "01 0a 00000002 ffffffff ffffffff 00 01 08 4761746577617931 0a 53444b47617465776179"
                            + "0003 09 2a6964656e742d3432 08 4761746577617931 08 4761746577617931",
                    Header.request(Verb.BIND, 2, -1, -1),
                    new Body.Bind(
                            Optional.of(new Body.Bind.Gateway("Gateway1", "SDKGateway")),
                            List.of("*ident-42", "Gateway1", "Gateway1"))),
            new Golden(
                    "UNBIND of the Java SDK",
                    "01 0b 00000007 ffffffff ffffffff 00 00 0001 0d 53696d706c655468696e675f32",
                    Header.request(Verb.UNBIND, 7, -1, -1),
                    new Body.Bind(Optional.empty(), List.of("SimpleThing_2"))),
            new Golden(
                    "empty success",
                    "01 40 00001389 00000000 11223344 00 00 ff",
                    new Header(0x40, 5001, 0, SESSION, false),
                    Body.Response.empty()),
            new Golden(
                    "404 of the C SDK, which gives no reason",
                    "01 84 00001392 00000000 11223344 00 00 ff",
                    new Header(0x84, 5010, 0, SESSION, false),
                    Body.Response.empty()),
            new Golden(
                    "404 of the Java SDK with its reason",
                    "01 84 0000138a 00000000 11223344 00 01 36"
                            + "53657276696365205b4164644e756d626572735d20446f6573204e6f74204578697374"
                            + "204f6e205468696e67205b4d795468696e675d ff",
                    new Header(0x84, 5002, 0, SESSION, false),
                    Body.Response.of("Service [AddNumbers] Does Not Exist On Thing [MyThing]")),
            new Golden(
                    "result 5.0 of a service",
                    "01 40 0000138a 00000000 11223344 00"
                            + "00 05 01 06 726573756c74 00 01 0000 00 01 0001 01 4014000000000000 00",
                    new Header(0x40, 5002, 0, SESSION, false),
                    Body.Response.of(Infotable.result(Value.number(5)))),
            new Golden(
                    "GET of the property count by the Java SDK",
                    "01 01 00000002 00000000 11223344 00 0a 0d 53696d706c655468696e675f31 01 05 636f756e74 00 ff",
                    Header.request(Verb.GET, 2, 0, SESSION),
                    new Body.Request(Target.property("SimpleThing_1", "count"), Optional.empty())),
            new Golden(
                    "PUT of a location by the Java SDK",
                    "01 02 00000003 00000000 11223344 00 0a 0d 53696d706c655468696e675f31 01 01 2a 00"
                            + "05 01 08 6c6f636174696f6e 08 6c6f636174696f6e 06 0000 00"
                            + "01 0001 06 40452e147ae147ae c051c3d70a3d70a4 4024000000000000 00",
                    Header.request(Verb.PUT, 3, 0, SESSION),
                    new Body.Request(
                            Target.property("SimpleThing_1", "*"),
                            Optional.of(Infotable.single(
                                    new FieldDefinition("location", "location", BaseType.LOCATION, Map.of()),
                                    new Value.Location(42.36, -71.06, 10))))),
            new Golden(
                    "GetPropertySubscriptions of the C SDK",
                    "01 03 00000005 00000000 11223344 00 0a 0b 537465616d53656e736f72"
                            + "02 18 47657450726f7065727479537562736372697074696f6e73 00"
                            + "05 01 07 6f7074696f6e73 00 08 0000 00"
                            + "01 0001 08 14 7b226861734465616462616e64223a747275657d 00",
                    Header.request(Verb.POST, 5, 0, SESSION),
                    new Body.Request(
                            Target.service("SteamSensor", "GetPropertySubscriptions"),
                            Optional.of(Infotable.single(
                                    new FieldDefinition("options", BaseType.JSON),
                                    Samples.json(BaseType.JSON, "{\"hasDeadband\":true}"))))),
            new Golden(
                    "UpdateSubscribedPropertyValues of the C SDK",
                    "010300000008000000001122334400 0a0b537465616d53656e736f72"
                            + "021e5570646174655375627363726962656450726f706572747956616c756573 00"
                            + "05 01 0676616c756573 00 05 0000 00 01 0001 05"
                            + "01 046e616d65 00 00 0000  01 0576616c7565 00 12 0000"
                            + "01 0474696d65 00 03 0000  01 077175616c697479 00 00 0000 00"
                            + "01 0004 00 10 54656d70657261747572654c696d6974  12 01 408f380000000000"
                            + "03 000001a2044c307f  00 04 474f4f44  00 00",
                    Header.request(Verb.POST, 8, 0, SESSION),
                    new Body.Request(
                            Target.service("SteamSensor", "UpdateSubscribedPropertyValues"),
                            Optional.of(Infotable.single(
                                    new FieldDefinition("values", BaseType.INFOTABLE),
                                    new Value.Table(new Infotable.Builder(
                                                    new FieldDefinition("name", BaseType.STRING),
                                                    new FieldDefinition("value", BaseType.VARIANT),
                                                    new FieldDefinition("time", BaseType.DATETIME),
                                                    new FieldDefinition("quality", BaseType.STRING))
                                            .row(
                                                    Value.string("TemperatureLimit"),
                                                    new Value.Variant(Value.number(999)),
                                                    new Value.Datetime(1_795_368_431_743L),
                                                    Value.string("GOOD"))
                                            .build()))))));

    private GoldenVectors() {}

    /** One captured message. */
    record Golden(String name, byte[] bytes, Message message) {
        private Golden(String name, String hex, Header header, Body body) {
            this(name, hex(hex), new Message(header, body));
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
