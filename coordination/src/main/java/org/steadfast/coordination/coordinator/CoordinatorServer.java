package org.steadfast.coordination.coordinator;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.zookeeper.server.embedded.ExitHandler;
import org.apache.zookeeper.server.embedded.ZooKeeperServerEmbedded;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.FolderLock;
import org.steadfast.coordination.chassis.NodeFailure;

/**
 * A running server of the coordinator: ZooKeeper with its files synced, hourly purge, no admin web server, and only the
 * four-letter words that tell its state.
 */
public final class CoordinatorServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CoordinatorServer.class);
    private static final String FOUR_LETTER_WORDS = "ruok,srvr,mntr";
    private static final long START_MILLIS = 30_000;

    private final ZooKeeperServerEmbedded server;
    private final FolderLock lock;

    private CoordinatorServer(ZooKeeperServerEmbedded server, FolderLock lock) {
        this.server = server;
        this.lock = lock;
    }

    /**
     * Starts the server. One of an ensemble returns when it listens; it serves clients once a majority is there.
     *
     * @throws NodeFailure if the port is in use, the data folder is held by a live process or cannot be written
     */
    public static CoordinatorServer start(CoordinatorSettings settings) throws NodeFailure {
        FolderLock lock = FolderLock.take(settings.dataFolder());
        try {
            requireFree(settings);
            prepareFolders(settings);
            ZooKeeperServerEmbedded server = ZooKeeperServerEmbedded.builder()
                    .baseDir(settings.dataFolder())
                    .configuration(properties(settings))
                    .exitHandler(ExitHandler.LOG_ONLY)
                    .build();
            server.start(START_MILLIS);
            log.info(
                    "Coordinator server {} listens on {}:{}, {}",
                    settings.serverId(),
                    settings.host(),
                    settings.clientPort(),
                    settings.ensemble().isEmpty()
                            ? "standing alone"
                            : "one of " + settings.ensemble().size());
            return new CoordinatorServer(server, lock);
        } catch (Exception e) {
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

    private static void requireFree(CoordinatorSettings settings) throws NodeFailure {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getByName(settings.host()), settings.clientPort()));
        } catch (IOException e) {
            throw new NodeFailure(
                    ExitCode.PORT_IN_USE,
                    "port " + settings.clientPort() + " of " + settings.host()
                            + " cannot be opened, probably it is in use; free it or set " + CoordinatorSettings.PATH
                            + ".ClientPort",
                    e);
        }
    }

    private static void prepareFolders(CoordinatorSettings settings) throws NodeFailure {
        Path id = settings.dataFolder().resolve("myid");
        try {
            Files.createDirectories(settings.transactionLogFolder());
            String text = settings.serverId() + "\n";
            if (!Files.exists(id)) {
                Files.writeString(id, text);
            } else if (!Files.readString(id).equals(text)) {
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

    private static Properties properties(CoordinatorSettings settings) {
        Properties properties = new Properties();
        properties.setProperty("dataDir", settings.dataFolder().toString());
        properties.setProperty("dataLogDir", settings.transactionLogFolder().toString());
        properties.setProperty("clientPort", Integer.toString(settings.clientPort()));
        properties.setProperty("clientPortAddress", settings.host());
        properties.setProperty("tickTime", Long.toString(settings.tickTime().toMillis()));
        properties.setProperty("initLimit", "10");
        properties.setProperty("syncLimit", "5");
        properties.setProperty("maxClientCnxns", Integer.toString(settings.mostConnectionsPerClient()));
        properties.setProperty("autopurge.snapRetainCount", Integer.toString(settings.snapshotsKept()));
        properties.setProperty("autopurge.purgeInterval", "1");
        properties.setProperty("admin.enableServer", "false");
        properties.setProperty("4lw.commands.whitelist", FOUR_LETTER_WORDS);
        for (String member : settings.ensemble()) {
            int equals = member.indexOf('=');
            properties.setProperty("server." + member.substring(0, equals), member.substring(equals + 1));
        }
        return properties;
    }

    /** Stops the server and frees its data folder. */
    @Override
    public void close() throws IOException {
        try {
            server.close();
        } finally {
            lock.close();
        }
    }
}
