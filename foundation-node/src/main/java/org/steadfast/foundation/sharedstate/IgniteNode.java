package org.steadfast.foundation.sharedstate;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteException;
import org.apache.ignite.Ignition;
import org.apache.ignite.cache.CacheAtomicityMode;
import org.apache.ignite.cache.CacheMode;
import org.apache.ignite.cache.CacheWriteSynchronizationMode;
import org.apache.ignite.cache.PartitionLossPolicy;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.configuration.CacheConfiguration;
import org.apache.ignite.configuration.DataRegionConfiguration;
import org.apache.ignite.configuration.DataStorageConfiguration;
import org.apache.ignite.configuration.ExecutorConfiguration;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.apache.ignite.events.Event;
import org.apache.ignite.events.EventType;
import org.apache.ignite.failure.StopNodeOrHaltFailureHandler;
import org.apache.ignite.lang.IgnitePredicate;
import org.apache.ignite.logger.slf4j.Slf4jLogger;
import org.apache.ignite.plugin.segmentation.SegmentationPolicy;
import org.apache.ignite.spi.communication.tcp.TcpCommunicationSpi;
import org.apache.ignite.spi.discovery.zk.ZookeeperDiscoverySpi;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.coordination.settings.ClusterSettings;
import org.steadfast.persistence.store.WriterId;

/** Configures and starts Ignite. All caches are configured from the start: making one later stops the cluster for a moment. */
final class IgniteNode {
    static final String PROPERTIES = "property";
    static final String BINDINGS = "binding";
    static final String SESSIONS = "session";
    static final String TRANSFERS = "transfer";
    static final String CLUSTER = "cluster";

    private static final String INCARNATION = "steadfast.incarnation";

    private static final int JOIN_MILLIS = 60_000;
    private static final int NETWORK_MILLIS = 5_000;

    private IgniteNode() {}

    /**
     * @param writer the life as a writer that the other nodes fence when this node is lost
     * @param tls what nodes speak with each other; empty for plain connections
     */
    static Ignite start(
            ClusterSettings cluster,
            SharedStateSettings settings,
            WriterId writer,
            Optional<SSLContext> tls,
            Executor continuations,
            Consumer<String> onSegmented)
            throws NodeFailure {
        IgniteConfiguration configuration = configuration(cluster, settings);
        configuration.setUserAttributes(Map.of(INCARNATION, writer.incarnation()));
        configuration.setAsyncContinuationExecutor(continuations);
        // Ignite asks the other end for its certificate, whichever of the two has connected.
        tls.ifPresent(context -> configuration.setSslContextFactory(() -> context));
        IgnitePredicate<Event> segmented = event -> {
            onSegmented.accept("shared state went on without this node");
            return true;
        };
        configuration.setIncludeEventTypes(
                EventType.EVT_NODE_SEGMENTED,
                EventType.EVT_NODE_JOINED,
                EventType.EVT_NODE_LEFT,
                EventType.EVT_NODE_FAILED);
        configuration.setLocalEventListeners(Map.of(segmented, new int[] {EventType.EVT_NODE_SEGMENTED}));
        try {
            return Ignition.start(configuration);
        } catch (IgniteException e) {
            throw new NodeFailure(ExitCode.FAILED, "shared state cannot be joined: " + rootMessage(e), e);
        }
    }

    /** The life as a writer that a node joined with. */
    static WriterId writerOf(ClusterNode node) {
        Long incarnation = node.attribute(INCARNATION);
        return new WriterId(node.consistentId().toString(), incarnation == null ? 0 : incarnation);
    }

