package org.steadfast.foundation.service;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.steadfast.foundation.model.EffectiveShape;
import org.steadfast.foundation.model.Entity;
import org.steadfast.foundation.model.EntityRef;
import org.steadfast.foundation.model.EntityType;
import org.steadfast.foundation.model.Model;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.property.Properties;
import org.steadfast.foundation.query.Query;
import org.steadfast.foundation.query.RowMatch;
import org.steadfast.foundation.query.RowShape;
import org.steadfast.foundation.remote.RemoteProperties;
import org.steadfast.foundation.security.Authority;
import org.steadfast.foundation.security.Right;
import org.steadfast.foundation.security.Rights;
import org.steadfast.protocol.type.BaseType;
import org.steadfast.protocol.type.FieldDefinition;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/**
 * Things as rows: what every entity tells of itself, and the values of properties that they have in common. Values come from shared
 * state, those of many things at a time. What somebody may not read is empty, also for the query: it would tell the value else.
 * Safe for use by several threads.
 */
final class ThingRows {
    /** Things whose values are asked for at a time. */
    private static final int BATCH = 100;

    private static final List<FieldDefinition> OF_ALL = List.of(
            new FieldDefinition("name", BaseType.STRING),
            new FieldDefinition("description", BaseType.STRING),
            new FieldDefinition("homeMashup", BaseType.MASHUPNAME),
            new FieldDefinition("avatar", BaseType.IMAGELINK),
            new FieldDefinition("isSystemObject", BaseType.BOOLEAN),
            new FieldDefinition("tags", BaseType.TAGS),
            new FieldDefinition("thingTemplate", BaseType.THINGTEMPLATENAME));

    private final Model model;
    private final Properties properties;
    private final RemoteProperties connections;
    private final Authority authority;

    ThingRows(Model model, Properties properties, RemoteProperties connections, Authority authority) {
        this.model = model;
        this.connections = connections;
        this.properties = properties;
        this.authority = authority;
    }

    /**
     * What the rows of the things have that come from a template or a shape.
     *
     * @param ofAll what all things have
     * @param common the properties of the template or shape
     * @param connection what things of devices have besides
     */
    record Columns(List<FieldDefinition> ofAll, List<FieldDefinition> common, List<FieldDefinition> connection) {
        List<FieldDefinition> all() {
            List<FieldDefinition> all = new ArrayList<>(ofAll);
            all.addAll(common);
            all.addAll(connection);
            return all;
        }

        RowShape shape() {
            return RowShape.of(all());
        }
    }

    Columns columns(Entity from) throws ModelException {
        EffectiveShape shape = model.effective(from);
        Map<String, FieldDefinition> common =
                new LinkedHashMap<>(shape.members().properties());
        OF_ALL.forEach(field -> common.remove(field.name()));
        return new Columns(OF_ALL, List.copyOf(common.values()), RemoteProperties.ofConnection(shape));
    }

    /**
     * A thing and what is wanted of it.
     *
     * @param readable for each definition, and for what is told of the connection, whether it may be read
     */
    private record Wanted(Entity thing, List<FieldDefinition> definitions, List<Boolean> readable) {
        long id() {
            return thing.id();
        }
    }

    /**
     * The rows that fulfil a query, in its order.
     *
     * @param things in their order; those that the principal may see
     * @param withData whether the rows hold the values of properties
     */
    CompletableFuture<Infotable> select(
            ServiceRequest request, List<Entity> things, Columns columns, Query query, int most, boolean withData) {
        Selection selection = new Selection(request, things, columns, query, most);
        boolean isPlain = !withData && query.equals(Query.NONE);
        CompletableFuture<Void> done = isPlain ? selection.takeAll() : selection.from(0);
        return done.thenApply(all -> selection.table(withData));
    }

    /** One call. Its batches come one after another, so that one thread at a time is at work here. */
    private final class Selection {
        private final ServiceRequest request;
        private final List<Entity> things;
        private final Columns columns;
        private final Query query;
        private final int most;
        private final RowMatch match;
        private final Map<String, Integer> places = new LinkedHashMap<>();
        private final List<List<Value>> rows = new ArrayList<>();
        private long bytes;

        Selection(ServiceRequest request, List<Entity> things, Columns columns, Query query, int most) {
            this.request = request;
            this.things = things;
            this.columns = columns;
            this.query = query;
            this.most = most;
            this.match = new RowMatch(query.filter());
            columns.all().forEach(field -> places.put(field.name(), places.size()));
        }

        CompletableFuture<Void> takeAll() {
            things.stream().limit(most).forEach(thing -> rows.add(ofAll(thing)));
            return CompletableFuture.completedFuture(null);
        }

