package org.steadfast.persistence.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.ds.PGSimpleDataSource;
import org.steadfast.persistence.embedded.SharedBinaries.BinariesFolder;

/** Settings for a database in a test's folder, and ways into it. */
record TestDatabase(EmbeddedPostgresSettings settings) {
    static final String SUPERUSER_PASSWORD = "superuser's-Secret-\u00e4";
    static final String APPLICATION_PASSWORD = "application \"Secret\" \u20ac";

    static TestDatabase in(Path folder, BinariesFolder binaries) throws IOException {
        return on(freePort(), folder.resolve("database"), binaries.path());
    }

    static TestDatabase on(int port, Path dataFolder, Path binariesFolder) {
        return new TestDatabase(new EmbeddedPostgresSettings(
                dataFolder,
                binariesFolder,
                "127.0.0.1",
                port,
                SUPERUSER_PASSWORD,
                "steadfast",
                APPLICATION_PASSWORD,
                "platform",
                null));
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    EmbeddedPostgres start() throws EmbeddedPostgresException {
        return EmbeddedPostgres.start(settings);
    }

    /** Another database on the same server. */
    TestDatabase in(String databaseName) {
        return new TestDatabase(new EmbeddedPostgresSettings(
                settings.dataFolder(),
                settings.binariesFolder(),
                settings.host(),
                settings.port(),
                settings.superuserPassword(),
                settings.applicationUser(),
                settings.applicationPassword(),
                databaseName,
                settings.runAsUser()));
    }

    TestDatabase withSuperuserPassword(String password) {
        return with(password, settings.applicationPassword(), settings.runAsUser());
    }

    TestDatabase withApplicationPassword(String password) {
        return with(settings.superuserPassword(), password, settings.runAsUser());
    }

    TestDatabase withRunAsUser(String account) {
        return with(settings.superuserPassword(), settings.applicationPassword(), account);
    }

    private TestDatabase with(String superuserPassword, String applicationPassword, String runAsUser) {
        return new TestDatabase(new EmbeddedPostgresSettings(
                settings.dataFolder(),
                settings.binariesFolder(),
                settings.host(),
                settings.port(),
                superuserPassword,
                settings.applicationUser(),
                applicationPassword,
                settings.database(),
                runAsUser));
    }

    Path file(String name) {
        return settings.dataFolder().resolve(name);
    }

    /** Runs a statement as the application and returns its first value, or an empty text if it has no result. */
    String query(String sql) throws SQLException {
        return query(settings.applicationUser(), settings.applicationPassword(), sql);
    }

    String queryAsSuperuser(String sql) throws SQLException {
        return query(EmbeddedPostgresSettings.SUPERUSER, settings.superuserPassword(), sql);
    }

    String query(String user, String password, String sql) throws SQLException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL("jdbc:postgresql://" + settings.host() + ":" + settings.port() + "/" + settings.database());
        source.setUser(user);
        source.setPassword(password);
        source.setConnectTimeout(10);
        source.setSocketTimeout(30);
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return "";
            }
            try (ResultSet rows = statement.getResultSet()) {
                return rows.next() ? rows.getString(1) : "";
            }
        }
    }
}