    private static IgniteConfiguration configuration(ClusterSettings cluster, SharedStateSettings settings) {
        int sessionMillis = (int) cluster.sessionTimeout().toMillis();
        IgniteConfiguration configuration = new IgniteConfiguration();
        configuration.setIgniteInstanceName(cluster.platformId());
        configuration.setConsistentId(cluster.platformId());
        configuration.setLocalHost(settings.host());
        configuration.setWorkDirectory(
                settings.workFolder().resolve(cluster.platformId()).toString());
        configuration.setGridLogger(new Slf4jLogger());
        configuration.setPeerClassLoadingEnabled(false);
        // Else it tells all nodes, by way of the coordinator's files, its whole environment and every system property,
        // with the secrets
        // that are among them.
        configuration.setIncludeProperties();
        configuration.setMetricsLogFrequency(0);
        configuration.setConnectorConfiguration(null);
        configuration.setClientConnectorConfiguration(null);
        configuration.setFailureDetectionTimeout(sessionMillis);
        configuration.setNetworkTimeout(NETWORK_MILLIS);
        configuration.setSegmentationPolicy(SegmentationPolicy.STOP);
        configuration.setFailureHandler(new StopNodeOrHaltFailureHandler(true, 3_000));
        configuration.setStripedPoolSize(4);
        configuration.setSystemThreadPoolSize(4);
        configuration.setPublicThreadPoolSize(4);
        configuration.setManagementThreadPoolSize(2);
        configuration.setRebalanceThreadPoolSize(2);
        configuration.setDataStreamerThreadPoolSize(2);
        configuration.setQueryThreadPoolSize(2);
        configuration.setServiceThreadPoolSize(2);
        // Of its own, so that work that keeps the others busy does not make a node look cut off.
        configuration.setExecutorConfiguration(new ExecutorConfiguration(PeerWatch.EXECUTOR).setSize(2));
        configuration.setDiscoverySpi(discovery(cluster, sessionMillis));
        configuration.setCommunicationSpi(communication(settings));
        // Ignite's own would expel nodes at once when a connection breaks, sooner than their leases have ended.
        // PeerWatch does
        // that, and ends the lease first.
        configuration.setCommunicationFailureResolver(context -> {});
        configuration.setDataStorageConfiguration(new DataStorageConfiguration()
                .setDefaultDataRegionConfiguration(new DataRegionConfiguration()
                        .setName("default")
                        .setInitialSize(32L << 20)
                        .setMaxSize((long) settings.memoryMegabytes() << 20)
                        .setLazyMemoryAllocation(true)));
        configuration.setCacheConfiguration(
                partitioned(PROPERTIES).setAffinityMapper(new ThingAffinity()),
                partitioned(BINDINGS),
                partitioned(SESSIONS),
                partitioned(TRANSFERS),
                replicated(CLUSTER));
        return configuration;
    }

    private static ZookeeperDiscoverySpi discovery(ClusterSettings cluster, int sessionMillis) {
        ZookeeperDiscoverySpi discovery = new ZookeeperDiscoverySpi();
        discovery.setZkConnectionString(cluster.connectString());
        discovery.setZkRootPath(DiscoveryNode.root(cluster));
        discovery.setSessionTimeout(sessionMillis);
        discovery.setJoinTimeout(JOIN_MILLIS);
        return discovery;
    }

    private static TcpCommunicationSpi communication(SharedStateSettings settings) {
        TcpCommunicationSpi communication = new TcpCommunicationSpi();
        communication.setLocalPort(settings.communicationPort());
        communication.setLocalPortRange(0);
        communication.setSelectorsCount(2);
        communication.setConnectionsPerNode(1);
        return communication;
    }

    /** Two copies, both written before a write returns, reads only from the first: linearizable, and safe against one loss. */
    private static CacheConfiguration<String, byte[]> partitioned(String name) {
        return new CacheConfiguration<String, byte[]>(name)
                .setCacheMode(CacheMode.PARTITIONED)
                .setBackups(1)
                .setAtomicityMode(CacheAtomicityMode.ATOMIC)
                .setWriteSynchronizationMode(CacheWriteSynchronizationMode.FULL_SYNC)
                .setReadFromBackup(false)
                // Its bound would make callers wait without a deadline; ours are the lanes, the links and the request
                // threads.
                .setMaxConcurrentAsyncOperations(0)
                .setPartitionLossPolicy(PartitionLossPolicy.READ_WRITE_SAFE)
                .setStatisticsEnabled(false);
    }

    private static CacheConfiguration<String, byte[]> replicated(String name) {
        return new CacheConfiguration<String, byte[]>(name)
                .setCacheMode(CacheMode.REPLICATED)
                .setAtomicityMode(CacheAtomicityMode.ATOMIC)
                .setWriteSynchronizationMode(CacheWriteSynchronizationMode.FULL_SYNC)
                .setReadFromBackup(false);
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage()).lines().findFirst().orElse(root.toString());
    }
}
