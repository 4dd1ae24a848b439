package org.steadfast.persistence.embedded;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.persistence.driver.DriverConnections;
import org.steadfast.persistence.embedded.EmbeddedPostgresException.Kind;

/** Makes the application's role and database exist as the settings say. Does nothing that has been done before. */
final class ApplicationDatabase {
    private static final Logger LOG = LoggerFactory.getLogger(ApplicationDatabase.class);
    /** A wrong password, and a role that may not log in. */
    private static final Set<String> LOGIN_REFUSED = Set.of("28P01", "28000");

    private final ListenAddress address;
    private final EmbeddedPostgresSettings settings;

    ApplicationDatabase(ListenAddress address, EmbeddedPostgresSettings settings) {
        this.address = address;
        this.settings = settings;
    }

    void prepare() throws EmbeddedPostgresException {
        try (Connection superuser =
                connect("postgres", EmbeddedPostgresSettings.SUPERUSER, settings.superuserPassword())) {
            createRole(superuser);
            createDatabase(superuser);
            if (!canLogIn()) {
                LOG.info("Setting the password of database role {}", settings.applicationUser());
                execute(superuser, "ALTER ROLE \"" + settings.applicationUser() + "\" LOGIN");
                setPassword(superuser);
                connectAsApplication().close();
            }
        } catch (SQLException e) {
            String remedy = LOGIN_REFUSED.contains(e.getSQLState())
                    ? "; give the superuser password that was set when data folder " + settings.dataFolder()
                            + " was first used"
                    : "";
            throw new EmbeddedPostgresException(
                    Kind.FAILED,
                    "role " + settings.applicationUser() + " and database " + settings.database()
                            + " cannot be prepared: " + e.getMessage() + remedy,
                    e);
        }
    }

    private void createRole(Connection superuser) throws SQLException {
        if (!exists(superuser, "SELECT 1 FROM pg_roles WHERE rolname = ?", settings.applicationUser())) {
            execute(superuser, "CREATE ROLE \"" + settings.applicationUser() + "\" LOGIN");
            setPassword(superuser);
        }
    }

    private void createDatabase(Connection superuser) throws SQLException {
        String owner = " OWNER \"" + settings.applicationUser() + "\"";
        String database = "\"" + settings.database() + "\"";
        if (!exists(superuser, "SELECT 1 FROM pg_database WHERE datname = ?", settings.database())) {
            execute(superuser, "CREATE DATABASE " + database + owner);
        } else if (!exists(
                superuser,
                "SELECT 1 FROM pg_database WHERE datname = ? AND pg_get_userbyid(datdba) = ?",
                settings.database(),
                settings.applicationUser())) {
            execute(superuser, "ALTER DATABASE " + database + " OWNER TO \"" + settings.applicationUser() + "\"");
        }
    }

    /** Hashed by us: in a statement the password itself could get into the server's log. */
    private void setPassword(Connection superuser) throws SQLException {
        superuser
                .unwrap(PGConnection.class)
                .alterUserPassword(
                        settings.applicationUser(),
                        settings.applicationPassword().toCharArray(),
                        "scram-sha-256");
    }

    private boolean canLogIn() throws SQLException {
        try {
            connectAsApplication().close();
            return true;
        } catch (SQLException e) {
            if (LOGIN_REFUSED.contains(e.getSQLState())) {
                return false;
            }
            throw e;
        }
    }

    private Connection connectAsApplication() throws SQLException {
        return connect(settings.database(), settings.applicationUser(), settings.applicationPassword());
    }

    private Connection connect(String database, String user, String password) throws SQLException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(address.jdbcUrl(database));
        source.setUser(user);
        source.setPassword(password);
        source.setSslMode("disable");
        source.setConnectTimeout(10);
        source.setLoginTimeout(20);
        source.setSocketTimeout(60);
        source.setApplicationName("steadfast-launcher");
        return DriverConnections.open(source);
    }

    private static boolean exists(Connection connection, String query, String... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
