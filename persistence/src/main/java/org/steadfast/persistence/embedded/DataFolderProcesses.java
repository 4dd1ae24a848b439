package org.steadfast.persistence.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.persistence.embedded.EmbeddedPostgresException.Kind;

/** The PostgreSQL processes that work in a data folder, whoever started them. To be used under the folder's lock. */
final class DataFolderProcesses {
    private static final Logger LOG = LoggerFactory.getLogger(DataFolderProcesses.class);
    private static final Duration SCAN_LIMIT = Duration.ofSeconds(30);
    /**
     * All PostgreSQL processes have their data folder as current folder. A script, because the operating system tells
     * the current folder of a process to that process's account, and to root not in every container.
     */
    private static final String SCAN = """
            for d in /proc/[0-9]*; do
              if read -r name <"$d/comm" && [ "$name" = postgres ] && [ "$d/cwd" -ef "$1" ]; then
                echo "${d#/proc/}"
              fi
            done 2>/dev/null
            """;

    private final DataArea area;
    private final ServerAccount account;

    DataFolderProcesses(DataArea area, ServerAccount account) {
        this.area = area;
        this.account = account;
    }

    /**
     * Stops what a killed launcher or a killed postmaster left running, and removes a pid file that would keep
     * PostgreSQL from starting.
     */
    void stopLeftovers() throws EmbeddedPostgresException, IOException, InterruptedException {
        if (!Files.isDirectory(area.folder())) {
            return;
        }
        List<ProcessHandle> leftovers = alive();
        if (!leftovers.isEmpty()) {
            stop(leftovers);
        }
        Optional<PostmasterPidFile> pidFile = PostmasterPidFile.read(area.postmasterPidFile());
        if (pidFile.flatMap(file -> ProcessHandle.of(file.pid())).isPresent()) {
            // PostgreSQL itself would take that process for a server on this folder, and refuse to start.
            LOG.info(
                    "Removing {}: the process with pid {} is no PostgreSQL of this folder",
                    area.postmasterPidFile(),
                    pidFile.get().pid());
            Files.deleteIfExists(area.postmasterPidFile());
        }
    }

    private void stop(List<ProcessHandle> leftovers)
            throws EmbeddedPostgresException, IOException, InterruptedException {
        LOG.warn(
                "DATABASE_LEFT_RUNNING: stopping the PostgreSQL that a killed process left running on data folder {}: {}",
                area.folder(),
                pids(leftovers));
        Optional<PostmasterPidFile> pidFile = PostmasterPidFile.read(area.postmasterPidFile());
        Optional<ProcessHandle> postmaster = leftovers.stream()
                .filter(p -> pidFile.isPresent() && p.pid() == pidFile.get().pid())
                .findFirst();
        if (postmaster.isPresent() && !Shutdown.fast(postmaster.get())) {
            Shutdown.immediate(postmaster.get());
        }
        List<ProcessHandle> remaining = alive();
        if (!Shutdown.kill(remaining)) {
            throw new EmbeddedPostgresException(
                    Kind.FAILED,
                    "data folder " + area.folder() + " is in use by PostgreSQL processes that cannot be ended: "
                            + pids(remaining) + "; end them and start again");
        }
    }

    private List<ProcessHandle> alive() throws EmbeddedPostgresException, IOException, InterruptedException {
        List<String> scan = List.of("sh", "-c", SCAN, "sh", area.folder().toString());
        ServerAccount owner = account.ownerOf(area.folder());
        ProgramRun.Outcome outcome = ProgramRun.run(owner.command(scan), SCAN_LIMIT);
        return outcome.output()
                .lines()
                .map(pid -> ProcessHandle.of(Long.parseLong(pid)))
                .flatMap(Optional::stream)
                .toList();
    }

    private static String pids(List<ProcessHandle> processes) {
        return processes.stream().map(p -> Long.toString(p.pid())).collect(Collectors.joining(", ", "pid ", ""));
    }
}
