package org.steadfast.foundation.service;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.model.StoreFailures;
import org.steadfast.foundation.query.Query;
import org.steadfast.foundation.rows.RowContent;
import org.steadfast.persistence.query.RowQuery;
import org.steadfast.persistence.store.RowWrite;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.StoredRow;
import org.steadfast.persistence.store.StreamStore;
import org.steadfast.persistence.store.TimeRange;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** The entries of streams: each has a time, and they come newest first where nobody asks for the oldest. */
final class StreamServices {
    private static final String QUERIED = "(maxItems:NUMBER, startDate:DATETIME, endDate:DATETIME, oldestFirst:BOOLEAN,"
            + " query:QUERY, source:STRING, tags:TAGS) -> result:INFOTABLE";
    private static final String LISTED = "(maxItems:NUMBER, oldestFirst:BOOLEAN) -> result:INFOTABLE";

    private final Model model;
    private final StreamStore store;
    private final Clock clock;

    StreamServices(Model model, StreamStore store, Clock clock) {
        this.model = model;
        this.store = store;
        this.clock = clock;
    }

    List<BuiltInService> services() {
        List<BuiltInService> services = new ArrayList<>(new DataShapeOfThing(model).services());
        queries(services, "StreamEntriesWithData", ShapedThing::table);
        queries(services, "StreamEntries", ShapedThing::labels);
        queries(services, "StreamData", ShapedThing::content);
        services.addAll(List.of(
                BuiltInService.changing(
                        "AddStreamEntry(values:INFOTABLE*, timestamp:DATETIME, source:STRING, sourceType:STRING,"
                                + " location:LOCATION, tags:TAGS) -> result:NOTHING",
                        request -> {
                            ShapedThing stream = stream(request);
                            return add(request, stream, List.of(RowParameters.row(request, "values", stream.fields())));
                        }),
                BuiltInService.changing(
                        "AddStreamEntries(values:INFOTABLE*, timestamp:DATETIME, source:STRING, sourceType:STRING,"
                                + " location:LOCATION, tags:TAGS) -> result:NOTHING",
                        request -> {
                            ShapedThing stream = stream(request);
                            return add(request, stream, RowParameters.rows(request, "values", stream.fields()));
                        }),
                BuiltInService.changing(
                        "UpdateStreamEntry(streamEntryId:STRING*, values:INFOTABLE*, source:STRING, location:LOCATION,"
                                + " tags:TAGS) -> result:NOTHING",
                        this::update),
                BuiltInService.changing("DeleteStreamEntry(streamEntryId:STRING*) -> result:NOTHING", request -> {
                    long id = entryId(request);
                    if (!run(() -> store.delete(thingId(request), id))) {
                        throw noSuchEntry(request, id);
                    }
                    return CompletableFuture.completedFuture(ServiceResult.NOTHING);
                }),
                BuiltInService.changing(
                        "PurgeStreamEntries(startDate:DATETIME, endDate:DATETIME, immediate:BOOLEAN) -> result:NOTHING",
                        request -> {
                            TimeRange range = RowParameters.range(request);
                            run(() -> store.purge(thingId(request), range));
                            return CompletableFuture.completedFuture(ServiceResult.NOTHING);
                        }),
                BuiltInService.reading(
                        "GetStreamEntry(streamEntryId:STRING*) -> result:INFOTABLE",
                        request -> entry(request, ShapedThing::labels)),
                BuiltInService.reading(
                        "GetStreamEntryWithData(streamEntryId:STRING*) -> result:INFOTABLE",
                        request -> entry(request, ShapedThing::table)),
                BuiltInService.reading("GetStreamEntryCount() -> result:NUMBER", request -> {
                    return CompletableFuture.completedFuture(
                            ServiceResult.of(Value.number(run(() -> store.count(thingId(request))))));
                })));
        return services;
    }

    private void queries(
            List<BuiltInService> services, String what, BiFunction<ShapedThing, List<StoredRow>, Infotable> view) {
        services.add(BuiltInService.reading("Query" + what + QUERIED, request -> query(request, view)));
        services.add(BuiltInService.reading("Get" + what + LISTED, request -> query(request, view)));
    }

    private ShapedThing stream(ServiceRequest request) throws ServiceException, ModelException {
        return ShapedThing.stream(model, request);
    }

    /** Asks the store. */
    @FunctionalInterface
    private interface Asking<T> {
        T ask() throws StoreException, ModelException;
    }

    private static <T> T run(Asking<T> asking) throws ModelException {
        try {
            return asking.ask();
        } catch (StoreException e) {
            throw StoreFailures.translate(e);
        }
    }

    private long thingId(ServiceRequest request) throws ModelException {
        return model.things().require(request.entity()).id();
    }

    private static long entryId(ServiceRequest request) throws ServiceException {
        return request.value("streamEntryId", BaseType.LONG)
                .map(value -> ((Value.Long) value).number())
                .orElseThrow(() -> request.invalid("streamEntryId", "must be given"));
    }

    private static ServiceException noSuchEntry(ServiceRequest request, long id) {
        return new ServiceException(
                ServiceException.Kind.NOT_FOUND,
                "Stream entry [" + id + "] does not exist on [" + request.entity() + "]");
    }

    private CompletionStage<ServiceResult> add(ServiceRequest request, ShapedThing stream, List<SentRow> rows)
            throws ServiceException, ModelException {
        long time = RowParameters.time(request, "timestamp", clock.millis());
        List<RowWrite> writes = rows.stream()
                .map(row -> new RowWrite("", row.time().orElse(time), row.labels(), RowContent.write(row.cells())))
                .toList();
        run(() -> {
            store.add(stream.id(), writes);
            return null;
        });
        return CompletableFuture.completedFuture(ServiceResult.NOTHING);
    }

    private CompletionStage<ServiceResult> update(ServiceRequest request) throws Exception {
        ShapedThing stream = stream(request);
        long id = entryId(request);
        SentRow row = RowParameters.row(request, "values", stream.fields());
        RowWrite change = new RowWrite("", 0, row.labels(), RowContent.write(row.cells()));
        if (!run(() -> store.update(stream.id(), id, change))) {
            throw noSuchEntry(request, id);
        }
        return CompletableFuture.completedFuture(ServiceResult.NOTHING);
    }

    private CompletionStage<ServiceResult> query(
            ServiceRequest request, BiFunction<ShapedThing, List<StoredRow>, Infotable> view) throws Exception {
        ShapedThing stream = stream(request);
        TimeRange range = RowParameters.range(request);
        boolean oldestFirst = request.flag("oldestFirst", false);
        Query query = RowParameters.query(request, stream.rows()).and(RowParameters.labelled(request));
        RowQuery limited = query.limited(Bounds.maxItems(request));
        return answer(view.apply(stream, run(() -> store.query(stream.id(), range, oldestFirst, limited))));
    }

    private CompletionStage<ServiceResult> entry(
            ServiceRequest request, BiFunction<ShapedThing, List<StoredRow>, Infotable> view) throws Exception {
        ShapedThing stream = stream(request);
        long id = entryId(request);
        Optional<StoredRow> found = run(() -> store.find(stream.id(), id));
        return answer(view.apply(stream, found.stream().toList()));
    }

    private static CompletionStage<ServiceResult> answer(Infotable table) {
        return CompletableFuture.completedFuture(ServiceResult.of(new Value.Table(table)));
    }
}
