package org.steadfast.persistence.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.steadfast.persistence.query.Operand;
import org.steadfast.persistence.query.RowField;
import org.steadfast.persistence.query.RowFilter;
import org.steadfast.persistence.query.RowQuery;
import org.steadfast.persistence.query.RowSort;
import org.steadfast.protocol.json.Json;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.Value;

/** What every store of data tables does, whatever the database. */
public abstract class DataTableStoreContract {
    private static final AtomicLong NAMES = new AtomicLong();
    private static final RowField LEVEL = RowField.ofContent("level", BaseType.NUMBER);

    private final String name = "table" + NAMES.incrementAndGet();
    private DataTableStore store;
    private long thing;

    protected abstract DataTableStore store();

    protected abstract ModelStore model();

    @BeforeEach
    void create() throws StoreException {
        store = store();
        thing = model().create(new EntityWrite("Tables", name, Optional.empty(), "{}", List.of()))
                .id();
    }

    @Test
    void keepsRowsAsTheyWereAdded() throws Exception {
        RowLabels labels = new RowLabels(
                Optional.of("source"),
                Optional.of("Thing"),
                Optional.of(new Value.Location(9.25, 48.5, -3)),
                Optional.of(List.of("V:T", "V;x:U \"q\"")));
        store.add(thing, List.of(new RowWrite("k'1\\", 123, labels, content("{'level':0.1,'text':'a\\u00e4'}"))));
        store.add(thing, List.of(row("b", "{}")));

        StoredRow row = store.find(thing, "k'1\\").orElseThrow();
        assertThat(row.key()).isEqualTo("k'1\\");
        assertThat(row.time()).isEqualTo(123);
        assertThat(row.labels()).isEqualTo(labels);
        assertThat(Json.read(row.content())).isEqualTo(content("{'text':'a\\u00e4','level':0.1}"));
        assertThat(store.find(thing, "b").orElseThrow().labels()).isEqualTo(RowLabels.NONE);
        assertThat(store.find(thing, "c")).isEmpty();
        assertThat(store.find(thing + 1, "b")).isEmpty();
        assertThat(store.count(thing)).isEqualTo(2);
    }

    @Test
    void givesNoMoreThanAnAnswerHolds() throws Exception {
        String large = "x".repeat(7 << 20);
        for (int i = 0; i < 10; i++) {
            store.add(thing, List.of(row("k" + i, "{'text':'" + large + "'}")));
        }

        assertKind(StoreException.Kind.TOO_LARGE, "ask for fewer rows", () -> store.query(thing, RowQuery.all(10)));
        assertThat(store.query(thing, RowQuery.all(9))).hasSize(9);
    }

    @Test
    void addsAllRowsOrNone() throws Exception {
        store.add(thing, List.of(row("a", "{'level':1}")));

        assertKind(
                StoreException.Kind.ALREADY_EXISTS,
                "[a] already exists",
                () -> store.add(thing, List.of(row("b", "{}"), row("a", "{}"))));
        assertKind(
                StoreException.Kind.ALREADY_EXISTS,
                "[c] already exists",
                () -> store.add(thing, List.of(row("c", "{}"), row("c", "{}"))));
        assertKind(
                StoreException.Kind.NOT_FOUND,
                "thing does not exist",
                () -> store.add(Long.MAX_VALUE, List.of(row("a", "{}"))));
        assertThat(keys(RowQuery.all(10))).containsExactly("a");
        assertThat(contentOf("a")).isEqualTo("{\"level\": 1}");
    }

    @Test
    void changesWhatIsGivenAndLeavesTheRest() throws Exception {
        RowLabels source =
                new RowLabels(Optional.of("s"), Optional.empty(), Optional.empty(), Optional.of(List.of("V:T")));
        store.addOrUpdate(thing, List.of(new RowWrite("a", 1, source, content("{'level':1,'text':'x'}"))));
        store.addOrUpdate(
                thing, List.of(row("b", "{}"), row("a", "{'level':2}"), row("a", "{'text':null,'more':true}")));

        StoredRow row = store.find(thing, "a").orElseThrow();
        assertThat(Json.read(row.content())).isEqualTo(content("{'level':2,'more':true}"));
        assertThat(row.labels()).isEqualTo(source);
        assertThat(keys(RowQuery.all(10))).containsExactly("a", "b");

        store.update(thing, List.of(row("a", "{'level':3}")));
        assertThat(contentOf("a")).contains("3");
        assertKind(
                StoreException.Kind.NOT_FOUND,
                "[c] does not exist",
                () -> store.update(thing, List.of(row("a", "{'level':4}"), row("c", "{}"))));
        assertThat(contentOf("a")).contains("3");

        assertThat(store.updateWhere(thing, level(RowFilter.Comparison.EQUAL, 3), row("", "{'level':5}")))
                .isEqualTo(1);
        assertThat(contentOf("a")).contains("5");
    }

    @Test
    void givesRowsInTheOrderInWhichTheyWereAddedOrAsAsked() throws Exception {
        store.add(
                thing,
                List.of(row("c", "{'level':1}"), row("a", "{'level':3}"), row("b", "{'level':2}"), row("d", "{}")));

        assertThat(keys(RowQuery.all(10))).containsExactly("c", "a", "b", "d");
        assertThat(keys(RowQuery.all(2))).containsExactly("c", "a");
        assertThat(keys(new RowQuery(RowFilter.EVERYTHING, List.of(new RowSort(LEVEL, false)), 10)))
                .containsExactly("a", "b", "c", "d");
        assertThat(keys(new RowQuery(level(RowFilter.Comparison.GREATER, 1), List.of(), 10)))
                .containsExactly("a", "b");
        RowField key = RowField.ofRow("key", BaseType.STRING);
        assertThat(keys(new RowQuery(RowFilter.EVERYTHING, List.of(new RowSort(key, true)), 10)))
                .containsExactly("a", "b", "c", "d");
    }

