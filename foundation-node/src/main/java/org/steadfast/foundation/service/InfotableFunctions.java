package org.steadfast.foundation.service;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.steadfast.foundation.query.Query;
import org.steadfast.foundation.query.RowMatch;
import org.steadfast.foundation.query.RowShape;
import org.steadfast.persistence.query.RowSort;
import org.steadfast.protocol.json.InfotableJson;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** Makes infotables of infotables. Nothing is kept. */
final class InfotableFunctions {
    List<BuiltInService> services() {
        return List.of(
                BuiltInService.reading("Query(t:INFOTABLE*, query:QUERY) -> result:INFOTABLE", this::query),
                BuiltInService.reading(
                        "Sort(t:INFOTABLE*, sortColumn:STRING*, ascending:BOOLEAN) -> result:INFOTABLE", this::sort),
                BuiltInService.reading("Distinct(t:INFOTABLE*, columns:STRING) -> result:INFOTABLE", this::distinct),
                BuiltInService.reading("Union(t1:INFOTABLE*, t2:INFOTABLE*) -> result:INFOTABLE", this::union),
                BuiltInService.reading(
                        "GetRowCount(t:INFOTABLE*) -> result:NUMBER",
                        request -> CompletableFuture.completedFuture(ServiceResult.of(
                                Value.number(table(request, "t").rows().size())))),
                BuiltInService.reading("TopN(t:INFOTABLE*, maxItems:NUMBER*) -> result:INFOTABLE", request -> {
                    Infotable table = table(request, "t");
                    int most = request.count("maxItems", Bounds.ROWS_BY_DEFAULT, Integer.MAX_VALUE);
                    return done(new Infotable(
                            table.fields(),
                            table.rows().subList(0, Math.min(most, table.rows().size()))));
                }),
                BuiltInService.reading(
                        "Aggregate(t:INFOTABLE*, columns:STRING*, aggregates:STRING*, groupByColumns:STRING) ->"
                                + " result:INFOTABLE",
                        this::aggregate));
    }

    private static CompletionStage<ServiceResult> done(Infotable table) {
        return CompletableFuture.completedFuture(ServiceResult.of(new Value.Table(table)));
    }

    private static Infotable table(ServiceRequest request, String parameter) throws ServiceException {
        try {
            return InfotableJson.read(RowParameters.json(request, parameter), List.of());
        } catch (InvalidValueException e) {
            throw request.invalid(parameter, e.getMessage());
        }
    }

    private static Function<String, Value> cells(Infotable table, List<Value> row) {
        return name -> {
            int column = table.indexOf(name);
            return column >= 0 && column < row.size() ? row.get(column) : Value.NOTHING;
        };
    }

    private static int column(ServiceRequest request, String parameter, Infotable table, String name)
            throws ServiceException {
        int column = table.indexOf(name);
        if (column < 0) {
            throw request.invalid(
                    parameter,
                    "there is no field [" + name + "]; there are "
                            + String.join(
                                    ", ",
                                    table.fields().stream()
                                            .map(FieldDefinition::name)
                                            .toList()));
        }
        return column;
    }

    /** Names with commas between them. */
    private static List<String> names(ServiceRequest request, String parameter) throws ServiceException {
        List<String> names = new ArrayList<>();
        for (String name : request.text(parameter, "").split(",", -1)) {
            if (!name.isBlank()) {
                names.add(name.strip());
            }
        }
        return names;
    }

    private CompletionStage<ServiceResult> query(ServiceRequest request) throws Exception {
        Infotable table = table(request, "t");
        Query query = RowParameters.query(request, RowShape.of(table.fields()));
        List<List<Value>> rows = new ArrayList<>();
        RowMatch match = new RowMatch(query.filter());
        for (List<Value> row : table.rows()) {
            if (match.fulfils(cells(table, row))) {
                rows.add(row);
            }
        }
        RowParameters.requireDone(request, match);
        rows.sort(order(table, query.sorts()));
        return done(new Infotable(table.fields(), rows));
    }

    private static Comparator<List<Value>> order(Infotable table, List<RowSort> sorts) {
        Comparator<Function<String, Value>> order = RowMatch.order(sorts);
        return (a, b) -> order.compare(cells(table, a), cells(table, b));
    }

