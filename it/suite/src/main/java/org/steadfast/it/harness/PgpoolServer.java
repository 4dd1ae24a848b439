package org.steadfast.it.harness;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.postgresql.Driver;

/** A Pgpool-II before some servers, with the configuration that the distribution's own command prints. Used by one thread at a time. */
public final class PgpoolServer implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/sbin/pgpool");
    private static final Duration START = Duration.ofSeconds(30);

    private final int port;
    private final ProcessTree process;

    private PgpoolServer(int port, ProcessTree process) {
        this.port = port;
        this.process = process;
    }

    static PgpoolServer start(PostgresServers servers, Path folder, PostgresPrograms programs, int port)
            throws IOException, InterruptedException {
        if (!Files.isExecutable(PROGRAM)) {
            throw new IOException("there is no " + PROGRAM + "; install pgpool2");
        }
        Files.createDirectories(folder);
        write(folder.resolve("pgpool.conf"), configuration(servers, folder, port), programs);
        write(folder.resolve("pool_hba.conf"), "host all all 127.0.0.1/32 scram-sha-256\n", programs);
        write(folder.resolve("pcp.conf"), "", programs);
        write(
                folder.resolve("pool_passwd"),
                "twadmin:TEXT" + PostgresServers.PASSWORD + "\n" + PostgresServers.FAILOVER_ROLE + ":TEXT"
                        + PostgresServers.PASSWORD + "\n",
                programs);
        programs.give(folder);
        List<String> command = new ArrayList<>(programs.account());
        command.addAll(List.of(PROGRAM.toString(), "-n", "-D"));
        command.addAll(List.of("-f", folder.resolve("pgpool.conf").toString()));
        command.addAll(List.of("-a", folder.resolve("pool_hba.conf").toString()));
        command.addAll(List.of("-F", folder.resolve("pcp.conf").toString()));
        Process process = new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolveSibling("pgpool.log").toFile()))
                .start();
        PgpoolServer pgpool = new PgpoolServer(port, new ProcessTree(process));
        await("Pgpool-II answers").atMost(START).until(pgpool::answers);
        return pgpool;
    }

    private static String configuration(PostgresServers servers, Path folder, int port)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of("pgpool", "--listen=127.0.0.1:" + port, "--folder=" + folder, "--connections=60"));
        servers.all().forEach(server -> command.add("--backend=" + server.address()));
        Process rendering = Distribution.built()
                .command(command, Map.of())
                .redirectErrorStream(true)
                .start();
        String text = new String(rendering.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (rendering.waitFor() != 0) {
            throw new IOException("steadfast pgpool refused: " + text);
        }
        return text;
    }

    private static void write(Path file, String text, PostgresPrograms programs)
            throws IOException, InterruptedException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        programs.give(file);
    }

    private boolean answers() {
        Properties login = new Properties();
        login.setProperty("user", "twadmin");
        login.setProperty("password", PostgresServers.PASSWORD);
        login.setProperty("loginTimeout", "3");
        try (Connection connection = new Driver().connect(url(), login)) {
            return connection.isValid(3);
        } catch (SQLException e) {
            return false;
        }
    }

    /** As a node is told. */
    String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/thingworx";
    }

    @Override
    public void close() throws InterruptedException {
        process.kill();
    }
}
