package org.steadfast.persistence.embedded;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.persistence.embedded.EmbeddedPostgresException.Kind;

/**
 * A running PostgreSQL that belongs to this process, and holds its data folder's lock until it is closed. It is durable
 * (fsync, checksums), wants SCRAM passwords on every way in, and never runs as root. If this process is killed,
 * PostgreSQL runs on; the next start on the folder stops it and starts afresh. For Linux. Safe for use by several
 * threads.
 */
public final class EmbeddedPostgres implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);

    private final String jdbcUrl;
    private final Postmaster postmaster;
    private final DataFolderProcesses processes;
    private final DataFolderLock lock;
    private final CompletableFuture<Integer> exit;
    /** Guarded by this. */
    private boolean closed;

    private EmbeddedPostgres(
            String jdbcUrl, Postmaster postmaster, DataFolderProcesses processes, DataFolderLock lock) {
        this.jdbcUrl = jdbcUrl;
        this.postmaster = postmaster;
        this.processes = processes;
        this.lock = lock;
        exit = postmaster.onExit();
    }

    /**
     * Starts PostgreSQL; at the first start unpacks it and creates the data folder. Returns when it takes connections
     * and the application's role and database exist. Blocks for seconds at the first start, and after a crash for as
     * long as recovery takes, ten minutes at most; reacts to an interrupt.
     *
     * @param settings how to run it
     * @return the running database, for the caller to close
     * @throws EmbeddedPostgresException if it cannot be started; nothing is left running, and the lock is free. The
     *     interrupt status is set if it was an interrupt
     */
    public static EmbeddedPostgres start(EmbeddedPostgresSettings settings) throws EmbeddedPostgresException {
        try {
            ServerAccount account = ServerAccount.choose(settings.runAsUser());
            DataArea area = DataArea.at(settings.dataFolder());
            DataFolderLock lock = DataFolderLock.acquire(area);
            try {
                return startLocked(settings, account, area, lock);
            } catch (Throwable e) {
                closeAfter(e, lock);
                throw e;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddedPostgresException(
                    Kind.FAILED, "the start of PostgreSQL on " + settings.dataFolder() + " was interrupted", e);
        } catch (IOException e) {
            throw explain(settings, e);
        }
    }

    private static EmbeddedPostgres startLocked(
            EmbeddedPostgresSettings settings, ServerAccount account, DataArea area, DataFolderLock lock)
            throws EmbeddedPostgresException, IOException, InterruptedException {
        long started = System.nanoTime();
        PostgresBinaries binaries = BinariesArchive.onClassPath().unpackBelow(settings.binariesFolder());
        area.requireOurs(binaries);
        account.requireEntry(binaries.folder());
        account.requireEntry(area.parent());

        DataFolderProcesses processes = new DataFolderProcesses(area, account);
        processes.stopLeftovers();
        ListenAddress address = new ListenAddress(settings.host(), settings.port());
        address.requireFree();

        new DataFolderCreation(area, binaries, account).createIfAbsent(settings.superuserPassword());
        account.giveTree(area.folder());
        new ServerConfiguration(area, binaries, account).write(address, settings);

        Postmaster postmaster = Postmaster.launch(area, binaries, account);
        try {
            postmaster.awaitReady();
            new ApplicationDatabase(address, settings).prepare();
        } catch (Throwable e) {
            closeAfter(e, postmaster::stop);
            throw e;
        }
        LOG.info(
                "PostgreSQL {} runs on {}:{} with data folder {}, pid {}, account {} ({} ms)",
                binaries.version(),
                settings.host(),
                settings.port(),
                area.folder(),
                postmaster.pid(),
                account.name(),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started));
        return new EmbeddedPostgres(address.jdbcUrl(settings.database()), postmaster, processes, lock);
    }

    private static void closeAfter(Throwable failure, AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            failure.addSuppressed(e);
        }
    }

    private static EmbeddedPostgresException explain(EmbeddedPostgresSettings settings, IOException e) {
        boolean denied = e instanceof AccessDeniedException
                || (e instanceof FileSystemException f && "Read-only file system".equals(f.getReason()));
        String remedy = denied ? "; allow this account to write there, or name another folder" : "";
        return new EmbeddedPostgresException(
                denied ? Kind.NOT_WRITABLE : Kind.FAILED,
                "PostgreSQL on data folder " + settings.dataFolder() + " cannot be started: " + e + remedy,
                e);
    }

    /**
     * Returns where the application's database is, without user and password.
     *
     * @return a URL for PostgreSQL's JDBC driver
     */
    public String jdbcUrl() {
        return jdbcUrl;
    }

    /**
     * Returns the pid of PostgreSQL's main process.
     *
     * @return the pid, also after that process has ended
     */
    public long postmasterPid() {
        return postmaster.pid();
    }

    /**
     * Tells that PostgreSQL ended by itself; it is not started again. {@link #close()} is still to be called.
     *
     * @return completes with the exit code (128 + n after signal n) when the main process ends by itself, and never
     *     when it ends by {@link #close()}; a new future at each call
     */
    public CompletableFuture<Integer> onExit() {
        return exit.copy();
    }

    /**
     * Stops PostgreSQL, rolling back what is under way, within 30 seconds; if that is not enough, at once, and the next
     * start recovers. Then gives up the data folder's lock. Does nothing the second time. Failures are logged: there is
     * nothing that the caller could do, and the next start copes with what is left.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        // Whoever interrupts us wants an end, and that is what we are about.
        boolean interrupted = Thread.interrupted();
        try (lock) {
            postmaster.stop();
            // None, but for a postmaster that was killed: its children may need a moment more.
            processes.stopLeftovers();
            LOG.info("PostgreSQL with pid {} has stopped", postmaster.pid());
        } catch (InterruptedException e) {
            interrupted = true;
            LOG.warn("STOP_INCOMPLETE: interrupted while stopping PostgreSQL with pid {}", postmaster.pid());
        } catch (EmbeddedPostgresException | IOException e) {
            LOG.error("STOP_INCOMPLETE: PostgreSQL with pid {} did not stop properly", postmaster.pid(), e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
