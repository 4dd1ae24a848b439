package org.steadfast.foundation;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.postgresql.ds.PGSimpleDataSource;
import org.steadfast.coordination.coordinator.CoordinatorServer;
import org.steadfast.coordination.coordinator.CoordinatorSettings;
import org.steadfast.coordination.settings.ClusterSettings;
import org.steadfast.coordination.settings.Secret;
import org.steadfast.persistence.embedded.EmbeddedPostgres;
import org.steadfast.persistence.embedded.EmbeddedPostgresSettings;
import org.steadfast.persistence.files.FolderTree;

/** A real coordinator and a real database, for all test classes that want them; gone, with all files, after the last one. */
public final class Surroundings implements AutoCloseable {
    public static final Secret LINK_KEY = new Secret("the link key of the tests");

    private static final String SUPERUSER = "postgres";
    private static final String SUPERUSER_PASSWORD = "superuser";

    private final Path folder;
    private final CoordinatorServer coordinator;
    private final int coordinatorPort;
    private final EmbeddedPostgres postgres;

    /** Hands them to test classes. */
    public static final class Extension implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Surroundings.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return of(context);
        }

        static Surroundings of(ExtensionContext context) {
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.create(Surroundings.class))
                    .computeIfAbsent(Surroundings.class, key -> start(), Surroundings.class);
        }
    }

    private Surroundings(Path folder, CoordinatorServer coordinator, int coordinatorPort, EmbeddedPostgres postgres) {
        this.folder = folder;
        this.coordinator = coordinator;
        this.coordinatorPort = coordinatorPort;
        this.postgres = postgres;
    }

    private static Surroundings start() {
        try {
            Path folder = Files.createTempDirectory("foundation-node-tests-");
            // The account that PostgreSQL runs as must get in where the tests run as root.
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            int coordinatorPort = freePort();
            CoordinatorServer coordinator = CoordinatorServer.start(
                    new CoordinatorSettings(
                            "127.0.0.1",
                            coordinatorPort,
                            1,
                            List.of(),
                            folder.resolve("coordinator"),
                            folder.resolve("coordinator-log"),
                            Duration.ofSeconds(1),
                            3,
                            100),
                    Optional.empty());
            EmbeddedPostgres postgres = EmbeddedPostgres.start(new EmbeddedPostgresSettings(
                    folder.resolve("database"),
                    folder.resolve("binaries"),
                    "127.0.0.1",
                    freePort(),
                    SUPERUSER_PASSWORD,
                    "steadfast",
                    "application",
                    "platform",
                    null));
            return new Surroundings(folder, coordinator, coordinatorPort, postgres);
        } catch (Exception e) {
            throw new IllegalStateException("the tests' surroundings cannot be started", e);
        }
    }

    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Settings of a node in a cluster of that name. */
    public ClusterSettings cluster(String name, String platformId) {
        return new ClusterSettings(
                platformId,
                List.of("127.0.0.1:" + coordinatorPort),
                name,
                Duration.ofSeconds(10),
                Duration.ofSeconds(15),
                LINK_KEY);
    }

    public String jdbcUrl() {
        return postgres.jdbcUrl();
    }

    /** A folder that goes with the others. */
    public Path folder(String name) {
        return folder.resolve(name);
    }

    /** The database ends its connections with the nodes and takes no new ones. */
    public void takeDatabaseAway() throws SQLException {
        asSuperuser("ALTER ROLE steadfast CONNECTION LIMIT 0");
        asSuperuser("SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity WHERE usename = 'steadfast'");
    }

    public void bringDatabaseBack() throws SQLException {
        asSuperuser("ALTER ROLE steadfast CONNECTION LIMIT -1");
    }

    /** Runs a statement as the superuser and returns its first value, or an empty text if it has no result. */
    public String asSuperuser(String sql) throws SQLException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL(jdbcUrl());
        source.setUser(SUPERUSER);
        source.setPassword(SUPERUSER_PASSWORD);
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

    @Override
    public void close() throws IOException {
        try (coordinator) {
            postgres.close();
        }
        FolderTree.delete(folder);
    }
}
