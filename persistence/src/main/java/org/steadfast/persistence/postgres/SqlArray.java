package org.steadfast.persistence.postgres;

import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.function.Function;

/**
 * A parameter that is an array of the database.
 *
 * @param type of its elements, as the database calls it
 */
record SqlArray(String type, Object[] elements) {
    static SqlArray numbers(Collection<Long> numbers) {
        return new SqlArray("bigint", numbers.toArray());
    }

    static SqlArray texts(Collection<String> texts) {
        return new SqlArray("text", texts.toArray());
    }

    /** One value of each element. */
    static <T> SqlArray each(String type, Collection<T> elements, Function<T, Object> value) {
        return new SqlArray(type, elements.stream().map(value).toArray());
    }

    /** Of byte arrays, which the driver knows by the type of the whole alone. */
    static <T> SqlArray bytes(Collection<T> elements, Function<T, byte[]> value) {
        return new SqlArray("bytea", elements.stream().map(value).toArray(byte[][]::new));
    }

    Array on(Connection connection) throws SQLException {
        return connection.createArrayOf(type, elements);
    }
}