        CompletableFuture<Void> from(int index) {
            // What is to be sorted must all be there first.
            if (index >= things.size() || (query.sorts().isEmpty() && rows.size() >= most)) {
                return CompletableFuture.completedFuture(null);
            }
            int end = Math.min(things.size(), index + BATCH);
            List<Wanted> batch = new ArrayList<>(end - index);
            try {
                for (Entity thing : things.subList(index, end)) {
                    batch.add(wanted(thing));
                }
            } catch (ModelException e) {
                return CompletableFuture.failedFuture(e);
            }
            CompletableFuture<List<List<Value>>> connected =
                    connections.connections(batch.stream().map(Wanted::id).toList(), columns.connection());
            return properties
                    .read(batch.stream()
                            .map(each -> new Properties.OfThing(each.id(), each.definitions()))
                            .toList())
                    .thenCombine(connected, (values, ofConnections) -> {
                        List<Properties.Row> found = new ArrayList<>(batch.size());
                        for (int i = 0; i < batch.size(); i++) {
                            List<Value> row = new ArrayList<>(values.get(i).row());
                            row.addAll(ofConnections.get(i));
                            found.add(new Properties.Row(row, values.get(i).bytes()));
                        }
                        return found;
                    })
                    .thenCompose(found -> {
                        try {
                            for (int i = 0; i < batch.size(); i++) {
                                take(batch.get(i), found.get(i));
                            }
                        } catch (ServiceException e) {
                            return CompletableFuture.failedFuture(e);
                        }
                        return from(end);
                    });
        }

        /** The definitions of the thing itself: it may have another default value, or keep a value elsewhere. */
        private Wanted wanted(Entity thing) throws ModelException {
            Map<String, FieldDefinition> own = model.effective(thing).members().properties();
            Rights rights = authority.of(request.principal(), new EntityRef(EntityType.THING, thing.name()));
            List<FieldDefinition> definitions = new ArrayList<>(columns.common().size());
            List<Boolean> readable = new ArrayList<>(columns.common().size());
            for (FieldDefinition column : columns.common()) {
                FieldDefinition definition = own.getOrDefault(column.name(), column);
                definitions.add(definition);
                readable.add(definition.baseType() == column.baseType()
                        && rights.allows(Right.PROPERTY_READ, column.name()));
            }
            columns.connection().forEach(column -> readable.add(rights.allows(Right.PROPERTY_READ, column.name())));
            return new Wanted(thing, definitions, readable);
        }

        private void take(Wanted wanted, Properties.Row values) throws ServiceException {
            List<Value> row = ofAll(wanted.thing());
            for (int i = 0; i < values.row().size(); i++) {
                row.add(wanted.readable().get(i) ? values.row().get(i) : Value.NOTHING);
            }
            boolean fulfils = match.fulfils(cells(row));
            RowParameters.requireDone(request, match);
            if (fulfils) {
                rows.add(row);
                bytes += values.bytes();
                if (bytes >> 20 >= Bounds.MOST_MEGABYTES) {
                    throw request.invalid(
                            "maxItems",
                            "the values of the things found are longer than " + Bounds.MOST_MEGABYTES
                                    + " MiB together; fewer must be asked for");
                }
            }
        }

        private List<Value> ofAll(Entity thing) {
            List<Value> row = new ArrayList<>(places.size());
            row.add(Value.string(thing.name()));
            row.add(Value.string(thing.description()));
            row.add(new Value.Text(BaseType.MASHUPNAME, ""));
            row.add(new Value.Text(BaseType.IMAGELINK, EntityLinks.avatar("Things", thing.name())));
            row.add(new Value.Bool(thing.isSystemObject()));
            row.add(new Value.Text(BaseType.TAGS, String.join(";", thing.tags())));
            row.add(new Value.Text(BaseType.THINGTEMPLATENAME, thing.parent()));
            return row;
        }

        private Function<String, Value> cells(List<Value> row) {
            return name -> places.containsKey(name) ? row.get(places.get(name)) : Value.NOTHING;
        }

        Infotable table(boolean withData) {
            if (!query.sorts().isEmpty()) {
                var order = RowMatch.order(query.sorts());
                rows.sort((a, b) -> order.compare(cells(a), cells(b)));
            }
            List<FieldDefinition> fields = withData ? columns.all() : columns.ofAll();
            return new Infotable(
                    fields,
                    rows.stream()
                            .limit(most)
                            .map(row -> row.subList(0, fields.size()))
                            .toList());
        }
    }
}
