package org.steadfast.persistence.influx;

import java.util.Collection;
import java.util.stream.Collectors;
import org.steadfast.persistence.store.TimeRange;

/** Parts of statements of InfluxQL. Stateless. */
final class InfluxQl {
    /** What the points of history are called. */
    static final String MEASUREMENT = "property_history";

    private InfluxQl() {}

    /** A name in a statement. */
    static String name(String name) {
        return "\"" + name.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    /** A text in a statement. */
    static String text(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    /**
     * The part of a statement that says of which points.
     *
     * @param properties none: all
     */
    static String from(Collection<Long> things, Collection<String> properties, TimeRange range) {
        String ofThings =
                things.stream().map(id -> "thing = '" + id + "'").collect(Collectors.joining(" OR ", "(", ")"));
        String ofProperties = properties.isEmpty()
                ? ""
                : properties.stream()
                        .map(property -> "property = " + text(property))
                        .collect(Collectors.joining(" OR ", " AND (", ")"));
        return " FROM " + MEASUREMENT + " WHERE " + ofThings + ofProperties + " AND time >= " + PointTime.first(range)
                + " AND time <= " + PointTime.last(range);
    }
}
