package org.steadfast.persistence.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.steadfast.persistence.embedded.SharedPostgres;
import org.steadfast.persistence.store.StoreException;

@ExtendWith(SharedPostgres.class)
class DatabaseFactsTest {
    private SharedPostgres.Server server;
    private String name;

    @BeforeEach
    void makeDatabase(SharedPostgres.Server shared) throws Exception {
        server = shared;
        name = server.createDatabase();
    }

    private DatabaseFacts facts() throws StoreException {
        return DatabaseFacts.of(PostgresSchema.in(FreshDatabase.settings(server, name)));
    }

    @Test
    void tellsWhatAnEmptyDatabaseIs() throws Exception {
        DatabaseFacts facts = facts();
        assertThat(facts.version()).startsWith("16");
        assertThat(facts.mayCreateTables()).isTrue();
        assertThat(facts.schemaVersion()).isEmpty();
        assertThat(facts.connections()).isPositive();
        // It is this machine's clock.
        assertThat(facts.clockAhead().abs()).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void tellsThePlatformsVersionWhereNodesHaveUsedIt() throws Exception {
        PostgresSchema.in(FreshDatabase.settings(server, name)).migrate();
        assertThat(facts().schemaVersion()).isPresent();
    }

    @Test
    void oneThatALaterVersionHasChangedIsSaidSo() throws Exception {
        PostgresSchema.in(FreshDatabase.settings(server, name)).migrate();
        server.query(name, "update platform_generation set oldest = 1000");
        assertThat(catchThrowableOfType(StoreException.class, this::facts).kind())
                .isEqualTo(StoreException.Kind.OTHER_VERSION);
    }

    @Test
    void seesThatTheRoleMayCreateNothing() throws Exception {
        server.query(name, "alter schema public owner to current_user; revoke create on schema public from public");
        assertThat(facts().mayCreateTables()).isFalse();
        server.query(name, "drop schema public");
        assertThat(facts().mayCreateTables()).isFalse();
    }

    @Test
    void oneThatDoesNotAnswerOrRefusesIsSaidSo() {
        PostgresSettings settings = FreshDatabase.settings(server, name);
        PostgresSettings wrong = new PostgresSettings(
                settings.jdbcUrl(), settings.user(), "wrong", 1, settings.connectTimeout(), settings.socketTimeout());
        assertThat(catchThrowableOfType(StoreException.class, () -> DatabaseFacts.of(PostgresSchema.in(wrong)))
                        .kind())
                .isEqualTo(StoreException.Kind.REFUSED);
        PostgresSettings nobody = new PostgresSettings(
                "jdbc:postgresql://127.0.0.1:1/none",
                settings.user(),
                "any",
                1,
                settings.connectTimeout(),
                settings.socketTimeout());
        StoreException failure =
                catchThrowableOfType(StoreException.class, () -> DatabaseFacts.of(PostgresSchema.in(nobody)));
        assertThat(failure.kind()).isEqualTo(StoreException.Kind.UNAVAILABLE);
        assertThat(failure.getMessage()).contains("127.0.0.1:1 refused").hasLineCount(1);
    }
}
