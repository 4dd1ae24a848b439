package org.steadfast.foundation.service;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.StoreFailures;
import org.steadfast.foundation.query.Query;
import org.steadfast.foundation.query.QueryReader;
import org.steadfast.foundation.rows.RowContent;
import org.steadfast.foundation.rows.RowKeys;
import org.steadfast.persistence.query.LikePattern;
import org.steadfast.persistence.query.RowField;
import org.steadfast.persistence.query.RowFilter;
import org.steadfast.persistence.query.RowQuery;
import org.steadfast.persistence.store.DataTableStore;
import org.steadfast.persistence.store.RowWrite;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.StoredRow;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Value;

/** The rows of data tables. What one call changes is changed as a whole or not at all. */
final class DataTableServices {
    private static final String LABELS = "source:STRING, sourceType:STRING, location:LOCATION, tags:TAGS";

    private final Model model;
    private final DataTableStore store;
    private final Clock clock;

    DataTableServices(Model model, DataTableStore store, Clock clock) {
        this.model = model;
        this.store = store;
        this.clock = clock;
    }

    List<BuiltInService> services() {
        List<BuiltInService> services = new ArrayList<>(new DataShapeOfThing(model).services());
        services.addAll(changing());
        services.addAll(reading());
        return services;
    }

    private List<BuiltInService> changing() {
        String rows = "(values:INFOTABLE*, " + LABELS + ")";
        return List.of(
                BuiltInService.changing(
                        "AddDataTableEntry" + rows + " -> result:STRING", request -> one(request, store::add)),
                BuiltInService.changing(
                        "AddDataTableEntries" + rows + " -> result:NOTHING", request -> several(request, store::add)),
                BuiltInService.changing(
                        "AddOrUpdateDataTableEntry" + rows + " -> result:STRING",
                        request -> one(request, store::addOrUpdate)),
                BuiltInService.changing(
                        "AddOrUpdateDataTableEntries" + rows + " -> result:NOTHING",
                        request -> several(request, store::addOrUpdate)),
                BuiltInService.changing("UpdateDataTableEntry" + rows + " -> result:NOTHING", request -> {
                    ShapedThing table = table(request);
                    SentRow row = RowParameters.row(request, "values", table.fields());
                    return write(table, List.of(write(table, row, presentKey(request, table, row))), store::update);
                }),
                BuiltInService.changing("UpdateDataTableEntries" + rows + " -> result:NOTHING", request -> {
                    ShapedThing table = table(request);
                    List<RowWrite> writes = new ArrayList<>();
                    for (SentRow row : RowParameters.rows(request, "values", table.fields())) {
                        writes.add(write(table, row, presentKey(request, table, row)));
                    }
                    return write(table, writes, store::update);
                }),
                BuiltInService.changing(
                        "UpdateDataTableEntriesWithQuery(query:QUERY, values:INFOTABLE, updateValues:INFOTABLE*, "
                                + LABELS + ") -> result:NOTHING",
                        this::updateWithQuery),
                BuiltInService.changing("DeleteDataTableEntry(values:INFOTABLE*) -> result:NOTHING", request -> {
                    ShapedThing table = table(request);
                    SentRow row = RowParameters.row(request, "values", table.fields());
                    return delete(request, presentKey(request, table, row));
                }),
                BuiltInService.changing(
                        "DeleteDataTableEntryByKey(key:STRING*) -> result:NOTHING",
                        request -> delete(request, RowParameters.key(request))),
                BuiltInService.changing(
                        "DeleteDataTableEntries(values:INFOTABLE, query:QUERY, maxItems:NUMBER) -> result:NOTHING",
                        this::deleteMatching),
                BuiltInService.changing(
                        "DeleteDataTableEntriesWithQuery(query:QUERY, values:INFOTABLE, source:STRING, tags:TAGS) ->"
                                + " result:NOTHING",
                        this::deleteMatching),
                BuiltInService.changing("PurgeDataTableEntries() -> result:NOTHING", request -> {
                    long id = model.things().require(request.entity()).id();
                    run(() -> store.deleteWhere(id, RowFilter.EVERYTHING, Long.MAX_VALUE));
                    return CompletableFuture.completedFuture(ServiceResult.NOTHING);
                }));
    }

