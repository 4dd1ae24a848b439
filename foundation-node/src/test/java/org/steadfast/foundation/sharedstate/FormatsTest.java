package org.steadfast.foundation.sharedstate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.steadfast.persistence.store.PropertyKey;
import org.steadfast.persistence.store.StoredValue;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.ValueCodec;

/**
 * What nodes of the versions that are in use put into shared state, byte by byte. Where one of these fails, nodes before this change do not
 * understand those after it: docs/develop.md says what to do, which is not to change the digits here.
 */
class FormatsTest {
    private static final byte[] WARM = ValueCodec.toBytes(Value.string("warm"));

    @Test
    void ofValues() {
        StoredValue stored = new StoredValue(new PropertyKey(7, "p"), WARM, 1_795_368_431_743L, "GOOD", 42);

        assertThat(hex(SharedValue.encode(stored))).isEqualTo("000000000000002a000001a2044c307f04474f4f4400047761726d");
        assertThat(hex(SharedValue.forgotten(42))).isEqualTo("000000000000002a");
    }

    @Test
    void ofValuesThatAreInNoDatabase() {
        InMemoryEntry entry = new InMemoryEntry(3, 8, 9, List.of(new InMemoryEntry.Writer(5, 6)), WARM);

        assertThat(hex(entry.encode()))
                .isEqualTo(
                        "000000000000000300000000000000080000000000000009010000000000000005000000000000000600047761726d");
    }

    @Test
    void ofBindings() {
        Bindings.Binding binding =
                new Bindings.Binding(42, "Pump7", "*ident-7", "cs-1/7f", 12, 1_795_368_431_743L, true);

        assertThat(hex(binding.encode()))
                .isEqualTo(
                        "000000000000002a0550756d7037082a6964656e742d370763732d312f3766000000000000000c000001a2044c307f01");
    }

    @Test
    void ofSessions() {
        SharedSessions.Session session =
                new SharedSessions.Session("token", "Anna", true, "key", "stamp", 1_795_368_431_743L);

        assertThat(hex(session.encode())).isEqualTo("05746f6b656e04416e6e6101036b6579057374616d70000001a2044c307f");
    }

    @Test
    void ofKeys() {
        assertThat(StateKey.of(7, "pressure")).isEqualTo("7/pressure");
        assertThat(StateKey.inMemory(7, "pressure")).isEqualTo("7/\u0001pressure");
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
