package org.steadfast.coordination.membership;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.BoundedExponentialBackoffRetry;
import org.apache.zookeeper.client.ZKClientConfig;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.coordination.coordinator.CoordinatorTls;
import org.steadfast.coordination.settings.ClusterSettings;
import org.steadfast.coordination.tls.CoordinatorTlsSettings;
import org.steadfast.coordination.tls.TlsCopies;

/** A session with the coordinator. Safe for use by several threads. */
public final class CoordinatorClient implements AutoCloseable {
    private static final int MOST_RETRIES = 5;

    private final CuratorFramework curator;

    private CoordinatorClient(CuratorFramework curator) {
        this.curator = curator;
    }

    /** Connects without TLS, as {@link #connect(ClusterSettings, Optional)} does. */
    public static CoordinatorClient connect(ClusterSettings settings) throws NodeFailure, InterruptedException {
        return connect(settings, Optional.empty());
    }

    /**
     * Connects.
     *
     * @param tls what is shown and trusted, for as long as the client lives; empty: without TLS
     * @throws NodeFailure {@link ExitCode#COORDINATOR_UNREACHABLE} if no server of the coordinator answers in time
     */
    public static CoordinatorClient connect(ClusterSettings settings, Optional<TlsCopies> tls)
            throws NodeFailure, InterruptedException {
        CuratorFramework curator = CuratorFrameworkFactory.builder()
                .zkClientConfig(tls.map(CoordinatorTls::client).orElseGet(ZKClientConfig::new))
                .connectString(settings.connectString())
                .namespace(settings.namespace())
                .sessionTimeoutMs((int) settings.sessionTimeout().toMillis())
                .connectionTimeoutMs((int) Math.min(
                        settings.sessionTimeout().toMillis() / 2,
                        settings.connectionTimeout().toMillis()))
                .retryPolicy(new BoundedExponentialBackoffRetry(100, 2_000, MOST_RETRIES))
                .build();
        curator.start();
        boolean connected = false;
        try {
            connected = curator.blockUntilConnected(
                    (int) settings.connectionTimeout().toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            if (!connected) {
                curator.close();
            }
        }
        if (!connected) {
            throw new NodeFailure(
                    ExitCode.COORDINATOR_UNREACHABLE,
                    "the coordinator at " + settings.connectString() + " did not answer within "
                            + settings.connectionTimeout().toSeconds() + " s, " + (tls.isPresent() ? "with" : "without")
                            + " TLS; start it or set " + ClusterSettings.PATH + ".CoordinatorHosts or "
                            + CoordinatorTlsSettings.PATH + ".Enabled");
        }
        return new CoordinatorClient(curator);
    }

    /** Curator's client, in the cluster's namespace. */
    public CuratorFramework curator() {
        return curator;
    }

    /** Ends the session; what it registered is gone at once. */
    @Override
    public void close() {
        curator.close();
    }
}
