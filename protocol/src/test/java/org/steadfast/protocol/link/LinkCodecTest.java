package org.steadfast.protocol.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.steadfast.protocol.Samples.hex;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.steadfast.protocol.wire.Body;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.Status;
import org.steadfast.protocol.wire.Verb;
import org.steadfast.protocol.wire.WireWriter;

class LinkCodecTest {

    static List<LinkFrame> frames() {
        LinkFrame.Binding pump = new LinkFrame.Binding("*ident-42", "Pümpe 7", Long.MAX_VALUE);
        LinkFrame.Binding sensor = new LinkFrame.Binding("SteamSensor", "SteamSensor", -1);
        return List.of(
                new LinkFrame.Authenticate(
                        1,
                        new Body.Auth(List.of(
                                new Body.Auth.Claim("userid", "Administrator"),
                                new Body.Auth.Claim("password", "x".repeat(200)))),
                        "2001:db8::1"),
                new LinkFrame.Authenticate(-1, new Body.Auth(List.of()), ""),
                new LinkFrame.Authenticated(2, Status.SUCCESS, "Administrator"),
                new LinkFrame.Authenticated(Long.MIN_VALUE, Status.UNAUTHORIZED, ""),
                new LinkFrame.Bind(
                        3,
                        "device",
                        "cs-1",
                        1L << 40,
                        Optional.of(new Body.Bind.Gateway("Gateway1", "SDKGateway")),
                        List.of("SteamSensor", "*ident-42", "SteamSensor")),
                new LinkFrame.Bind(3, "", "", 0, Optional.empty(), List.of()),
                new LinkFrame.Bound(4, Status.SUCCESS, "", List.of(pump, sensor)),
                new LinkFrame.Bound(4, Status.NOT_FOUND, "Entity Not Found : [Ä]", List.of()),
                new LinkFrame.Unbind(5, List.of(sensor, pump)),
                new LinkFrame.Unbound(6, Status.UNAVAILABLE),
                new LinkFrame.Request(7, "device", new LinkFrame.Stamp(8, 9), 1_795_368_431_743L, hex("01 1f 00 ff")),
                new LinkFrame.Request(8, "", LinkFrame.Stamp.NONE, -1, new byte[0]),
                new LinkFrame.Reply(9, Status.SUCCESS, hex("00 ff")),
                new LinkFrame.Reply(10, Status.BAD_PROTOCOL_VERSION, new byte[0]),
                new LinkFrame.Call(11, 1L << 40, "Pümpe 7", 12, Verb.POST, 10_000, hex("0a 01 41 02 01 42 00 ff")),
                new LinkFrame.Called(12, Status.CONNECTION_TIMEOUT, hex("00 ff")),
                new LinkFrame.Rebind(14, "cs-1/7f", List.of(new LinkFrame.Held(1L << 40, "*ident-42", "Pümpe 7", 15))),
                new LinkFrame.Rebind(15, "", List.of()),
                new LinkFrame.Rebound(16, Status.UNAVAILABLE),
                new LinkFrame.Superseded(0, 13, "SteamSensor", Long.MAX_VALUE),
                new LinkFrame.DefinitionChanged(0, 13, "SteamSensor", Long.MAX_VALUE));
    }

    @ParameterizedTest
    @MethodSource("frames")
    void everyFrameArrivesAsItWasSent(LinkFrame frame) throws Exception {
        assertSame(LinkCodec.readAll(bytes(List.of(frame))), List.of(frame));
    }

    /** Who changes the digits changes what nodes of earlier versions get: another version of the frames belongs beside this one then. */
    @Test
    void framesOfVersion3AreMadeOfTheseBytes() throws Exception {
        List<String> written = new ArrayList<>();
        for (LinkFrame frame : frames()) {
            written.add(HexFormat.of().formatHex(bytes(List.of(frame))));
        }
        try (InputStream known = LinkCodecTest.class.getResourceAsStream("frames-3.hex")) {
            assertThat(written)
                    .containsExactlyElementsOf(new String(known.readAllBytes(), StandardCharsets.US_ASCII)
                            .lines()
                            .toList());
        }
    }

