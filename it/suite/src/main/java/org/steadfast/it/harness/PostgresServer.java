package org.steadfast.it.harness;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.postgresql.Driver;

/** One server of PostgreSQL on this machine. Used by one thread at a time. */
public final class PostgresServer {
    /** Before a statement that belongs into the platform's database. */
    static final String IN_PLATFORM = "--platform\n";

    private static final String SUPERUSER = "postgres";
    private static final String TIMELINE = """
            select case when pg_is_in_recovery() then 0
                else ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int end""";

    private final String name;
    private final int port;
    private final Path data;
    private final PostgresPrograms programs;
    /** The process that runs or ran last; null before the first start. */
    private Process process;

    PostgresServer(String name, int port, Path data, PostgresPrograms programs) {
        this.name = name;
        this.port = port;
        this.data = data;
        this.programs = programs;
    }

    /** By which its primary knows it. */
    public String name() {
        return name;
    }

    public String address() {
        return "127.0.0.1:" + port;
    }

    void createPrimary(Path passwordFile, Path settings) throws IOException, InterruptedException {
        new Shell()
                .run(
                        programs.command(
                                "initdb",
                                List.of(
                                        "--pgdata=" + data,
                                        "--username=" + SUPERUSER,
                                        "--pwfile=" + passwordFile,
                                        "--auth=scram-sha-256",
                                        "--encoding=UTF8",
                                        "--locale=C",
                                        "--no-sync")),
                        "");
        Path copy = data.resolve("steadfast.conf");
        Files.copy(settings, copy, StandardCopyOption.REPLACE_EXISTING);
        programs.give(copy);
        Files.writeString(
                data.resolve("postgresql.conf"),
                "include = 'steadfast.conf'\nshared_buffers = 32MB\nmax_connections = 100\nlogging_collector = off\n");
        Files.writeString(
                data.resolve("pg_hba.conf"),
                "host all all 127.0.0.1/32 scram-sha-256\nhost replication all 127.0.0.1/32 scram-sha-256\n");
    }

    /**
     * Makes it a standby of another one, with a copy of what that one has.
     *
     * @param withSlot whether a slot there keeps for it what it needs
     */
    void copyFrom(PostgresServer primary, boolean withSlot) throws IOException, InterruptedException {
        if (withSlot) {
            primary.run(List.of("select pg_create_physical_replication_slot('" + name + "', true) where not exists"
                    + " (select 1 from pg_replication_slots where slot_name = '" + name + "')"));
        }
        removeData();
        Path passwords = data.resolveSibling(name + ".pgpass");
        Files.writeString(passwords, "*:*:*:*:" + PostgresServers.PASSWORD + "\n");
        Files.setPosixFilePermissions(passwords, PosixFilePermissions.fromString("rw-------"));
        programs.give(passwords);
        List<String> arguments = new ArrayList<>(List.of(
                "--dbname=host=127.0.0.1 port=" + primary.port + " user=" + PostgresServers.FAILOVER_ROLE
                        + " application_name=" + name + " passfile=" + passwords,
                "--pgdata=" + data,
                "--wal-method=stream",
                "--checkpoint=fast",
                "--write-recovery-conf",
                "--no-sync"));
        if (withSlot) {
            arguments.add("--slot=" + name);
        }
        new Shell().run(programs.command("pg_basebackup", arguments), "");
    }

    private void removeData() throws IOException {
        if (Files.exists(data)) {
            try (Stream<Path> paths = Files.walk(data)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    /** Starts it; whether it is a primary or a standby is in its files. */
    public void start() throws IOException {
        List<String> command = programs.command(
                "postgres",
                List.of(
                        "-D",
                        data.toString(),
                        "-p",
                        String.valueOf(port),
                        "-c",
                        "listen_addresses=127.0.0.1",
                        "-k",
                        ""));
        process = new ProcessBuilder(new ArrayList<>(command))
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        data.resolveSibling(name + ".log").toFile()))
                .start();
    }

    boolean answers() {
        return timeline() >= 0;
    }

    /** Greater with each promotion; 0 where it is a standby, -1 where it does not answer. */
    int timeline() {
        if (process == null || !process.isAlive()) {
            return -1;
        }
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(TIMELINE)) {
            row.next();
            return row.getInt(1);
        } catch (SQLException e) {
            return -1;
        }
    }

    /** Whether it follows another one. */
    public boolean isStandby() {
        return timeline() == 0;
    }

    /** Whether it takes writes. */
    public boolean isPrimary() {
        return timeline() > 0;
    }

    private Connection connect(String database) throws SQLException {
        Properties login = new Properties();
        login.setProperty("user", SUPERUSER);
        login.setProperty("password", PostgresServers.PASSWORD);
        login.setProperty("loginTimeout", "2");
        login.setProperty("socketTimeout", "5");
        return new Driver().connect("jdbc:postgresql://" + address() + "/" + database, login);
    }

    /** Runs statements as the superuser. */
    void run(List<String> statements) throws IOException {
        for (String sql : statements) {
            try (Connection connection = connect(sql.startsWith(IN_PLATFORM) ? "thingworx" : "postgres");
                    Statement statement = connection.createStatement()) {
                statement.execute(sql);
            } catch (SQLException e) {
                throw new IOException(name + " refused: " + sql, e);
            }
        }
    }

    /** Freezes what brings it what its primary writes: nothing arrives any more, and nobody is told. */
    public void freezeReceiver() throws IOException, InterruptedException {
        ProcessTree.signal("-STOP", receiver());
    }

    /** Ends what was frozen, before it can read what the system has received for it meanwhile: as if that had never arrived. */
    public void endReceiver() throws IOException, InterruptedException {
        ProcessTree.signal("-TERM", receiver());
        ProcessTree.signal("-CONT", receiver());
    }

    private Stream<ProcessHandle> receiver() throws IOException {
        List<ProcessHandle> receivers = new ArrayList<>();
        for (ProcessHandle child : process.descendants().toList()) {
            Path title = Path.of("/proc", Long.toString(child.pid()), "cmdline");
            // A child may end meanwhile; one that serves a client often does.
            if (Files.exists(title) && title(title).contains("walreceiver")) {
                receivers.add(child);
            }
        }
        if (receivers.size() != 1) {
            throw new IOException(name + " has " + receivers.size() + " receivers");
        }
        return receivers.stream();
    }

    private static String title(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    /** Ends it as a power failure does. */
    public void kill() throws InterruptedException {
        if (process != null) {
            new ProcessTree(process).kill();
        }
    }

    public void freeze() throws IOException, InterruptedException {
        new ProcessTree(process).freeze();
    }

    public void thaw() throws IOException, InterruptedException {
        new ProcessTree(process).thaw();
    }
}