    private List<BuiltInService> reading() {
        return List.of(
                BuiltInService.reading("GetDataTableEntry(values:INFOTABLE*) -> result:INFOTABLE", request -> {
                    ShapedThing table = table(request);
                    SentRow row = RowParameters.row(request, "values", table.fields());
                    return find(table, presentKey(request, table, row));
                }),
                BuiltInService.reading(
                        "GetDataTableEntryByKey(key:STRING*) -> result:INFOTABLE",
                        request -> find(table(request), RowParameters.key(request))),
                BuiltInService.reading("GetDataTableEntries(maxItems:NUMBER) -> result:INFOTABLE", request -> {
                    ShapedThing table = table(request);
                    return query(table, RowQuery.all(Bounds.maxItems(request)));
                }),
                BuiltInService.reading(
                        "QueryDataTableEntries(maxItems:NUMBER, values:INFOTABLE, query:QUERY, source:STRING,"
                                + " tags:TAGS) -> result:INFOTABLE",
                        request -> {
                            ShapedThing table = table(request);
                            return query(table, matching(request, table).limited(Bounds.maxItems(request)));
                        }),
                BuiltInService.reading(
                        "FindDataTableEntries(maxItems:NUMBER, values:INFOTABLE) -> result:INFOTABLE", request -> {
                            ShapedThing table = table(request);
                            return query(table, matching(request, table).limited(Bounds.maxItems(request)));
                        }),
                BuiltInService.reading(
                        "SearchDataTableEntries(maxItems:NUMBER, searchExpression:STRING, query:QUERY, source:STRING,"
                                + " tags:TAGS) -> result:INFOTABLE",
                        this::search),
                BuiltInService.reading("GetDataTableEntryCount() -> result:NUMBER", request -> {
                    long id = model.things().require(request.entity()).id();
                    return done(Value.number(run(() -> store.count(id))));
                }));
    }

    private ShapedThing table(ServiceRequest request) throws ServiceException, ModelException {
        return ShapedThing.dataTable(model, request);
    }

    /** Writes rows of a thing. */
    @FunctionalInterface
    private interface Writing {
        void write(long thingId, List<RowWrite> rows) throws StoreException;
    }

    /** Asks the store. */
    @FunctionalInterface
    private interface Asking<T> {
        T ask() throws StoreException;
    }

    private static <T> T run(Asking<T> asking) throws ModelException {
        try {
            return asking.ask();
        } catch (StoreException e) {
            throw StoreFailures.translate(e);
        }
    }

    private CompletionStage<ServiceResult> one(ServiceRequest request, Writing writing) throws Exception {
        ShapedThing table = table(request);
        SentRow row = RowParameters.row(request, "values", table.fields());
        String key = newKey(table, row);
        return write(table, List.of(write(table, row, key)), writing)
                .thenApply(written -> ServiceResult.of(Value.string(key)));
    }

    private CompletionStage<ServiceResult> several(ServiceRequest request, Writing writing) throws Exception {
        ShapedThing table = table(request);
        List<RowWrite> writes = new ArrayList<>();
        for (SentRow row : RowParameters.rows(request, "values", table.fields())) {
            writes.add(write(table, row, newKey(table, row)));
        }
        return write(table, writes, writing);
    }

    private static CompletionStage<ServiceResult> write(ShapedThing table, List<RowWrite> writes, Writing writing)
            throws ModelException {
        if (!writes.isEmpty()) {
            run(() -> {
                writing.write(table.id(), writes);
                return null;
            });
        }
        return CompletableFuture.completedFuture(ServiceResult.NOTHING);
    }

    private RowWrite write(ShapedThing table, SentRow row, String key) {
        return new RowWrite(key, clock.millis(), row.labels(), RowContent.write(row.cells()));
    }

    /** The key of a row that may be new: of its fields, its own, or one that nobody has. */
    private static String newKey(ShapedThing table, SentRow row) throws ModelException {
        RowKeys keys = RowKeys.of(table.fields());
        if (!keys.fields().isEmpty()) {
            return keys.of(row.cells());
        }
        Optional<String> own = row.key().filter(key -> !key.isEmpty());
        return own.isPresent() ? RowKeys.require(own.get()) : UUID.randomUUID().toString();
    }

    /** The key of a row that is there. */
    private static String presentKey(ServiceRequest request, ShapedThing table, SentRow row)
            throws ServiceException, ModelException {
        RowKeys keys = RowKeys.of(table.fields());
        if (!keys.fields().isEmpty()) {
            return keys.of(row.cells());
        }
        return row.key()
                .filter(key -> !key.isEmpty())
                .orElseThrow(() -> request.invalid(
                        "values", "the data shape has no primary key, so the row needs its key in the field key"));
    }

