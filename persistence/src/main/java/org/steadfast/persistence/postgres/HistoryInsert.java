package org.steadfast.persistence.postgres;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.steadfast.persistence.store.ValueWrite;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.ValueCodec;
import org.steadfast.protocol.wire.WireReader;

/**
 * The statement that keeps history, for whoever has a transaction of its own, such as one that writes current values. An entry that is
 * there already is left as it is: so an update that arrives a second time leaves no second entry, also where its device has sent it
 * again over another connection, and with another stamp. Stateless.
 */
final class HistoryInsert {
    /** How many parameters the statement has. */
    static final int PARAMETERS = 9;

    /**
     * The whole statement. Entries are numbered in the order in which they were given, and written in the order of their keys, in which
     * everybody locks them.
     */
    static final String SQL = where("");

    private HistoryInsert() {}

    /**
     * The statement as the body of a {@code with}.
     *
     * @param condition without which nothing is written, beginning with {@code where}; may be empty
     */
    static String where(String condition) {
        return """
            insert into property_history (thing_id, property, value_time, value_hash, id, value, quality, number,
                source_epoch, source_sequence)
            select thing_id, property, value_time, value_hash, id, value, quality, number, epoch, seq
            from (
                select u.*, nextval('history_id') as id
                from unnest(?::bigint[], ?::text[], ?::bigint[], ?::bigint[], ?::bytea[], ?::text[],
                    ?::double precision[], ?::bigint[], ?::bigint[])
                    as u(thing_id, property, value_time, value_hash, value, quality, number, epoch, seq)
                offset 0
            ) as numbered %s
            order by thing_id, property collate "C", value_time, value_hash
            on conflict (thing_id, property, value_time, value_hash) do nothing""".formatted(condition);
    }

    /**
     * Sets the statement's parameters.
     *
     * @param first where they begin, counted from 1
     */
    static void fill(PreparedStatement statement, int first, List<ValueWrite> values) throws SQLException {
        int size = values.size();
        Long[] things = new Long[size];
        String[] properties = new String[size];
        Long[] times = new Long[size];
        Long[] hashes = new Long[size];
        byte[][] bytes = new byte[size][];
        String[] qualities = new String[size];
        Double[] numbers = new Double[size];
        Long[] epochs = new Long[size];
        Long[] sequences = new Long[size];
        for (int i = 0; i < size; i++) {
            ValueWrite write = values.get(i);
            things[i] = write.key().thingId();
            properties[i] = write.key().property();
            times[i] = write.time();
            hashes[i] = hash(write);
            bytes[i] = write.value();
            qualities[i] = write.quality();
            numbers[i] = number(write.value());
            epochs[i] = write.epoch();
            sequences[i] = write.sequence();
        }
        Connection connection = statement.getConnection();
        statement.setArray(first, connection.createArrayOf("bigint", things));
        statement.setArray(first + 1, connection.createArrayOf("text", properties));
        statement.setArray(first + 2, connection.createArrayOf("bigint", times));
        statement.setArray(first + 3, connection.createArrayOf("bigint", hashes));
        statement.setArray(first + 4, connection.createArrayOf("bytea", bytes));
        statement.setArray(first + 5, connection.createArrayOf("text", qualities));
        statement.setArray(first + 6, connection.createArrayOf("float8", numbers));
        statement.setArray(first + 7, connection.createArrayOf("bigint", epochs));
        statement.setArray(first + 8, connection.createArrayOf("bigint", sequences));
    }

    /** Tells values of one time apart; nobody finds two with the same. */
    private static long hash(ValueWrite write) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(write.quality().getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            return ByteBuffer.wrap(digest.digest(write.value())).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The value as a number that intervals are made of; null where it is none. */
    private static Double number(byte[] bytes) {
        // Only the first byte of long values is looked at: they are no numbers.
        if (bytes.length > 16) {
            return null;
        }
        try {
            Value value = ValueCodec.read(new WireReader(bytes));
            if (value instanceof Value.Number number) {
                return Double.isFinite(number.number()) ? number.number() : null;
            }
            if (value instanceof Value.Int integer) {
                return (double) integer.number();
            }
            return value instanceof Value.Long integer ? (Double) (double) integer.number() : null;
        } catch (CodecException e) {
            throw new IllegalArgumentException("a value to be kept cannot be read", e);
        }
    }
}
