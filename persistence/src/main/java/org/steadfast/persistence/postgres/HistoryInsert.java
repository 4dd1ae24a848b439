package org.steadfast.persistence.postgres;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.steadfast.persistence.store.HistoryNumbers;
import org.steadfast.persistence.store.ValueWrite;

/**
 * The statement that keeps history, for whoever has a transaction of its own, such as one that writes current values. An entry that is
 * there already is left as it is: so an update that arrives a second time leaves no second entry, also where its device has sent it
 * again over another connection, and with another stamp. Stateless.
 */
final class HistoryInsert {
    /** How many parameters the statement has. */
    static final int PARAMETERS = 9;

    /** Longer values stay: base64 of a longer one is more than InfluxDB keeps as one text. */
    private static final int LONGEST_MOVED = 32 << 10;

    /** Nothing bounds what a client calls a value's quality. */
    private static final int LONGEST_QUALITY = 1_000;

    /** Times beyond stay, epoch milliseconds: in nanoseconds they are no 64-bit number. */
    private static final long FARTHEST_MOVED = 9_223_372_036_000L;

    private static final String MOVES = "(octet_length(value) <= " + LONGEST_MOVED + " and octet_length(quality) <= "
            + LONGEST_QUALITY + " and value_time between " + -FARTHEST_MOVED + " and " + FARTHEST_MOVED + ")";

    private HistoryInsert() {}

    /** The whole statement, for {@link PreparedStatement#execute()}. */
    static String whole(HistoryTarget target) {
        return "with " + clauses(target, "true") + " select 1";
    }

    /**
     * The statement as clauses of a {@code with}, the last of which is called {@code logged}. Entries are numbered in the order in which
     * they were given, and written in the order of their keys, in which everybody locks them.
     *
     * @param condition without which nothing is written
     */
    static String clauses(HistoryTarget target, String condition) {
        return target == HistoryTarget.STAYS
                ? numbered() + ", " + stay(condition)
                : numbered() + ", " + move("(" + condition + ") and " + MOVES) + ", "
                        + stay("(" + condition + ") and not " + MOVES);
    }

    private static String numbered() {
        return """
            numbered as materialized (
                select u.*, nextval('history_id') as id
                from unnest(?::bigint[], ?::text[], ?::bigint[], ?::bigint[], ?::bytea[], ?::text[],
                    ?::double precision[], ?::bigint[], ?::bigint[])
                    as u(thing_id, property, value_time, value_hash, value, quality, number, epoch, seq)
            )""";
    }

    private static String stay(String condition) {
        return """
            logged as (
                insert into property_history (thing_id, property, value_time, value_hash, id, value, quality, number,
                    source_epoch, source_sequence)
                select thing_id, property, value_time, value_hash, id, value, quality, number, epoch, seq
                from numbered where %s
                order by thing_id, property collate "C", value_time, value_hash
                on conflict (thing_id, property, value_time, value_hash) do nothing
            )""".formatted(condition);
    }

    /** Nobody else has their keys, which are their numbers: what comes again is told where it is moved to. */
    private static String move(String condition) {
        return """
            moving as (
                insert into history_outgoing (id, thing_id, property, value_time, value_hash, value, quality, number)
                select id, thing_id, property, value_time, value_hash, value, quality, number
                from numbered where %s
            )""".formatted(condition);
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
            numbers[i] = HistoryNumbers.of(write.value()).orElse(null);
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
}