    private CompletionStage<ServiceResult> updateWithQuery(ServiceRequest request) throws Exception {
        ShapedThing table = table(request);
        SentRow change = RowParameters.row(request, "updateValues", table.fields());
        for (String field : RowKeys.of(table.fields()).fields()) {
            if (change.cells().containsKey(field)) {
                throw request.invalid(
                        "updateValues", "the field " + field + " is a primary key, which cannot be changed");
            }
        }
        // Source and tags are those that the rows get, not those that they have.
        Query query = requireConditions(
                request, RowParameters.query(request, table.rows()).and(equal(request, table)));
        run(() -> store.updateWhere(table.id(), query.filter(), write(table, change, "")));
        return CompletableFuture.completedFuture(ServiceResult.NOTHING);
    }

    private CompletionStage<ServiceResult> delete(ServiceRequest request, String key) throws ModelException {
        long id = model.things().require(request.entity()).id();
        run(() -> store.delete(id, List.of(key)));
        return CompletableFuture.completedFuture(ServiceResult.NOTHING);
    }

    private CompletionStage<ServiceResult> deleteMatching(ServiceRequest request) throws Exception {
        ShapedThing table = table(request);
        Query query = requireConditions(request, matching(request, table));
        int most = request.count("maxItems", Integer.MAX_VALUE, Integer.MAX_VALUE);
        run(() -> store.deleteWhere(table.id(), query.filter(), most));
        return CompletableFuture.completedFuture(ServiceResult.NOTHING);
    }

    /** Whoever forgot to say which rows does not mean all of them. */
    private static Query requireConditions(ServiceRequest request, Query query) throws ServiceException {
        if (query.filter().equals(RowFilter.EVERYTHING)) {
            throw request.invalid("query", "says of no rows; PurgeDataTableEntries deletes all of them");
        }
        return query;
    }

    /** The rows that fulfil the query and have the source, the tags, and the values of one of the rows that were sent. */
    private Query matching(ServiceRequest request, ShapedThing table) throws ServiceException, ModelException {
        List<RowFilter> filters = new ArrayList<>(RowParameters.labelled(request));
        filters.addAll(equal(request, table));
        return RowParameters.query(request, table.rows()).and(filters);
    }

    private static List<RowFilter> equal(ServiceRequest request, ShapedThing table)
            throws ServiceException, ModelException {
        if (!RowParameters.isSent(request, "values")) {
            return List.of();
        }
        List<RowFilter> rows = new ArrayList<>();
        for (SentRow row : RowParameters.rows(request, "values", table.fields())) {
            List<RowFilter> cells = new ArrayList<>();
            for (FieldDefinition definition : table.fields()) {
                Value value = row.cell(definition.name());
                if (value.isNothing()) {
                    continue;
                }
                RowField field = RowField.ofContent(definition.name(), definition.baseType());
                if (!field.kind().isOrdered()) {
                    throw request.invalid(
                            "values", "field " + field.name() + ": a " + definition.baseType() + " cannot be compared");
                }
                cells.add(new RowFilter.Compare(field, RowFilter.Comparison.EQUAL, QueryReader.operand(value), true));
            }
            if (!cells.isEmpty()) {
                rows.add(new RowFilter.All(cells));
            }
        }
        return rows.isEmpty() ? List.of() : List.of(new RowFilter.Any(rows));
    }

    private CompletionStage<ServiceResult> search(ServiceRequest request) throws Exception {
        ShapedThing table = table(request);
        String expression = request.text("searchExpression", "");
        Query query = matching(request, table);
        if (!expression.isEmpty()) {
            String literal = expression.replaceAll("[\\\\%_*?]", "\\\\$0");
            LikePattern within = LikePattern.of("%" + literal + "%");
            List<RowFilter> texts = new ArrayList<>();
            for (FieldDefinition field : table.fields()) {
                if (RowField.Kind.of(field.baseType()) == RowField.Kind.TEXT) {
                    texts.add(new RowFilter.Like(RowField.ofContent(field.name(), field.baseType()), within, false));
                }
            }
            if (texts.isEmpty()) {
                return done(new Value.Table(table.table(List.of())));
            }
            query = query.and(List.of(new RowFilter.Any(texts)));
        }
        return query(table, query.limited(Bounds.maxItems(request)));
    }

    private CompletionStage<ServiceResult> find(ShapedThing table, String key) throws ModelException {
        Optional<StoredRow> found = run(() -> store.find(table.id(), key));
        return done(new Value.Table(table.table(found.stream().toList())));
    }

    private CompletionStage<ServiceResult> query(ShapedThing table, RowQuery query) throws ModelException {
        return done(new Value.Table(table.table(run(() -> store.query(table.id(), query)))));
    }

    private static CompletionStage<ServiceResult> done(Value value) {
        return CompletableFuture.completedFuture(ServiceResult.of(value));
    }
}