    private CompletionStage<ServiceResult> sort(ServiceRequest request) throws Exception {
        Infotable table = table(request, "t");
        FieldDefinition field = table.fields().get(column(request, "sortColumn", table, request.text("sortColumn")));
        RowShape.Column column = RowShape.of(table.fields()).find(field.name()).orElseThrow();
        if (!column.field().kind().isOrdered()) {
            throw request.invalid(
                    "sortColumn",
                    "field " + field.name() + " is a " + field.baseType() + ", whose values have no order");
        }
        List<List<Value>> rows = new ArrayList<>(table.rows());
        rows.sort(order(table, List.of(new RowSort(column.field(), request.flag("ascending", true)))));
        return done(new Infotable(table.fields(), rows));
    }

    /** The rows that differ in some columns, with these columns alone; in all of them where none is named. */
    private CompletionStage<ServiceResult> distinct(ServiceRequest request) throws Exception {
        Infotable table = table(request, "t");
        List<Integer> columns = new ArrayList<>();
        for (String name : names(request, "columns")) {
            columns.add(column(request, "columns", table, name));
        }
        if (columns.isEmpty()) {
            for (int i = 0; i < table.fields().size(); i++) {
                columns.add(i);
            }
        }
        Set<List<Value>> rows = new LinkedHashSet<>();
        for (int row = 0; row < table.rows().size(); row++) {
            rows.add(cells(table, row, columns));
        }
        return done(new Infotable(columns.stream().map(table.fields()::get).toList(), List.copyOf(rows)));
    }

    private static List<Value> cells(Infotable table, int row, List<Integer> columns) {
        return columns.stream().map(column -> table.cell(row, column)).toList();
    }

    /** The rows of both; the fields are those of the first, and those of the second that it has not. */
    private CompletionStage<ServiceResult> union(ServiceRequest request) throws Exception {
        Infotable first = table(request, "t1");
        Infotable second = table(request, "t2");
        Map<String, FieldDefinition> fields = new LinkedHashMap<>();
        first.fields().forEach(field -> fields.put(field.name(), field));
        second.fields().forEach(field -> fields.putIfAbsent(field.name(), field));
        List<List<Value>> rows = new ArrayList<>();
        for (Infotable table : List.of(first, second)) {
            for (List<Value> row : table.rows()) {
                rows.add(fields.keySet().stream().map(cells(table, row)).toList());
            }
        }
        return done(new Infotable(List.copyOf(fields.values()), rows));
    }

    private CompletionStage<ServiceResult> aggregate(ServiceRequest request) throws Exception {
        Infotable table = table(request, "t");
        List<String> columns = names(request, "columns");
        List<String> functions = names(request, "aggregates");
        if (columns.isEmpty() || columns.size() != functions.size()) {
            throw request.invalid("aggregates", "there must be as many as there are columns, and at least one");
        }
        List<Integer> groupBy = new ArrayList<>();
        for (String name : names(request, "groupByColumns")) {
            groupBy.add(column(request, "groupByColumns", table, name));
        }
        List<FieldDefinition> fields =
                new ArrayList<>(groupBy.stream().map(table.fields()::get).toList());
        List<ColumnAggregate> aggregates = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            int column = column(request, "columns", table, columns.get(i));
            ColumnAggregate aggregate = ColumnAggregate.of(
                            functions.get(i), column, table.fields().get(column))
                    .orElse(null);
            if (aggregate == null) {
                throw request.invalid(
                        "aggregates",
                        functions.get(i) + " of a " + table.fields().get(column).baseType()
                                + " cannot be made; there are COUNT of anything, and SUM, AVERAGE, MIN and MAX of"
                                + " numbers");
            }
            aggregates.add(aggregate);
            fields.add(aggregate.field());
        }
        Map<List<Value>, List<List<Value>>> groups = new LinkedHashMap<>();
        for (int row = 0; row < table.rows().size(); row++) {
            groups.computeIfAbsent(cells(table, row, groupBy), key -> new ArrayList<>())
                    .add(table.rows().get(row));
        }
        List<List<Value>> rows = new ArrayList<>();
        groups.forEach((key, members) -> {
            List<Value> row = new ArrayList<>(key);
            aggregates.forEach(aggregate -> row.add(aggregate.of(members)));
            rows.add(row);
        });
        return done(new Infotable(fields, rows));
    }
}
