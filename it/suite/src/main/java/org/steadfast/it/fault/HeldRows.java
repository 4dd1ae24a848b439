package org.steadfast.it.fault;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.workload.Register;

/**
 * Rows of the database that a transaction of the test keeps locked: a batch with values for them has been sent, and is not
 * committed until they are let go. Used by one thread.
 */
public final class HeldRows implements AutoCloseable {
    private static final String HOLD = """
            select pg_backend_pid() from property_value as p join entity as e on e.id = p.thing_id
            where e.name = any(?) and p.property = ? for update of p""";

    private static final String STOPPED = "select count(*) from pg_stat_activity where ? = any(pg_blocking_pids(pid))";

    private final ClusterUnderTest cluster;
    private final Connection connection;
    private final int backend;

    private HeldRows(ClusterUnderTest cluster, Connection connection, int backend) {
        this.cluster = cluster;
        this.connection = connection;
        this.backend = backend;
    }

    /** @param registers one property of several things, each of which has a value */
    public static HeldRows hold(ClusterUnderTest cluster, List<Register> registers) throws SQLException {
        Connection connection = cluster.connectToDatabase();
        try {
            connection.setAutoCommit(false);
            try (PreparedStatement statement = connection.prepareStatement(HOLD)) {
                statement.setArray(
                        1,
                        connection.createArrayOf(
                                "text", registers.stream().map(Register::thing).toArray()));
                statement.setString(2, registers.get(0).property());
                int backend = 0;
                int held = 0;
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        backend = rows.getInt(1);
                        held++;
                    }
                }
                if (held != registers.size()) {
                    throw new AssertionError(held + " of " + registers.size() + " rows are there to be held");
                }
                return new HeldRows(cluster, connection, backend);
            }
        } catch (SQLException | AssertionError e) {
            connection.close();
            throw e;
        }
    }

    /** How many statements wait for these rows now. */
    public int stopped() throws SQLException {
        // A connection of its own: in a transaction the activity would look the same for ever.
        try (Connection looking = cluster.connectToDatabase();
                PreparedStatement statement = looking.prepareStatement(STOPPED)) {
            statement.setInt(1, backend);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getInt(1);
            }
        }
    }

    /** Lets the rows go; again changes nothing. */
    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
