package org.steadfast.coordination.coordinator;

import java.io.IOException;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.security.sasl.SaslException;
import org.apache.zookeeper.server.ServerConfig;
import org.apache.zookeeper.server.ZooKeeperServerMain;
import org.apache.zookeeper.server.quorum.QuorumPeer;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig;
import org.apache.zookeeper.server.quorum.QuorumPeerMain;
import org.apache.zookeeper.util.ServiceUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of ZooKeeper's own server on a thread of its own. ZooKeeper's embedded launcher is not used: it hangs where its data
 * are damaged, leaves a file behind at each start, and tells nobody when the server ends by itself.
 */
final class ZooKeeperRun implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ZooKeeperRun.class);

    private final Server server;
    private final Thread thread;
    private final CompletableFuture<Void> started = new CompletableFuture<>();
    private final CompletableFuture<Void> endedByItself = new CompletableFuture<>();
    /** Set by whoever closes, before the thread is made to end. */
    private volatile boolean closing;

    /** @param properties as in ZooKeeper's configuration file */
    ZooKeeperRun(Properties properties) throws IOException, QuorumPeerConfig.ConfigException {
        QuorumPeerConfig config = new QuorumPeerConfig();
        config.parseProperties(properties);
        // ZooKeeper would end the whole process without a word; whoever runs this ends it in good order.
        ServiceUtils.setSystemExitProcedure(this::exitWanted);
        server = config.isDistributed() ? new EnsembleServer(config) : new LoneServer(config);
        thread = new Thread(this::run, "zookeeper");
    }

    /** ZooKeeper's two kinds of servers. */
    private interface Server {
        /** Returns when the server has ended. */
        void run() throws Exception;

        /** Makes {@link #run} return, and frees what a run that failed has left. */
        void end();
    }

    /** It has found that it must not go on, such as a follower whose transactions are not the leader's. */
    private void exitWanted(int status) {
        log.error("COORDINATOR_FAILED: ZooKeeper wants to end with status {}", status);
        if (!closing
                && !started.completeExceptionally(
                        new IllegalStateException("ZooKeeper wants to end with status " + status))) {
            endedByItself.complete(null);
        }
    }

    private void run() {
        Throwable reason = new IllegalStateException("ZooKeeper ended before it had started");
        try {
            server.run();
        } catch (Throwable e) {
            log.error("COORDINATOR_FAILED: ZooKeeper failed", e);
            reason = e;
        }
        if (!started.completeExceptionally(reason) && !closing) {
            endedByItself.complete(null);
        }
    }

    /** Starts it and waits until it listens. It is to be closed also where this fails. */
    void start(long millis) throws Exception {
        thread.start();
        try {
            started.get(millis, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception failure ? failure : e;
        } catch (TimeoutException e) {
            throw new IOException("ZooKeeper did not start within " + millis + " ms", e);
        }
    }

    /** Completes when a server that had started ends without having been closed. */
    CompletableFuture<Void> endedByItself() {
        return endedByItself.copy();
    }

    /** Ends it and waits for its end. */
    @Override
    public void close() {
        closing = true;
        server.end();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class LoneServer extends ZooKeeperServerMain implements Server {
        private final ServerConfig config = new ServerConfig();

        LoneServer(QuorumPeerConfig config) {
            this.config.readFrom(config);
        }

        @Override
        public void run() throws Exception {
            try {
                runFromConfig(config);
            } finally {
                shutdown();
            }
        }

        @Override
        protected void serverStarted() {
            started.complete(null);
        }

        @Override
        public void end() {
            if (thread.isAlive()) {
                close();
            }
        }
    }

    private final class EnsembleServer extends QuorumPeerMain implements Server {
        private final QuorumPeerConfig config;

        EnsembleServer(QuorumPeerConfig config) {
            this.config = config;
        }

        @Override
        public void run() throws Exception {
            runFromConfig(config);
        }

        @Override
        protected QuorumPeer getQuorumPeer() throws SaslException {
            return new QuorumPeer() {
                @Override
                public synchronized void start() {
                    super.start();
                    started.complete(null);
                }
            };
        }

        @Override
        public void end() {
            close();
        }
    }
}