    @Test
    void findsRowsByWhatTheyHaveBesides() throws Exception {
        RowLabels labels = new RowLabels(
                Optional.of("s"),
                Optional.of("User"),
                Optional.of(new Value.Location(9, 48, 0)),
                Optional.of(List.of("V:T", "V:U")));
        store.add(thing, List.of(new RowWrite("a", 5, labels, content("{'source':'other'}")), row("b", "{}")));

        assertThat(keys(compare("source", BaseType.STRING, new Operand.Text("s"))))
                .containsExactly("a");
        assertThat(keys(compare("sourceType", BaseType.STRING, new Operand.Text("User"))))
                .containsExactly("a");
        assertThat(keys(compare("timestamp", BaseType.DATETIME, new Operand.Decimal(BigDecimal.valueOf(5)))))
                .containsExactly("a");
        assertThat(keys(compare("key", BaseType.STRING, new Operand.Text("b")))).containsExactly("b");
        RowField tags = RowField.ofRow("tags", BaseType.TAGS);
        assertThat(keys(new RowQuery(new RowFilter.Tagged(tags, List.of("V:U")), List.of(), 9)))
                .containsExactly("a");
        assertThat(keys(new RowQuery(new RowFilter.Tagged(tags, List.of("V:U", "V:X")), List.of(), 9)))
                .isEmpty();
        RowField place = RowField.ofRow("location", BaseType.LOCATION);
        assertThat(keys(new RowQuery(new RowFilter.Near(place, 48, 9, 1), List.of(), 9)))
                .containsExactly("a");
        assertThat(keys(new RowQuery(new RowFilter.Not(new RowFilter.Present(place)), List.of(), 9)))
                .containsExactly("b");
    }

    @Test
    void deletesRowsByTheirKeysOrByAFilter() throws Exception {
        store.add(
                thing,
                List.of(row("a", "{'level':1}"), row("b", "{'level':2}"), row("c", "{'level':3}"), row("d", "{}")));

        assertThat(store.delete(thing, List.of("a", "x"))).isEqualTo(1);
        assertThat(store.deleteWhere(thing, level(RowFilter.Comparison.GREATER, 0), 1))
                .isEqualTo(1);
        assertThat(keys(RowQuery.all(10))).containsExactly("c", "d");
        assertThat(store.deleteWhere(thing, RowFilter.EVERYTHING, Long.MAX_VALUE))
                .isEqualTo(2);
        assertThat(store.count(thing)).isZero();
    }

    @Test
    void rowsGoWithTheirThing() throws Exception {
        store.add(thing, List.of(row("a", "{}")));
        model().delete("Tables", name);
        assertThat(store.count(thing)).isZero();
    }

    @Test
    void callsThatChangeTheSameRowsDoNotHoldEachOtherUp() throws Exception {
        int callers = 4;
        CyclicBarrier together = new CyclicBarrier(callers);
        ExecutorService threads = Executors.newFixedThreadPool(callers);
        try {
            List<Future<?>> calls = new ArrayList<>();
            for (int caller = 0; caller < callers; caller++) {
                List<RowWrite> rows = new ArrayList<>();
                for (int i = 0; i < 50; i++) {
                    rows.add(row("k" + (caller % 2 == 0 ? i : 49 - i), "{'level':" + caller + "}"));
                }
                calls.add(threads.submit(() -> {
                    together.await(10, TimeUnit.SECONDS);
                    for (int i = 0; i < 10; i++) {
                        store.addOrUpdate(thing, rows);
                        store.update(thing, rows);
                    }
                    return null;
                }));
            }
            for (Future<?> call : calls) {
                call.get(30, TimeUnit.SECONDS);
            }
            assertThat(store.count(thing)).isEqualTo(50);
        } finally {
            threads.shutdownNow();
        }
    }

    private static RowFilter level(RowFilter.Comparison comparison, long number) {
        return new RowFilter.Compare(LEVEL, comparison, new Operand.Decimal(BigDecimal.valueOf(number)), true);
    }

    private static RowQuery compare(String field, BaseType type, Operand operand) {
        return new RowQuery(
                new RowFilter.Compare(RowField.ofRow(field, type), RowFilter.Comparison.EQUAL, operand, true),
                List.of(),
                10);
    }

    private List<String> keys(RowQuery query) throws StoreException {
        return store.query(thing, query).stream().map(StoredRow::key).toList();
    }

    private String contentOf(String key) throws StoreException {
        return store.find(thing, key).orElseThrow().content();
    }

    private static RowWrite row(String key, String content) throws Exception {
        return new RowWrite(key, 1, RowLabels.NONE, content(content));
    }

    private static ObjectNode content(String json) throws Exception {
        return (ObjectNode) Json.read(json.replace('\'', '"'));
    }

    private static void assertKind(StoreException.Kind kind, String message, ThrowingCallable call) {
        assertThatThrownBy(call)
                .hasMessageContaining(message)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
