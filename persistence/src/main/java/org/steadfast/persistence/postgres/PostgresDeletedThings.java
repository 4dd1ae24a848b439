package org.steadfast.persistence.postgres;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import org.steadfast.persistence.store.DeletedThings;
import org.steadfast.persistence.store.StoreException;

/** Those of the table {@code deleted_entity}. */
final class PostgresDeletedThings implements DeletedThings {
    private static final int LONGEST_SECONDS = PostgresDataTableStore.LONGEST_SECONDS;
    /** Handed out at a time. */
    private static final int PAGE = 1_000;

    /** A batch that was under way may still have written after the deletion; a day later none is. */
    private static final String FORGET =
            "delete from deleted_entity where id = any(?) and deleted < now() - interval '1 day'";

    private final Transactions transactions;

    PostgresDeletedThings(Transactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public void each(Cleaning cleaning) throws StoreException {
        long after = Long.MIN_VALUE;
        List<Long> page;
        do {
            page = after(after);
            if (!page.isEmpty()) {
                cleaning.clean(page);
                after = page.get(page.size() - 1);
            }
        } while (page.size() == PAGE);
    }

    private List<Long> after(long id) throws StoreException {
        RowSql sql = new RowSql().add("select id from deleted_entity where id > ? order by id limit ?", id, PAGE);
        return transactions.run("looking for what was deleted", connection -> {
            try (PreparedStatement statement = sql.prepare(connection, LONGEST_SECONDS);
                    ResultSet rows = statement.executeQuery()) {
                List<Long> ids = new ArrayList<>();
                while (rows.next()) {
                    ids.add(rows.getLong(1));
                }
                return ids;
            }
        });
    }

    @Override
    public void forget(List<Long> things) throws StoreException {
        RowSql sql = new RowSql().addNumbers(FORGET, things);
        transactions.run("forgetting what was deleted", connection -> {
            try (PreparedStatement statement = sql.prepare(connection, LONGEST_SECONDS)) {
                return statement.executeUpdate();
            }
        });
    }
}
