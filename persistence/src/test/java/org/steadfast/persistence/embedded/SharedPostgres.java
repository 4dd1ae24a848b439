package org.steadfast.persistence.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.steadfast.persistence.embedded.SharedBinaries.BinariesFolder;
import org.steadfast.persistence.files.FolderTree;

/** Hands all test classes that want one the same running server; it ends, with all its files, after the last of them. */
public final class SharedPostgres implements ParameterResolver {

    /** The running server. */
    public static final class Server implements AutoCloseable {
        private final Path folder;
        private final TestDatabase database;
        private final EmbeddedPostgres postgres;
        private final AtomicInteger databases = new AtomicInteger();

        private Server(Path folder, TestDatabase database, EmbeddedPostgres postgres) {
            this.folder = folder;
            this.database = database;
            this.postgres = postgres;
        }

        private static Server start(BinariesFolder binaries) {
            try {
                Path folder = Files.createTempDirectory("shared-postgres-");
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
                TestDatabase database = TestDatabase.in(folder, binaries);
                return new Server(folder, database, database.start());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (EmbeddedPostgresException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Makes an empty database that belongs to the application; returns its name. */
        public String createDatabase() throws SQLException {
            String name = "fresh" + databases.incrementAndGet();
            database.queryAsSuperuser("CREATE DATABASE " + name + " OWNER " + user());
            return name;
        }

        public String jdbcUrl(String databaseName) {
            return "jdbc:postgresql://127.0.0.1:" + database.settings().port() + "/" + databaseName;
        }

        public String user() {
            return database.settings().applicationUser();
        }

        public String password() {
            return database.settings().applicationPassword();
        }

        /** Runs a statement as the superuser and returns its first value, or an empty text if it has no result. */
        public String query(String databaseName, String sql) throws SQLException {
            return database.in(databaseName).queryAsSuperuser(sql);
        }

        @Override
        public void close() throws IOException {
            postgres.close();
            FolderTree.delete(folder);
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Server.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        BinariesFolder binaries = SharedBinaries.folder(context);
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(SharedPostgres.class))
                .computeIfAbsent(Server.class, key -> Server.start(binaries), Server.class);
    }
}
