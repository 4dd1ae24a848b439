package org.steadfast.persistence.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.ValueCodec;
import org.steadfast.protocol.wire.WireReader;

/** What every store of history does, whatever the database. */
public abstract class HistoryStoreContract {
    private static final AtomicLong NAMES = new AtomicLong();
    private static final long NOW = Instant.parse("2026-11-25T12:00:00Z").toEpochMilli();

    protected final String name = "thing" + NAMES.incrementAndGet();
    protected HistoryStore store;
    protected long thing;

    protected abstract HistoryStore store();

    protected abstract ModelStore model();

    @BeforeEach
    void create() throws Exception {
        store = store();
        thing = model().create(new EntityWrite("Logged", name, Optional.empty(), "{}", List.of()))
                .id();
    }

    @Test
    void givesValuesInTheOrderOfTheirTime() throws Exception {
        store.append(List.of(number(2000, 2), number(1000, 1), write("other", 1500, Value.string("x"))));
        store.append(List.of(number(3000, 3), number(Long.MIN_VALUE, -1), number(Long.MAX_VALUE, 99)));

        assertThat(numbers(TimeRange.ALWAYS, true, 10)).containsExactly(-1.0, 1.0, 2.0, 3.0, 99.0);
        assertThat(numbers(TimeRange.ALWAYS, false, 2)).containsExactly(99.0, 3.0);
        assertThat(numbers(new TimeRange(1000, 2000), false, 10)).containsExactly(2.0, 1.0);
        assertThat(numbers(TimeRange.ALWAYS, true, 0)).isEmpty();
        assertThat(store.query(thing + 1, "level", TimeRange.ALWAYS, true, 10)).isEmpty();

        List<String> both = new ArrayList<>();
        store.scan(thing, List.of("level", "other"), new TimeRange(1000, 2000), true, entry -> {
            both.add(entry.property() + " " + entry.time() + " " + entry.quality());
            return true;
        });
        assertThat(both).containsExactly("level 1000 GOOD", "other 1500 GOOD", "level 2000 GOOD");
    }

    @Test
    void aValueThatArrivesAgainIsOneEntry() throws Exception {
        ValueWrite sent = stamped(1000, 1, 7, 3);
        store.append(List.of(sent, number(2000, 2)));
        store.append(List.of(sent));
        // Sent again over another connection, as by a device that had no answer.
        store.append(List.of(stamped(1000, 1, 8, 1), stamped(3000, 3, 8, 2), stamped(3000, 3, 8, 2)));

        assertThat(numbers(TimeRange.ALWAYS, true, 10)).containsExactly(1.0, 2.0, 3.0);
    }

    @Test
    void valuesOfTheSameTimeStayInTheOrderOfTheirArrival() throws Exception {
        List<ValueWrite> writes = new ArrayList<>();
        List<Double> expected = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            writes.add(number(1000, 20 - i));
            expected.add(20.0 - i);
        }
        store.append(writes);
        store.append(List.of(number(1000, 50)));
        expected.add(50.0);

        assertThat(numbers(TimeRange.ALWAYS, true, 100)).isEqualTo(expected);
        ValueWrite bad = new ValueWrite(new PropertyKey(thing, "level"), bytes(Value.number(50)), 1000, "BAD", 0, 0);
        store.append(List.of(bad));
        assertThat(store.query(thing, "level", TimeRange.ALWAYS, false, 1)
                        .get(0)
                        .quality())
                .isEqualTo("BAD");
    }

    @Test
    void takesNumbersTogetherByIntervals() throws Exception {
        store.append(List.of(
                number(-1, 9),
                number(0, 4),
                number(10, 2),
                number(99, 3),
                number(100, 8),
                number(350, 1),
                write("level", 20, Value.number(Double.NaN)),
                write("level", 30, Value.string("x")),
                write("level", 40, new Value.Int(7))));

        assertThat(store.aggregate(thing, "level", new TimeRange(-10, 349), 100, 10))
                .containsExactly(
                        new HistoryInterval(-100, 1, 9, 9, 9, 9, 9),
                        new HistoryInterval(0, 4, 2, 7, 4, 4, 3),
                        new HistoryInterval(100, 1, 8, 8, 8, 8, 8));
        assertThat(store.aggregate(thing, "level", TimeRange.ALWAYS, 100, 2)).hasSize(2);
        assertThat(store.aggregate(thing, "level", TimeRange.ALWAYS, Long.MAX_VALUE, 10))
                .extracting(HistoryInterval::count)
                .containsExactly(1L, 6L);
    }

    @Test
    void purgesByPropertyAndRange() throws Exception {
        store.append(
                List.of(number(1000, 1), number(2000, 2), number(3000, 3), write("other", 1000, Value.string("x"))));

        assertThat(store.purge(thing, List.of("level"), new TimeRange(0, 2000))).isEqualTo(2);
        assertThat(numbers(TimeRange.ALWAYS, true, 10)).containsExactly(3.0);
        assertThat(store.query(thing, "other", TimeRange.ALWAYS, true, 10)).hasSize(1);
        assertThat(store.purgeBefore(List.of(thing, thing + 1), 3000)).isEqualTo(1);
        assertThat(numbers(TimeRange.ALWAYS, true, 10)).containsExactly(3.0);
        assertThat(store.purge(thing, List.of(), TimeRange.ALWAYS)).isEqualTo(1);
    }

    @Test
    void upkeepChangesNothingOfWhatIsThere() throws Exception {
        long month = 31L * 24 * 3600 * 1000;
        store.append(List.of(
                number(NOW, 1), number(NOW + month, 2), number(NOW - 10 * month, 3), number(NOW + 100 * month, 4)));
        store.upkeep(NOW);
        store.append(List.of(number(NOW + 1, 5), number(NOW + month + 1, 6), number(NOW, 1)));
        store.upkeep(NOW);
        store.upkeep(NOW + 2 * month);

        assertThat(numbers(TimeRange.ALWAYS, true, 100)).containsExactly(3.0, 1.0, 5.0, 2.0, 6.0, 4.0);
    }

    @Test
    void upkeepRemovesWhatIsLeftOfThingsThatAreNoMore() throws Exception {
        store.append(List.of(number(NOW, 1)));
        model().delete("Logged", name);
        store.upkeep(NOW);

        assertThat(numbers(TimeRange.ALWAYS, true, 10)).isEmpty();
    }

    protected ValueWrite number(long time, double value) {
        return write("level", time, Value.number(value));
    }

    private ValueWrite stamped(long time, double value, long epoch, long sequence) {
        return new ValueWrite(
                new PropertyKey(thing, "level"), bytes(Value.number(value)), time, "GOOD", epoch, sequence);
    }

    private ValueWrite write(String property, long time, Value value) {
        return new ValueWrite(new PropertyKey(thing, property), bytes(value), time, "GOOD", 0, 0);
    }

    private static byte[] bytes(Value value) {
        return ValueCodec.toBytes(value);
    }

    protected List<Double> numbers(TimeRange range, boolean oldestFirst, int limit) throws Exception {
        List<Double> numbers = new ArrayList<>();
        for (HistoryEntry entry : store.query(thing, "level", range, oldestFirst, limit)) {
            numbers.add(((Value.Number) ValueCodec.read(new WireReader(entry.value()))).number());
        }
        return numbers;
    }
}
