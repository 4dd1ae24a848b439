package org.steadfast.foundation.service;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.steadfast.foundation.query.Query;
import org.steadfast.persistence.store.HistoryEntry;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.ValueCodec;

/** When history is too much for one answer. */
class HistoryCollectorTest {
    private static final byte[] VALUE = ValueCodec.toBytes(Value.string("x".repeat(10 << 20)));

    @Test
    void takesNoMoreThanAnAnswerHolds() {
        HistoryCollector collector = collector("", 1_000);
        int taken = 0;
        while (collector.take(entry(taken))) {
            taken++;
        }

        assertThat(taken).isEqualTo(6);
        assertThat(collector.isTooLarge()).isTrue();
    }

    @Test
    void whatComesBehindTheLastRowDoesNotCount() {
        HistoryCollector collector = collector("", 6);
        int taken = 0;
        while (collector.take(entry(taken))) {
            taken++;
        }

        assertThat(taken).isEqualTo(6);
        assertThat(collector.isTooLarge()).isFalse();
    }

    @Test
    void whatIsNotWantedDoesNotCount() {
        HistoryCollector collector = collector("BAD", 1_000);
        for (int i = 0; i < 20; i++) {
            assertThat(collector.take(entry(i))).isTrue();
        }
        assertThat(collector.isTooLarge()).isFalse();
    }

    private static HistoryCollector collector(String quality, int most) {
        HistoryTable table = HistoryTable.single("p", new FieldDefinition("value", BaseType.STRING));
        return new HistoryCollector(table, Query.NONE, quality, most);
    }

    private static HistoryEntry entry(int time) {
        return new HistoryEntry(time, "p", time, VALUE, "GOOD");
    }
}
