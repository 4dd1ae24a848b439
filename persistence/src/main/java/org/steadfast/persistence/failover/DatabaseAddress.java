package org.steadfast.persistence.failover;

import java.util.ArrayList;
import java.util.List;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Where a database is.
 *
 * @param servers in their order; one at least
 */
public record DatabaseAddress(List<ServerAddress> servers, String database) {
    public DatabaseAddress {
        servers = List.copyOf(servers);
    }

    /**
     * Reads an address.
     *
     * @param jdbcUrl such as {@code jdbc:postgresql://db1:5432,db2:5432/thingworx}
     * @throws IllegalArgumentException if it is not an address of PostgreSQL
     */
    public static DatabaseAddress parse(String jdbcUrl) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL(jdbcUrl);
        List<ServerAddress> servers = new ArrayList<>();
        for (int i = 0; i < source.getServerNames().length; i++) {
            servers.add(new ServerAddress(source.getServerNames()[i], source.getPortNumbers()[i]));
        }
        return new DatabaseAddress(servers, source.getDatabaseName());
    }
}
