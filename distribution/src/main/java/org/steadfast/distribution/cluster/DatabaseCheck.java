package org.steadfast.distribution.cluster;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.steadfast.persistence.postgres.DatabaseFacts;
import org.steadfast.persistence.postgres.PostgresSchema;
import org.steadfast.persistence.postgres.PostgresSettings;
import org.steadfast.persistence.store.StoreException;

/** Looks whether a database will do for the nodes of a cluster. */
final class DatabaseCheck {
    private static final Duration CLOCKS_APART = Duration.ofMillis(500);

    private DatabaseCheck() {}

    /** @throws StoreException if it does not answer, or refuses the login */
    static DatabaseFacts ask(PostgresSettings settings) throws StoreException {
        return DatabaseFacts.of(PostgresSchema.in(settings));
    }

    /** @param connections that all nodes together may open */
    static List<Finding> of(DatabaseFacts facts, int connections) {
        return List.of(login(facts), tables(facts), connections(facts, connections), clock(facts));
    }

    private static Finding login(DatabaseFacts facts) {
        return Finding.ok(
                "database",
                "PostgreSQL " + facts.version() + " takes the login; "
                        + facts.schemaVersion()
                                .map(version -> "it has version " + version + " of the platform's tables")
                                .orElse("no node has used it yet"));
    }

    private static Finding tables(DatabaseFacts facts) {
        return facts.mayCreateTables()
                ? Finding.ok("database's tables", "the role may create them")
                : Finding.fail(
                        "database's tables",
                        "the role may not create any; let it own the database's schema: alter schema public owner to ROLE");
    }

    private static Finding connections(DatabaseFacts facts, int wanted) {
        String text =
                "all foundation nodes may open " + wanted + " together, and " + facts.connections() + " are allowed";
        return facts.connections() < wanted
                ? Finding.fail(
                        "connections", text + "; raise max_connections, or the role's limit, or lower maxPoolSize")
                : Finding.ok("connections", text);
    }

    private static Finding clock(DatabaseFacts facts) {
        String text = String.format(
                Locale.ROOT,
                "%d ms %s that of the database's machine",
                Math.abs(facts.clockAhead().toMillis()),
                facts.clockAhead().isNegative() ? "ahead of" : "behind");
        return facts.clockAhead().abs().compareTo(CLOCKS_APART) > 0
                ? Finding.warn("clock", text + "; timers fire by it, so let a time service such as chrony set it")
                : Finding.ok("clock", text);
    }
}
