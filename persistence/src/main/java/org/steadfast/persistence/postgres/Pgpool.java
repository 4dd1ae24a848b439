package org.steadfast.persistence.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.steadfast.persistence.store.StoreException;

/**
 * Pgpool-II, where it stands before the database. It answers some statements itself that PostgreSQL does not know, but only those of the
 * simple query protocol, and may put an empty result before the one that was asked for. Safe for use by several threads.
 */
final class Pgpool {
    /** What PostgreSQL says of a setting that it does not know. */
    private static final String UNDEFINED = "42704";

    private static final String REDIRECTION = "app_name_redirect_preference_list";

    private final Connecting simple;

    /** @param simple makes connections of the simple query protocol */
    Pgpool(Connecting simple) {
        this.simple = simple;
    }

    @FunctionalInterface
    private interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Its version; empty where connections lead to PostgreSQL itself. */
    Optional<String> version() throws SQLException {
        try {
            return show("show pool_version");
        } catch (SQLException e) {
            if (UNDEFINED.equals(e.getSQLState())) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * Makes sure that it leads reads to the primary: what a node reads must be what was acknowledged, and a standby may not have it yet.
     *
     * @param application the name under which nodes connect
     * @throws StoreException {@link StoreException.Kind#REFUSED} if it sends reads to standbys
     */
    void requirePrimary(String application) throws SQLException, StoreException {
        boolean balances = show("pgpool show load_balance_mode").equals(Optional.of("on"));
        String redirected = show("pgpool show " + REDIRECTION).orElse("").replace(" ", "");
        if (balances && !List.of(redirected.split(",", -1)).contains(application + ":primary")) {
            throw new StoreException(
                    StoreException.Kind.REFUSED,
                    "Pgpool-II sends reads to standbys, which may not have what was acknowledged; in pgpool.conf set"
                            + " load_balance_mode = off, or " + REDIRECTION + " = '" + application + ":primary'");
        }
    }

    /** The servers that it leads to. */
    List<PoolNode> nodes() throws SQLException {
        // Also "waiting": not used yet, and nothing is wrong with it.
        return rows(
                "show pool_nodes",
                row -> new PoolNode(
                        row.getString("hostname") + ":" + row.getString("port"),
                        !"down".equals(row.getString("status")),
                        "primary".equals(row.getString("role"))));
    }

    private Optional<String> show(String sql) throws SQLException {
        return rows(sql, row -> row.getString(1)).stream().findFirst();
    }

    private <T> List<T> rows(String sql, Row<T> reader) throws SQLException {
        List<T> rows = new ArrayList<>();
        try (Connection connection = simple.getConnection();
                Statement statement = connection.createStatement()) {
            boolean isResult = statement.execute(sql);
            while (isResult || statement.getUpdateCount() != -1) {
                if (isResult) {
                    ResultSet row = statement.getResultSet();
                    while (row.next()) {
                        rows.add(reader.read(row));
                    }
                }
                isResult = statement.getMoreResults();
            }
        }
        return rows;
    }
}
