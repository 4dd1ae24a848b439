package org.steadfast.foundation.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.steadfast.protocol.type.Infotable;

/**
 * What nodes of the versions that are in use tell each other of events, and write into the journal, byte by byte. Where one of these fails,
 * nodes before this change do not understand those after it: docs/develop.md says what to do, which is not to change the digits here.
 */
class FormatsTest {
    private static final Event EVENT =
            new Event(7, "Pump7", "DataChange", "pressure", 1_795_368_431_743L, new Infotable(List.of(), List.of()));

    @Test
    void ofEvents() {
        assertThat(hex(EVENT.encode()))
                .isEqualTo("00000000000000070550756d70370a446174614368616e6765087072657373757265000001a2044c307f0000");
    }

    @Test
    void ofWhatIsToBeRun() {
        RunMessage run =
                new RunMessage.Run(12, 7, "Pump7", List.of(new RunMessage.Call("OnPressure", new byte[] {1, 2, 3})));

        assertThat(hex(run.encode()))
                .isEqualTo(
                        "00000000000000000c00000000000000070550756d7037000000010a4f6e507265737375726500000003010203");
        assertThat(hex(new RunMessage.Ran(12, 7, 1).encode())).isEqualTo("01000000000000000c000000000000000700000001");
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
