package org.steadfast.persistence.driver;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Opens connections by PostgreSQL's driver itself. Its data sources go through DriverManager, which tries every driver on the class path when
 * one attempt fails, and fails with an error when one of them cannot be loaded: Ignite's, in a virtual machine that was not started with
 * options for it. Stateless.
 */
public final class DriverConnections {
    private DriverConnections() {}

    /** Opens a connection to what the data source describes. */
    public static Connection open(PGSimpleDataSource source) throws SQLException {
        Properties login = new Properties();
        PGProperty.USER.set(login, source.getUser());
        PGProperty.PASSWORD.set(login, source.getPassword());
        return new Driver().connect(source.getUrl(), login);
    }
}
