package org.steadfast.persistence.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.steadfast.persistence.query.Operand;
import org.steadfast.persistence.query.RowField;
import org.steadfast.persistence.query.RowFilter;
import org.steadfast.persistence.query.RowQuery;
import org.steadfast.persistence.query.RowSort;
import org.steadfast.protocol.json.Json;
import org.steadfast.protocol.type.BaseType;

/** What every store of streams does, whatever the database. */
public abstract class StreamStoreContract {
    private static final AtomicLong NAMES = new AtomicLong();
    private static final RowField LEVEL = RowField.ofContent("level", BaseType.NUMBER);

    private final String name = "stream" + NAMES.incrementAndGet();
    private StreamStore store;
    private long thing;

    protected abstract StreamStore store();

    protected abstract ModelStore model();

    @BeforeEach
    void create() throws Exception {
        store = store();
        thing = model().create(new EntityWrite("Streams", name, Optional.empty(), "{}", List.of()))
                .id();
        store.add(thing, List.of(entry(2000, 2), entry(1000, 1), entry(2000, 2.5)));
        store.add(thing, List.of(entry(-5, 0)));
    }

    @Test
    void givesEntriesInTheOrderOfTheirTimeAndOfTheirArrival() throws Exception {
        assertThat(levels(TimeRange.ALWAYS, true, RowQuery.all(10))).containsExactly(0.0, 1.0, 2.0, 2.5);
        assertThat(levels(TimeRange.ALWAYS, false, RowQuery.all(3))).containsExactly(2.5, 2.0, 1.0);
        assertThat(levels(new TimeRange(-5, 1000), true, RowQuery.all(10))).containsExactly(0.0, 1.0);
        assertThat(store.count(thing)).isEqualTo(4);
        assertThat(store.count(thing + 1)).isZero();
    }

    @Test
    void filtersAndSortsByWhatEntriesHold() throws Exception {
        RowFilter above = new RowFilter.Compare(
                LEVEL, RowFilter.Comparison.GREATER, new Operand.Decimal(BigDecimal.valueOf(1)), true);
        assertThat(levels(TimeRange.ALWAYS, true, new RowQuery(above, List.of(), 10)))
                .containsExactly(2.0, 2.5);
        assertThat(levels(
                        TimeRange.ALWAYS,
                        true,
                        new RowQuery(RowFilter.EVERYTHING, List.of(new RowSort(LEVEL, false)), 2)))
                .containsExactly(2.5, 2.0);
    }

    @Test
    void changesAndDeletesEntriesByTheirNumber() throws Exception {
        StoredRow first =
                store.query(thing, TimeRange.ALWAYS, true, RowQuery.all(1)).get(0);

        assertThat(store.find(thing, first.id())).contains(first);
        assertThat(store.find(thing + 1, first.id())).isEmpty();
        assertThat(store.update(thing, first.id(), entry(99, 7))).isTrue();
        StoredRow changed = store.find(thing, first.id()).orElseThrow();
        assertThat(changed.time()).isEqualTo(-5);
        assertThat(level(changed)).isEqualTo(7);
        assertThat(store.update(thing + 1, first.id(), entry(99, 7))).isFalse();

        assertThat(store.delete(thing + 1, first.id())).isFalse();
        assertThat(store.delete(thing, first.id())).isTrue();
        assertThat(store.delete(thing, first.id())).isFalse();
        assertThat(store.count(thing)).isEqualTo(3);
    }

    @Test
    void purgesARangeOfTime() throws Exception {
        assertThat(store.purge(thing, new TimeRange(Long.MIN_VALUE, 1000))).isEqualTo(2);
        assertThat(levels(TimeRange.ALWAYS, true, RowQuery.all(10))).containsExactly(2.0, 2.5);
    }

    @Test
    void entriesGoWithTheirThing() throws Exception {
        model().delete("Streams", name);
        assertThat(store.count(thing)).isZero();
        assertThatThrownBy(() -> store.add(thing, List.of(entry(1, 1))))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.NOT_FOUND));
    }

    private List<Double> levels(TimeRange range, boolean oldestFirst, RowQuery query) throws Exception {
        return store.query(thing, range, oldestFirst, query).stream()
                .map(StreamStoreContract::level)
                .toList();
    }

    private static double level(StoredRow row) {
        try {
            return Json.read(row.content()).path("level").asDouble();
        } catch (Exception e) {
            throw new AssertionError(row.content(), e);
        }
    }

    private static RowWrite entry(long time, double level) {
        ObjectNode content = Json.mapper().createObjectNode().put("level", level);
        return new RowWrite("", time, RowLabels.NONE, content);
    }
}
