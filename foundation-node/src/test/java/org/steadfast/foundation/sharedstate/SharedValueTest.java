package org.steadfast.foundation.sharedstate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.steadfast.persistence.store.PropertyKey;
import org.steadfast.persistence.store.StoredValue;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.ValueCodec;

class SharedValueTest {

    @Test
    void comesBackAsItWas() {
        StoredValue stored = new StoredValue(
                new PropertyKey(7, "p"), ValueCodec.toBytes(Value.string("w\u00e4rm \ud83d\udd25")), -5, "GOOD", 42);

        assertThat(SharedValue.decode(SharedValue.encode(stored)))
                .contains(new SharedValue(42, -5, "GOOD", Value.string("w\u00e4rm \ud83d\udd25")));
    }

    @Test
    void keepsAValueThatIsNothing() {
        StoredValue stored = new StoredValue(new PropertyKey(7, "p"), ValueCodec.toBytes(Value.NOTHING), 0, "", 1);

        assertThat(SharedValue.decode(SharedValue.encode(stored))).contains(new SharedValue(1, 0, "", Value.NOTHING));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 255, 256, 0x0102030405060708L, Long.MAX_VALUE, -1})
    void tellsItsVersionWithoutBeingRead(long version) {
        StoredValue stored = new StoredValue(new PropertyKey(7, "p"), new byte[] {-1}, 0, "", version);

        assertThat(SharedValue.versionOf(SharedValue.encode(stored))).isEqualTo(version);
        assertThat(SharedValue.versionOf(SharedValue.forgotten(version))).isEqualTo(version);
    }

    @Test
    void isNothingThereWhenItWasForgotten() {
        assertThat(SharedValue.decode(SharedValue.forgotten(42))).isEmpty();
    }

    @Test
    void refusesBytesThatItDidNotWrite() {
        byte[] bytes = new byte[20];
        bytes[17] = 99;

        assertThatThrownBy(() -> SharedValue.decode(bytes)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> SharedValue.decode(new byte[9])).isInstanceOf(IllegalStateException.class);
    }
}
