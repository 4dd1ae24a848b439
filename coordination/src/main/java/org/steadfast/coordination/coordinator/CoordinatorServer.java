package org.steadfast.coordination.coordinator;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.FolderLock;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.coordination.tls.TlsCopies;

/**
 * A running server of the coordinator: ZooKeeper with its files synced, hourly purge, no admin web server, and only the
 * four-letter words that tell its state.
 */
public final class CoordinatorServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CoordinatorServer.class);
    private static final String FOUR_LETTER_WORDS = "ruok,srvr,mntr";
    private static final long START_MILLIS = 30_000;
    /** What the settings of the nodes allow. */
    private static final String LONGEST_SESSION_MILLIS = "90000";

    private final ZooKeeperRun zooKeeper;
    private final HourlyPurge purge;
    private final FolderLock lock;

    private CoordinatorServer(ZooKeeperRun zooKeeper, HourlyPurge purge, FolderLock lock) {
        this.zooKeeper = zooKeeper;
        this.purge = purge;
        this.lock = lock;
    }

    /**
     * Starts the server. One of an ensemble returns when it listens; it serves clients once a majority is there.
     *
     * @param tls what it shows and trusts; empty: it speaks without TLS
     * @throws NodeFailure if the port is in use, the data folder is held by a live process or cannot be written
     */
    public static CoordinatorServer start(CoordinatorSettings settings, Optional<TlsCopies> tls) throws NodeFailure {
        FolderLock lock = FolderLock.take(settings.dataFolder());
        ZooKeeperRun zooKeeper = null;
        try {
            requireFreePorts(settings);
            prepareFolders(settings);
            zooKeeper = new ZooKeeperRun(properties(settings, tls));
            zooKeeper.start(START_MILLIS);
            HourlyPurge purge =
                    HourlyPurge.start(settings.dataFolder(), settings.transactionLogFolder(), settings.snapshotsKept());
            log.info(
                    "Coordinator server {} listens on {}:{} {}, {}",
                    settings.serverId(),
                    settings.host(),
                    settings.clientPort(),
                    tls.isPresent() ? "with TLS" : "without TLS",
                    settings.ensemble().isEmpty()
                            ? "standing alone"
                            : "one of " + settings.ensemble().size());
            return new CoordinatorServer(zooKeeper, purge, lock);
        } catch (Exception e) {
            if (zooKeeper != null) {
                zooKeeper.close();
            }
            try {
                lock.close();
            } catch (IOException closing) {
                e.addSuppressed(closing);
            }
            if (e instanceof NodeFailure failure) {
                throw failure;
            }
            throw new NodeFailure(ExitCode.FAILED, "the coordinator cannot start: " + e, e);
        }
    }

    private static void requireFreePorts(CoordinatorSettings settings) throws NodeFailure {
        requireFree(settings.host(), settings.clientPort(), "Host", "ClientPort");
        for (String member : settings.ensemble()) {
            String self = settings.serverId() + "=";
            if (member.startsWith(self)) {
                String[] address = member.substring(self.length()).split(":", -1);
                requireFree(address[0], Integer.parseInt(address[1]), "Ensemble", "Ensemble");
                requireFree(address[0], Integer.parseInt(address[2]), "Ensemble", "Ensemble");
            }
        }
    }

    private static void requireFree(String host, int port, String hostSetting, String portSetting) throws NodeFailure {
        try {
            open(host, port);
        } catch (UnknownHostException e) {
            throw new NodeFailure(
                    ExitCode.SETTINGS_INVALID,
                    "the host " + host + " is not known; set " + CoordinatorSettings.PATH + "." + hostSetting,
                    e);
        } catch (IOException e) {
            throw new NodeFailure(
                    ExitCode.PORT_IN_USE,
                    "port " + port + " of " + host + " cannot be opened (" + e.getMessage() + "); free it or set "
                            + CoordinatorSettings.PATH + "." + portSetting,
                    e);
        }
    }

    /** Opens a port and closes it. */
    private static void open(String host, int port) throws IOException {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getByName(host), port));
        }
    }

    private static void prepareFolders(CoordinatorSettings settings) throws NodeFailure {
        Path id = settings.dataFolder().resolve("myid");
        try {
            Files.createDirectories(settings.transactionLogFolder());
            String text = settings.serverId() + "\n";
            if (!Files.exists(id)) {
                Files.writeString(id, text);
            } else if (!Files.readString(id).strip().equals(text.strip())) {
                throw new NodeFailure(
                        ExitCode.STORAGE_UNUSABLE,
                        "the folder " + settings.dataFolder() + " belongs to the coordinator server "
                                + Files.readString(id).strip() + ", not to " + settings.serverId() + "; set "
                                + CoordinatorSettings.PATH + ".DataFolder or ServerId");
            }
        } catch (IOException e) {
            throw new NodeFailure(ExitCode.STORAGE_UNUSABLE, "the coordinator's folders cannot be written: " + e, e);
        }
    }

    private static Properties properties(CoordinatorSettings settings, Optional<TlsCopies> tls) {
        Properties properties = new Properties();
        properties.setProperty("dataDir", settings.dataFolder().toString());
        properties.setProperty("dataLogDir", settings.transactionLogFolder().toString());
        String port = tls.isPresent() ? "secureClientPort" : "clientPort";
        properties.setProperty(port, Integer.toString(settings.clientPort()));
        properties.setProperty(port + "Address", settings.host());
        tls.map(CoordinatorTls::serverProperties).ifPresent(properties::putAll);
        properties.setProperty("tickTime", Long.toString(settings.tickTime().toMillis()));
        // Whatever session a node asks for is granted; by default ZooKeeper would cut it to 20 ticks.
        properties.setProperty("maxSessionTimeout", LONGEST_SESSION_MILLIS);
        properties.setProperty("initLimit", "10");
        properties.setProperty("syncLimit", "5");
        properties.setProperty("maxClientCnxns", Integer.toString(settings.mostConnectionsPerClient()));
        properties.setProperty("admin.enableServer", "false");
        properties.setProperty("4lw.commands.whitelist", FOUR_LETTER_WORDS);
        for (String member : settings.ensemble()) {
            int equals = member.indexOf('=');
            properties.setProperty("server." + member.substring(0, equals), member.substring(equals + 1));
        }
        return properties;
    }

    /** Completes when the server ends without having been closed, such as when its disk is full. It is still to be closed. */
    public CompletableFuture<Void> onExit() {
        return zooKeeper.endedByItself();
    }

    /** Stops the server and frees its port and its data folder. */
    @Override
    public void close() throws IOException {
        try {
            purge.close();
            zooKeeper.close();
        } finally {
            lock.close();
        }
    }
}
