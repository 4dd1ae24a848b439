package org.steadfast.persistence.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.persistence.store.StoreException;

/**
 * The partitions of {@code property_history}, one for each month of UTC. They are made before their month begins; until then, and for
 * times that nobody expected, the partition {@code property_history_other} takes what comes. Safe for use by several threads and nodes:
 * a lock of the database lets one at a time at them.
 */
final class HistoryPartitions {
    private static final Logger log = LoggerFactory.getLogger(HistoryPartitions.class);
    /** This month, and so many more. */
    private static final int MONTHS_AHEAD = 2;
    /** Whoever writes history waits as long as we wait for a table: so we give up soon, and try again another time. */
    private static final String PATIENCE = "set local lock_timeout = '2s'";

    private static final long ADVISORY_LOCK = 0x68697374_6f727921L;
    private static final String NAME = "property_history_y%04dm%02d";
    private static final Pattern NAME_FORM = Pattern.compile("property_history_y(\\d{4})m(\\d{2})");

    private final Transactions transactions;

    HistoryPartitions(Transactions transactions) {
        this.transactions = transactions;
    }

    /** Makes those that are missing from this month on. */
    void ahead(long now) throws StoreException {
        YearMonth month = YearMonth.from(Instant.ofEpochMilli(now).atOffset(ZoneOffset.UTC));
        for (int i = 0; i <= MONTHS_AHEAD; i++) {
            make(month.plusMonths(i));
        }
    }

    /** Makes that of one month, where it is missing. */
    void make(YearMonth month) throws StoreException {
        String name = NAME.formatted(month.getYear(), month.getMonthValue());
        transactions.run("making the partition " + name, connection -> {
            if (present(connection).contains(name)) {
                return null;
            }
            try (Statement statement = connection.createStatement()) {
                statement.execute(PATIENCE);
                statement.execute("select pg_advisory_xact_lock(" + ADVISORY_LOCK + ")");
                if (present(connection).contains(name)) {
                    return null;
                }
                long from = start(month);
                long to = start(month.plusMonths(1));
                // Nothing of this month may arrive in the other partition while it moves. Attached, and not made as a
                // partition: that
                // would lock the whole table.
                statement.execute("lock table property_history_other in access exclusive mode");
                statement.execute("create table " + name + " (like property_history including all)");
                statement.execute("with moved as (delete from property_history_other where value_time >= " + from
                        + " and value_time < " + to + " returning *) insert into " + name + " select * from moved");
                statement.execute("alter table property_history attach partition " + name + " for values from (" + from
                        + ") to (" + to + ")");
            }
            log.info("History of {} has a partition of its own", month);
            return null;
        });
    }

    /** Drops those of months that are over and of which nothing is left. */
    void dropEmpty(long now) throws StoreException {
        YearMonth thisMonth = YearMonth.from(Instant.ofEpochMilli(now).atOffset(ZoneOffset.UTC));
        List<String> names = transactions.run("listing partitions", HistoryPartitions::present);
        for (String name : names) {
            Matcher form = NAME_FORM.matcher(name);
            if (form.matches()
                    && YearMonth.of(Integer.parseInt(form.group(1)), Integer.parseInt(form.group(2)))
                            .isBefore(thisMonth)) {
                dropIfEmpty(name);
            }
        }
    }

    private void dropIfEmpty(String name) throws StoreException {
        transactions.run("dropping the partition " + name, connection -> {
            if (!isEmpty(connection, name)) {
                return null;
            }
            try (Statement statement = connection.createStatement()) {
                statement.execute(PATIENCE);
                statement.execute("select pg_advisory_xact_lock(" + ADVISORY_LOCK + ")");
                if (present(connection).contains(name)) {
                    statement.execute("lock table " + name + " in access exclusive mode");
                    if (isEmpty(connection, name)) {
                        statement.execute("drop table " + name);
                        log.info("Dropped the partition {}: nothing was left in it", name);
                    }
                }
            }
            return null;
        });
    }

    private static boolean isEmpty(Connection connection, String name) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select not exists (select from " + name + ")")) {
            rows.next();
            return rows.getBoolean(1);
        }
    }

    private static List<String> present(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                        "select c.relname from pg_inherits as i"
                                + " join pg_class as c on c.oid = i.inhrelid where i.inhparent = 'property_history'::regclass");
                ResultSet rows = statement.executeQuery()) {
            List<String> names = new ArrayList<>();
            while (rows.next()) {
                names.add(rows.getString(1).toLowerCase(Locale.ROOT));
            }
            return names;
        }
    }

    private static long start(YearMonth month) {
        return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
    }
}