    @Test
    void allFramesOfOneMessageArriveInOrder() throws Exception {
        assertSame(LinkCodec.readAll(bytes(frames())), frames());
        assertThat(LinkCodec.readAll(new byte[0])).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("frames")
    void aFrameThatBreaksOffIsRefused(LinkFrame frame) {
        byte[] bytes = bytes(List.of(new LinkFrame.Unbound(1, Status.SUCCESS), frame));
        int firstEnds = 4 + 1 + 8 + 1;
        for (int length = 1; length < bytes.length; length++) {
            byte[] part = Arrays.copyOf(bytes, length);
            if (length != firstEnds) {
                assertThatThrownBy(() -> LinkCodec.readAll(part))
                        .as("first %d of %d bytes", length, bytes.length)
                        .isInstanceOf(CodecException.class);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("frames")
    void aFrameWhoseLengthEndsItTooSoonIsRefusedOrShorter(LinkFrame frame) throws Exception {
        byte[] bytes = bytes(List.of(frame));
        for (int length = 0; length < bytes.length - 4; length++) {
            byte[] part = Arrays.copyOf(bytes, 4 + length);
            part[3] = (byte) length;
            part[2] = (byte) (length >>> 8);
            try {
                // Messages and bodies reach to the end of their frame, so that only these may end sooner.
                assertThat(LinkCodec.readAll(part))
                        .singleElement()
                        .isInstanceOfAny(
                                LinkFrame.Request.class,
                                LinkFrame.Reply.class,
                                LinkFrame.Call.class,
                                LinkFrame.Called.class);
            } catch (CodecException e) {
                assertThat(e).hasMessageContaining("left");
            }
        }
    }

    @Test
    void whatIsNoFrameIsRefused() {
        assertRefused("00000000", "frame kind");
        assertRefused("00000009 00 0000000000000001", "unknown kind of frame 0");
        assertRefused("00000009 0f 0000000000000001", "unknown kind of frame 15");
        assertRefused("0000000a 06 0000000000000001 45", "unknown status 69");
        assertRefused("0000001b 09 0000000000000001 0000000000000000 00 0000000000000000 05", "unknown verb 5");
        assertRefused("ffffffff 06 0000000000000001 40", "frame of -1 bytes");
        assertRefused("7fffffff 06 0000000000000001 40", "frame of 2147483647 bytes");
        assertRefused("0000000d 05 0000000000000001 ffffffff", "negative");
        assertRefused("00000018 03 0000000000000001 00 00 0000000000000000 00 80000000", "negative");
        assertRefused("0000000d 05 0000000000000001 7fffffff", "name");
    }

    @Test
    void updatesOfADeviceAreOrderedByBindingFirstAndSequenceSecond() {
        assertThat(new LinkFrame.Stamp(1, 9)).isLessThan(new LinkFrame.Stamp(2, 0));
        assertThat(new LinkFrame.Stamp(2, 1)).isLessThan(new LinkFrame.Stamp(2, 2));
        assertThat(new LinkFrame.Stamp(2, 2)).isEqualByComparingTo(new LinkFrame.Stamp(2, 2));
        assertThat(LinkFrame.Stamp.NONE).isLessThan(new LinkFrame.Stamp(1, 0));
    }

    private static byte[] bytes(List<LinkFrame> frames) {
        WireWriter out = new WireWriter();
        frames.forEach(frame -> LinkCodec.write(out, frame));
        return out.toByteArray();
    }

    /** By their fields: the records that hold arrays are not equal to each other otherwise. */
    private static void assertSame(List<LinkFrame> actual, List<LinkFrame> expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.get(i))
                    .usingRecursiveComparison()
                    .withStrictTypeChecking()
                    .isEqualTo(expected.get(i));
        }
    }

    private static void assertRefused(String hex, String message) {
        assertThatThrownBy(() -> LinkCodec.readAll(hex(hex)))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining(message);
    }
}
