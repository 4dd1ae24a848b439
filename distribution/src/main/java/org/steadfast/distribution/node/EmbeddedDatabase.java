package org.steadfast.distribution.node;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.Lifecycle;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.coordination.chassis.NodeProcess.StopRequest;
import org.steadfast.foundation.DatabaseSettings;
import org.steadfast.persistence.embedded.EmbeddedPostgres;
import org.steadfast.persistence.embedded.EmbeddedPostgresException;
import org.steadfast.persistence.embedded.EmbeddedPostgresSettings;

/** Runs the embedded PostgreSQL inside the process of the command {@code database}. */
final class EmbeddedDatabase {
    private static final Logger log = LoggerFactory.getLogger(EmbeddedDatabase.class);
    /** Stands beside the data folder while the database accepts logins; a supervisor waits for it. */
    static final String READY_FILE = "ready";

    private static final Pattern ADDRESS = Pattern.compile("jdbc:postgresql://[^/\\s]+/([^/\\s]+)");

    private EmbeddedDatabase() {}

    static void start(
            EmbeddedDatabaseSettings embedded, DatabaseSettings login, Lifecycle lifecycle, StopRequest stopRequest)
            throws Exception {
        Path ready = embedded.dataFolder().resolveSibling(READY_FILE);
        Files.deleteIfExists(ready);
        EmbeddedPostgres postgres = start(new EmbeddedPostgresSettings(
                embedded.dataFolder(),
                embedded.binariesFolder(),
                embedded.host(),
                embedded.port(),
                embedded.superuserPassword().reveal(),
                login.username(),
                login.password().reveal(),
                databaseOf(login.jdbcUrl()),
                embedded.runAsUser().isEmpty() ? null : embedded.runAsUser()));
        lifecycle.onStop("database", postgres::close);
        Files.writeString(ready, Long.toString(postgres.postmasterPid()));
        lifecycle.onStop("readiness", () -> Files.deleteIfExists(ready));
        var unused = postgres.onExit().thenAccept(status -> {
            log.error("DATABASE_ENDED: PostgreSQL ended by itself with status {}", status);
            stopRequest.stop(ExitCode.FAILED);
        });
    }

    private static EmbeddedPostgres start(EmbeddedPostgresSettings settings) throws NodeFailure {
        try {
            return EmbeddedPostgres.start(settings);
        } catch (EmbeddedPostgresException e) {
            ExitCode code = switch (e.kind()) {
                case DATA_FOLDER_IN_USE -> ExitCode.DATA_IN_USE;
                case PORT_IN_USE -> ExitCode.PORT_IN_USE;
                case WRONG_MAJOR_VERSION, NOT_WRITABLE, NO_UNPRIVILEGED_USER -> ExitCode.STORAGE_UNUSABLE;
                case FAILED -> ExitCode.FAILED;
            };
            throw new NodeFailure(code, e.getMessage(), e);
        }
    }

    static String databaseOf(String jdbcUrl) throws NodeFailure {
        // Without the options, which may hold a password.
        String address = jdbcUrl.replaceFirst("[?#].*", "");
        Matcher matcher = ADDRESS.matcher(address);
        if (!matcher.matches()) {
            throw new NodeFailure(
                    ExitCode.SETTINGS_INVALID,
                    DatabaseSettings.PATH + ".jdbcUrl must be jdbc:postgresql://host:port/database, not " + address);
        }
        return matcher.group(1);
    }
}
