package org.steadfast.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.steadfast.protocol.Samples.hex;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

class GoldenVectorTest {

    static List<GoldenVectors.Golden> vectors() {
        return GoldenVectors.ALL;
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void whatARealDeviceSendsIsUnderstood(GoldenVectors.Golden golden) throws Exception {
        assertThat(MessageCodec.decode(golden.bytes())).isEqualTo(golden.message());
        assertThat(MessageCodec.decodeHeader(golden.bytes()))
                .isEqualTo(golden.message().header());
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void theSameMessageIsWrittenWithTheSameBytes(GoldenVectors.Golden golden) {
        assertThat(MessageCodec.encode(golden.message())).isEqualTo(golden.bytes());
        assertThat(MessageCodec.join(
                        golden.message().header(),
                        MessageCodec.encodeBody(golden.message().body())))
                .isEqualTo(golden.bytes());
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void aMessageThatBreaksOffAnywhereIsRefused(GoldenVectors.Golden golden) {
        for (int length = 0; length < golden.bytes().length; length++) {
            byte[] part = Arrays.copyOf(golden.bytes(), length);
            assertThatThrownBy(() -> MessageCodec.decode(part))
                    .as("first %d bytes", length)
                    .isInstanceOf(CodecException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void garbageAfterTheBodyIsIgnored(GoldenVectors.Golden golden) throws Exception {
        byte[] bytes = Arrays.copyOf(golden.bytes(), golden.bytes().length + 7);
        Arrays.fill(bytes, golden.bytes().length, bytes.length, (byte) 0xA5);
        assertThat(MessageCodec.decode(bytes)).isEqualTo(golden.message());
        if (golden.message().body() instanceof Body.Response response) {
            byte[] body = Arrays.copyOfRange(bytes, Header.LENGTH, bytes.length);
            assertThat(MessageCodec.decodeResponseBody(body)).isEqualTo(response);
        }
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void aRequestIsRoutedByItsTargetAlone(GoldenVectors.Golden golden) throws Exception {
        if (golden.message().body() instanceof Body.Request request) {
            assertThat(MessageCodec.decodeTarget(golden.bytes())).isEqualTo(request.target());
        } else {
            assertThatThrownBy(() -> MessageCodec.decodeTarget(golden.bytes())).isInstanceOf(CodecException.class);
        }
    }

    @Test
    void aStringCellInANumberFieldOfTheCSdkStaysAString() throws Exception {
        byte[] bytes = hex("01 40 00000001 00000000 11223344 00 00 05 01 01 61 00 01 0000 00 01 0001 00 02 3132 00");
        Infotable content =
                ((Body.Response) MessageCodec.decode(bytes).body()).content().orElseThrow();
        assertThat(content.fields()).containsExactly(new FieldDefinition("a", BaseType.NUMBER));
        assertThat(content.first("a")).isEqualTo(Value.string("12"));
    }

    @Test
    void requestHeadersOfADeviceArePassedOver() throws Exception {
        byte[] bytes = hex("01 01 00000002 00000000 11223344 00 0a 01 54 01 01 70 02 01 61 01 62 01 63 01 64 ff");
        assertThat(MessageCodec.decode(bytes).body())
                .isEqualTo(new Body.Request(Target.property("T", "p"), Optional.empty()));
    }

    @Test
    void keepAliveAndClearAuthNeedNoBody() throws Exception {
        assertThat(MessageCodec.decode(hex("01 1f 00000002 00000000 11223344 00")))
                .isEqualTo(new Message(Header.request(Verb.KEEP_ALIVE, 2, 0, 0x11223344), new Body.Empty()));
        assertThat(MessageCodec.decode(hex("01 15 00000002 00000000 11223344 00")))
                .isEqualTo(new Message(Header.request(Verb.CLEAR_AUTH, 2, 0, 0x11223344), new Body.Empty()));
    }

    @Test
    void anAnswerEchoesTheIdsOfItsRequest() {
        Header request = new Header(0x03, 77, -5, 9, true);
        assertThat(request.answer(Status.NOT_FOUND)).isEqualTo(new Header(0x84, 77, -5, 9, false));
        assertThat(request.withSession(4)).isEqualTo(new Header(0x03, 77, -5, 4, true));
    }

    @Test
    void refusalsSayWhatIsWrong() {
        assertRefused("02 01 00000002 00000000 11223344 00 0a", "protocol version 2");
        assertRefused("01 3f 00000002 00000000 11223344 00 0a", "unknown request code 63");
        assertRefused("01 01 00000002 00000000 11223344 01 0001 0001 2000 0a", "chunk of a multipart message");
        assertRefused("01 01 00000002 00000000 11223344 02 0a", "multipart mark is 2");
        assertRefused("01 01 00000002 00000000 11223344 00 09 01 54 01 01 70 00 ff", "unknown entity type code 9");
        assertRefused("01 01 00000002 00000000 11223344 00 0a 01 54 04 01 70 00 ff", "characteristic type code 4");
        assertRefused("01 01 00000002 00000000 11223344 00 0a 01 54 01 01 70 00 00", "content of type 0");
        assertRefused("01 40 00000002 00000000 11223344 00 00 05 02", "field mark is 2");
        assertRefused("01 40 00000002 00000000 11223344 00 01 02 c328 ff", "not UTF-8");
        assertRefused("01 40 00000002 00000000 11223344 00 00 05 01 00 00 13 0000 00 00", "base type code 19");
        assertRefused("01 40 00000002 00000000 11223344 00 00 05 00 01 0001 ff 00", "1 cells for 0 fields");
    }

    private static void assertRefused(String hex, String message) {
        assertThatThrownBy(() -> MessageCodec.decode(hex(hex)))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining(message);
    }

    @Test
    void secretsOfAnAuthDoNotShowInLogs() {
        assertThat(GoldenVectors.ALL.get(1).message().toString()).doesNotContain("pw123");
    }
}
