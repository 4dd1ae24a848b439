package org.steadfast.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "null",
                "true",
                "\"ü😀\"",
                "100.0",
                "24.0",
                "1E+5",
                "0.000",
                "-12345678901234567890.50",
                "1E+9999",
                "1E-9999",
                "{\"b\":1,\"a\":{\"c\":[1,2.5,null]}}"
            })
    void aDocumentIsWrittenAsItWasRead(String text) throws Exception {
        assertThat(Json.write(Json.read(text))).isEqualTo(text);
        assertThat(Json.read(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(Json.read(text));
        assertThat(Json.read(Json.write(Json.read(text)))).isEqualTo(Json.read(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", " ", "{", "[1,2]]", "{} {}", "nul", "01", "1.", "NaN", "'a'", "{a:1}", "\"a", "\u0000", "[1,]",
                "\uFEFF", "// c\n1"
            })
    void whatIsNoJsonIsRefused(String text) {
        assertThatThrownBy(() -> Json.read(text)).isInstanceOf(InvalidValueException.class);
        assertThatThrownBy(() -> Json.read(text.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(InvalidValueException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1e10001",
                "1e-10001",
                "1e999999999",
                "-1e-999999999",
                "1000e2147483647",
                "1e2147483648",
                "1e-2147483648",
                "0.1e-2147483647",
                "0e2147483647",
                "1e99999999999",
                "[{\"a\":1e999999999}]"
            })
    @Timeout(5)
    void aNumberOfAbsurdSizeIsRefused(String text) {
        assertThatThrownBy(() -> Json.read(text))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("not JSON");
        assertThatThrownBy(() -> Json.read(text.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("not JSON");
    }

    @Test
    void aNumberOfTooManyDigitsIsRefused() {
        assertThatThrownBy(() -> Json.read("9".repeat(1001))).isInstanceOf(InvalidValueException.class);
        assertThatThrownBy(() -> Json.read("0." + "9".repeat(1001))).isInstanceOf(InvalidValueException.class);
    }

    @Test
    void nestingIsFollowedDownToItsLimitAndRefusedBelow() throws Exception {
        String deepest = "[".repeat(Json.MAX_NESTING) + "]".repeat(Json.MAX_NESTING);
        assertThat(Json.write(Json.read(deepest))).isEqualTo(deepest);
        assertThatThrownBy(() -> Json.read("[" + deepest + "]")).isInstanceOf(InvalidValueException.class);
        assertThatThrownBy(() -> Json.read("[".repeat(1_000_000))).isInstanceOf(InvalidValueException.class);
    }

    @Test
    void bytesThatAreNotUtf8AreRefusedInsteadOfMangled() {
        for (byte[] bytes : new byte[][] {
            "\"Füllstand\"".getBytes(StandardCharsets.ISO_8859_1),
            {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'},
            {'"', (byte) 0xE2, (byte) 0x82, '"'}
        }) {
            assertThatThrownBy(() -> Json.read(bytes))
                    .isInstanceOf(InvalidValueException.class)
                    .hasMessageContaining("not JSON");
        }
    }

    @Test
    void aByteOrderMarkBeforeTheDocumentIsPassedOver() throws Exception {
        assertThat(Json.read("\uFEFF{\"a\":1}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(Json.read("{\"a\":1}"));
    }

    @Test
    void halfACharacterSurvivesBeingWritten() throws Exception {
        for (String text : new String[] {"\"a\\ud83db\"", "[\"\\ude00\"]"}) {
            byte[] utf8 = Json.write(Json.read(text)).getBytes(StandardCharsets.UTF_8);
            assertThat(Json.read(utf8)).isEqualTo(Json.read(text));
        }
    }

    @Test
    @Timeout(20)
    void aDocumentMadeToCollideInHashTablesHarmsNobodyElse() throws Exception {
        for (String[] pair : new String[][] {{"Ab", "BA"}, {"Aa", "BB"}}) {
            assertThat(Json.read(colliding(pair[0], pair[1], 13))).hasSize(1 << 13);
            assertThat(Json.read(colliding(pair[0], pair[1], 13).getBytes(StandardCharsets.UTF_8)))
                    .hasSize(1 << 13);
        }
        for (int i = 0; i < 3000; i++) {
            String innocent = "{\"name" + i + "\":1,\"other" + i + "\":2}";
            assertThat(Json.write(Json.read(innocent))).isEqualTo(innocent);
            assertThat(Json.read(innocent.getBytes(StandardCharsets.UTF_8))).hasSize(2);
        }
    }

    /** An object of 2^n keys that are all the same to a hash that multiplies by 31 or 33. */
    private static String colliding(String zero, String one, int n) {
        StringBuilder json = new StringBuilder("{");
        for (int i = 0; i < 1 << n; i++) {
            json.append(i == 0 ? "\"" : ",\"");
            for (int bit = 0; bit < n; bit++) {
                json.append((i >> bit & 1) == 0 ? zero : one);
            }
            json.append("\":1");
        }
        return json.append('}').toString();
    }
}
