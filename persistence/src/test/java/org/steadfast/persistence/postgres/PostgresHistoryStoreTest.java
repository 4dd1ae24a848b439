package org.steadfast.persistence.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.steadfast.persistence.embedded.SharedPostgres;
import org.steadfast.persistence.store.HistoryStore;
import org.steadfast.persistence.store.HistoryStoreContract;
import org.steadfast.persistence.store.ModelStore;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.TimeRange;

@ExtendWith(SharedPostgres.class)
class PostgresHistoryStoreTest extends HistoryStoreContract {
    private static final String PARTITIONS =
            "SELECT coalesce(string_agg(inhrelid::regclass::text, ' ' ORDER BY inhrelid::regclass::text), '')"
                    + " FROM pg_inherits WHERE inhparent = 'property_history'::regclass AND inhrelid::regclass::text ~ '_y2031'";

    private static FreshDatabase fresh;

    @BeforeAll
    static void open(SharedPostgres.Server server) throws Exception {
        fresh = FreshDatabase.on(server);
    }

    @AfterAll
    static void close() {
        fresh.close();
    }

    @Override
    protected HistoryStore store() {
        return fresh.database().history();
    }

    @Override
    protected ModelStore model() {
        return fresh.database().model();
    }

    @Test
    void monthsHavePartitionsBeforeTheyBeginAndLoseThemWhenNothingIsLeft() throws Exception {
        long january = Instant.parse("2031-01-15T00:00:00Z").toEpochMilli();
        long march = Instant.parse("2031-03-31T23:59:59.999Z").toEpochMilli();
        store.append(List.of(number(january, 1), number(march, 3)));
        assertThat(fresh.superuser("SELECT count(*) FROM property_history_other WHERE value_time = " + march))
                .isEqualTo("1");

        store.upkeep(january);
        assertThat(fresh.superuser(PARTITIONS))
                .isEqualTo("property_history_y2031m01 property_history_y2031m02 property_history_y2031m03");
        assertThat(fresh.superuser("SELECT count(*) FROM property_history_y2031m03"))
                .isEqualTo("1");
        assertThat(numbers(TimeRange.ALWAYS, true, 10)).containsExactly(1.0, 3.0);

        store.purge(thing, List.of(), new TimeRange(january, january));
        store.upkeep(march + 1);
        assertThat(fresh.superuser(PARTITIONS))
                .isEqualTo("property_history_y2031m03 property_history_y2031m04 property_history_y2031m05"
                        + " property_history_y2031m06");
        assertThat(numbers(TimeRange.ALWAYS, true, 10)).containsExactly(3.0);
    }

    @Test
    void whereAPartitionCannotBeMadeNowNothingIsLost() throws Exception {
        long time = Instant.parse("2040-01-15T00:00:00Z").toEpochMilli();
        store.append(List.of(number(time, 1)));
        try (Connection other = fresh.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("SELECT count(*) FROM property_history_other");
            assertThatThrownBy(() -> store.upkeep(time)).isInstanceOf(StoreException.class);
            other.rollback();
        }
        store.upkeep(time);
        assertThat(numbers(TimeRange.ALWAYS, true, 10)).containsExactly(1.0);
    }

    @Test
    void historyIsKeptInTheTransactionOfSomebodyElse() throws Exception {
        try (Connection connection = fresh.connect();
                PreparedStatement statement = connection.prepareStatement(
                        "with " + HistoryInsert.clauses(HistoryTarget.STAYS, "true") + " select 1 where ? > 0")) {
            connection.setAutoCommit(false);
            HistoryInsert.fill(statement, 1, List.of(number(1, 1), number(2, 2)));
            statement.setInt(1 + HistoryInsert.PARAMETERS, 1);
            statement.executeQuery().close();
            assertThat(numbers(TimeRange.ALWAYS, true, 10)).isEmpty();
            connection.commit();
        }
        assertThat(numbers(TimeRange.ALWAYS, true, 10)).containsExactly(1.0, 2.0);
    }
}
