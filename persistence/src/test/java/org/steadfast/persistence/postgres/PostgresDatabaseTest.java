package org.steadfast.persistence.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.steadfast.persistence.embedded.SharedPostgres;
import org.steadfast.persistence.store.EntityWrite;
import org.steadfast.persistence.store.ModelStore;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.persistence.store.StoreException.Kind;

/** Opening the database, and what is told where that fails. */
@ExtendWith(SharedPostgres.class)
class PostgresDatabaseTest {
    private SharedPostgres.Server server;

    @BeforeEach
    void take(SharedPostgres.Server running) {
        server = running;
    }

    @Test
    void isMigratedOnceWhenSeveralNodesStartTogether() throws Exception {
        int nodes = 3;
        PostgresSettings settings = FreshDatabase.settings(server, server.createDatabase());
        CyclicBarrier together = new CyclicBarrier(nodes);
        ExecutorService threads = Executors.newFixedThreadPool(nodes);
        List<PostgresDatabase> opened = new ArrayList<>();
        try {
            List<Future<PostgresDatabase>> opening = new ArrayList<>();
            for (int i = 0; i < nodes; i++) {
                opening.add(threads.submit(() -> {
                    together.await(10, TimeUnit.SECONDS);
                    return PostgresDatabase.open(settings);
                }));
            }
            for (Future<PostgresDatabase> one : opening) {
                opened.add(one.get(30, TimeUnit.SECONDS));
            }
            opened.get(0).model().create(thing("shared"));
            for (PostgresDatabase database : opened) {
                assertThat(database.model().find("Things", "shared")).isPresent();
            }
        } finally {
            threads.shutdownNow();
            opened.forEach(PostgresDatabase::close);
        }
    }

    @Test
    void keepsWhatIsThereWhenItIsOpenedAgain() throws Exception {
        PostgresSettings settings = FreshDatabase.settings(server, server.createDatabase());
        try (PostgresDatabase first = PostgresDatabase.open(settings)) {
            first.model().create(thing("kept"));
        }
        try (PostgresDatabase second = PostgresDatabase.open(settings)) {
            assertThat(second.model().find("Things", "kept")).isPresent();
        }
    }

    @Test
    void isRefusedWithAWrongPassword() throws Exception {
        PostgresSettings settings = settings(server.jdbcUrl(server.createDatabase()), "wrong password");

        assertThatThrownBy(() -> PostgresDatabase.open(settings))
                .hasMessageContaining(server.user())
                .hasMessageNotContaining("wrong password")
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED));
    }

    @Test
    void isRefusedWhereThereIsNoSuchDatabase() {
        assertKind(Kind.REFUSED, settings(server.jdbcUrl("not_there"), server.password()));
    }

    @Test
    void isRefusedAnAddressOfAnotherKind() {
        assertKind(Kind.REFUSED, settings("jdbc:sqlserver://localhost", server.password()));
    }

    @Test
    void isUnavailableWhereNothingListens() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        assertKind(Kind.UNAVAILABLE, settings("jdbc:postgresql://127.0.0.1:" + port + "/platform", server.password()));
    }

    @Test
    void isUnavailableWhereNobodyAnswers() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String url = "jdbc:postgresql://127.0.0.1:" + silent.getLocalPort() + "/platform";

            assertKind(
                    Kind.UNAVAILABLE,
                    new PostgresSettings(
                            url, server.user(), server.password(), 2, Duration.ofSeconds(1), Duration.ofSeconds(1)));
        }
    }

    @Test
    void recoversWhenTheDatabaseWasAway() throws Exception {
        try (FreshDatabase fresh = FreshDatabase.on(server)) {
            ModelStore model = fresh.database().model();
            model.create(thing("there"));

            takeAway(fresh.name());
            assertUnavailable(model);

            bringBack(fresh.name());
            // Other connections of the pool may have ended as well; each is found out once.
            await().ignoreExceptionsInstanceOf(StoreException.class)
                    .until(() -> model.find("Things", "there").isPresent());
        }
    }

    @Test
    void refusesNobodyWhoAsksOnceItIsBack() throws Exception {
        String name = server.createDatabase();
        PostgresSettings impatient = new PostgresSettings(
                server.jdbcUrl(name),
                server.user(),
                server.password(),
                4,
                Duration.ofSeconds(1),
                Duration.ofSeconds(10));
        try (PostgresDatabase database = PostgresDatabase.open(impatient)) {
            database.model().create(thing("there"));
            takeAway(name);
            // Long enough for pauses between attempts to have grown beyond the second that is waited for a connection.
            for (int i = 0; i < 7; i++) {
                assertUnavailable(database.model());
            }
            bringBack(name);
            assertThat(database.model().find("Things", "there")).isPresent();
        }
    }

    /** Whoever connects for the pool tries for ever: the end of the node must not wait for that. */
    @Test
    void closesWhileTheDatabaseIsAway() throws Exception {
        FreshDatabase fresh = FreshDatabase.on(server);
        takeAway(fresh.name());
        assertUnavailable(fresh.database().model());

        CompletableFuture.runAsync(fresh::close).get(10, TimeUnit.SECONDS);
        await().atMost(Duration.ofSeconds(15))
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().contains("connection-adder")));
    }

    @Test
    void showsNoPassword() {
        assertThat(settings("jdbc:postgresql://host/platform", "the password"))
                .hasToString(server.user() + "@jdbc:postgresql://host/platform");
    }

    private void takeAway(String name) throws SQLException {
        server.query(name, "ALTER DATABASE " + name + " CONNECTION LIMIT 0");
        server.query(
                name,
                "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
    }

    private void bringBack(String name) throws SQLException {
        server.query(name, "ALTER DATABASE " + name + " CONNECTION LIMIT -1");
    }

    private static void assertUnavailable(ModelStore model) {
        assertThatThrownBy(() -> model.find("Things", "there"))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
    }

    private static EntityWrite thing(String name) {
        return new EntityWrite("Things", name, Optional.empty(), "{}", List.of());
    }

    private PostgresSettings settings(String url, String password) {
        return new PostgresSettings(url, server.user(), password, 4, Duration.ofSeconds(2), Duration.ofSeconds(10));
    }

    private static void assertKind(Kind kind, PostgresSettings settings) {
        assertThatThrownBy(() -> PostgresDatabase.open(settings))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
