package org.steadfast.it.harness;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A primary of PostgreSQL and standbys, as the operating system's packages have them, with the shipped templates for settings and roles.
 * Closing it ends them and removes their files. Used by one thread at a time.
 */
public final class PostgresServers implements AutoCloseable {
    /** The role with which the cluster watches over them. */
    static final String FAILOVER_ROLE = "steadfast_failover";
    /** Of all roles. */
    static final String PASSWORD = "password-of-the-integration-suite";

    private static final Duration START = Duration.ofSeconds(30);

    private final TemporaryFolder folder;
    private final PostgresPrograms programs;
    private final boolean withSlots;
    private final List<PostgresServer> servers = new ArrayList<>();
    /** What stands before them. */
    private Optional<PgpoolServer> pgpool = Optional.empty();

    private PostgresServers(TemporaryFolder folder, PostgresPrograms programs, boolean withSlots) {
        this.withSlots = withSlots;
        this.folder = folder;
        this.programs = programs;
    }

    /** Makes a primary and standbys that follow it, and starts them. */
    public static PostgresServers start(int number) throws IOException, InterruptedException {
        return start(number, false);
    }

    /** The same; each standby has a slot at the primary, and needs one at the next. */
    public static PostgresServers startWithSlots(int number) throws IOException, InterruptedException {
        return start(number, true);
    }

    private static PostgresServers start(int number, boolean withSlots) throws IOException, InterruptedException {
        TemporaryFolder folder = TemporaryFolder.create();
        PostgresServers all = new PostgresServers(folder, PostgresPrograms.find(folder.path()), withSlots);
        List<PostgresServer> servers = all.servers;
        try {
            Files.writeString(all.passwordFile(), PASSWORD + "\n");
            for (int i = 1; i <= number; i++) {
                servers.add(
                        new PostgresServer("db" + i, freePort(), folder.path().resolve("db" + i), all.programs));
            }
            servers.get(0).createPrimary(all.passwordFile(), template("steadfast.conf"));
            servers.get(0).start();
            all.awaitAnswer(servers.get(0));
            servers.get(0).run(roles());
            for (PostgresServer standby : servers.subList(1, number)) {
                standby.copyFrom(servers.get(0), withSlots);
                standby.start();
                all.awaitAnswer(standby);
            }
            return all;
        } catch (IOException | InterruptedException | RuntimeException e) {
            all.close();
            throw e;
        }
    }

    private static Path template(String name) {
        return Distribution.built().home().resolve("templates/postgresql").resolve(name);
    }

    private static List<String> roles() throws IOException {
        String failover = Files.readString(template("failover-role.sql"))
                .lines()
                .filter(line -> !line.startsWith("--"))
                .collect(Collectors.joining("\n"));
        List<String> statements = new ArrayList<>(List.of(
                "create role twadmin login password '" + PASSWORD + "'", "create database thingworx owner twadmin"));
        // Functions belong to a database, settings and roles to all of them.
        for (String statement : failover.split(";")) {
            if (!statement.isBlank()) {
                statements.add(PostgresServer.IN_PLATFORM + statement.strip());
            }
        }
        statements.add("alter role " + FAILOVER_ROLE + " password '" + PASSWORD + "'");
        return statements;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitAnswer(PostgresServer server) {
        await("a server of the database answers").atMost(START).until(server::answers);
    }

    /** All of them, in one address. */
    String url() {
        return servers.stream()
                .map(PostgresServer::address)
                .collect(Collectors.joining(",", "jdbc:postgresql://", "/thingworx"));
    }

    /** A file whose first line is the password of the platform's role. */
    Path passwordFile() {
        return folder.path().resolve("password");
    }

    /** Puts a Pgpool-II before them, and has nodes connect to that. */
    public void startPgpool() throws IOException, InterruptedException {
        pgpool = Optional.of(PgpoolServer.start(this, folder.path().resolve("pgpool"), programs, freePort()));
    }

    /** Where nodes connect to. */
    String urlForNodes() {
        return pgpool.map(PgpoolServer::url).orElseGet(this::url);
    }

    /** Where they are, as a setting has it. */
    String addresses() {
        return servers.stream().map(PostgresServer::address).collect(Collectors.joining(", "));
    }

    /** All of them, in the order of the address. */
    public List<PostgresServer> all() {
        return servers;
    }

    /** The one that takes writes, of several the one that was promoted last. */
    public PostgresServer primary() {
        return servers.stream()
                .filter(server -> server.timeline() > 0)
                .max(Comparator.comparingInt(PostgresServer::timeline))
                .orElseThrow(() -> new AssertionError("no server of the database is a primary"));
    }

    /** Those that follow. */
    public List<PostgresServer> standbys() {
        return servers.stream().filter(PostgresServer::isStandby).toList();
    }

    /** Does what an operator does with a server that was lost: makes it a standby of the present primary. */
    public void rejoin(PostgresServer server) throws IOException, InterruptedException {
        PostgresServer primary = primary();
        server.kill();
        server.copyFrom(primary, withSlots);
        server.start();
        awaitAnswer(server);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        if (pgpool.isPresent()) {
            pgpool.get().close();
        }
        for (PostgresServer server : servers) {
            server.kill();
        }
        folder.close();
    }
}
