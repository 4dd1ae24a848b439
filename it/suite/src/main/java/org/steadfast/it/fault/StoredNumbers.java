package org.steadfast.it.fault;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.history.History;
import org.steadfast.it.history.Operation;
import org.steadfast.it.workload.Register;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.CodecException;
import org.steadfast.protocol.wire.ValueCodec;
import org.steadfast.protocol.wire.WireReader;

/** What the database has for properties, read past the nodes. */
final class StoredNumbers {
    private static final String QUERY = """
            select e.name, p.property, p.value
            from property_value as p join entity as e on e.id = p.thing_id
            where e.name = any(?)""";

    private final ClusterUnderTest cluster;

    StoredNumbers(ClusterUnderTest cluster) {
        this.cluster = cluster;
    }

    /** As if the database were a node that was read from; not added to the history. */
    List<Operation> read(List<Register> registers, History history) throws SQLException, CodecException {
        long invoked = history.now();
        Map<Register, Long> stored = query(registers);
        long completed = history.now();
        List<Operation> reads = new ArrayList<>();
        for (Register register : registers) {
            Long value = stored.get(register);
            reads.add(Operation.read(
                    register.name(),
                    "last read",
                    "database",
                    value == null ? OptionalLong.empty() : OptionalLong.of(value),
                    invoked,
                    completed));
        }
        return reads;
    }

    private Map<Register, Long> query(List<Register> registers) throws SQLException, CodecException {
        Object[] things = registers.stream().map(Register::thing).distinct().toArray();
        Map<Register, Long> stored = new HashMap<>();
        try (Connection connection = cluster.connectToDatabase();
                PreparedStatement statement = connection.prepareStatement(QUERY)) {
            Array names = connection.createArrayOf("text", things);
            statement.setArray(1, names);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    stored.put(new Register(rows.getString(1), rows.getString(2)), number(rows.getBytes(3)));
                }
            }
        }
        return stored;
    }

    private static long number(byte[] bytes) throws CodecException {
        if (ValueCodec.read(new WireReader(bytes)) instanceof Value.Number number) {
            return (long) number.number();
        }
        throw new AssertionError("the database has a value that is no number");
    }
}
