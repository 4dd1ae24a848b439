package org.steadfast.it.benchmark;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import javax.cache.Cache;
import javax.cache.configuration.FactoryBuilder;
import javax.cache.integration.CacheWriterException;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.Ignition;
import org.apache.ignite.cache.CacheAtomicityMode;
import org.apache.ignite.cache.CacheWriteSynchronizationMode;
import org.apache.ignite.cache.store.CacheStoreAdapter;
import org.apache.ignite.configuration.CacheConfiguration;
import org.apache.ignite.configuration.DataRegionConfiguration;
import org.apache.ignite.configuration.DataStorageConfiguration;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.apache.ignite.lang.IgniteFuture;
import org.apache.ignite.logger.NullLogger;
import org.apache.ignite.spi.communication.tcp.TcpCommunicationSpi;
import org.apache.ignite.spi.discovery.tcp.TcpDiscoverySpi;
import org.apache.ignite.spi.discovery.tcp.ipfinder.vm.TcpDiscoveryVmIpFinder;
import org.steadfast.it.harness.ClusterUnderTest;

/**
 * What Ignite does by itself on three nodes, for comparison: groups of values put without a database, and single values put through
 * a store that writes each to PostgreSQL before the put returns. The nodes share this process, which is in their favour.
 */
final class IgniteAlone implements AutoCloseable {
    private static final int NODES = 3;
    private static final int KEYS = 100_000;
    private static final int GROUP = 500;
    private static final String GROUPS = "groups";
    private static final String THROUGH = "through";

    private final List<Ignite> nodes = new ArrayList<>();

    static IgniteAlone start(ClusterUnderTest cluster, Path workFolder) {
        IgniteAlone alone = new IgniteAlone();
        WriteThrough.cluster = cluster;
        TcpDiscoveryVmIpFinder finder = new TcpDiscoveryVmIpFinder(true);
        finder.setAddresses(List.of("127.0.0.1:48500..48510"));
        for (int i = 0; i < NODES; i++) {
            IgniteConfiguration configuration = new IgniteConfiguration();
            configuration.setIgniteInstanceName("alone" + i);
            configuration.setLocalHost("127.0.0.1");
            configuration.setWorkDirectory(workFolder.resolve("alone" + i).toString());
            configuration.setGridLogger(new NullLogger());
            configuration.setMetricsLogFrequency(0);
            configuration.setConnectorConfiguration(null);
            configuration.setClientConnectorConfiguration(null);
            configuration.setStripedPoolSize(4);
            configuration.setSystemThreadPoolSize(4);
            configuration.setPublicThreadPoolSize(4);
            configuration.setDiscoverySpi(
                    new TcpDiscoverySpi().setIpFinder(finder).setLocalPort(48500));
            configuration.setCommunicationSpi(
                    new TcpCommunicationSpi().setLocalPort(48600).setSelectorsCount(2));
            configuration.setDataStorageConfiguration(new DataStorageConfiguration()
                    .setDefaultDataRegionConfiguration(new DataRegionConfiguration()
                            .setInitialSize(64L << 20)
                            .setMaxSize(256L << 20)));
            CacheConfiguration<String, byte[]> through = cache(THROUGH);
            through.setWriteThrough(true);
            through.setCacheStoreFactory(FactoryBuilder.factoryOf(WriteThrough.class));
            configuration.setCacheConfiguration(cache(GROUPS), through);
            alone.nodes.add(Ignition.start(configuration));
        }
        return alone;
    }

    private static CacheConfiguration<String, byte[]> cache(String name) {
        return new CacheConfiguration<String, byte[]>(name)
                .setBackups(1)
                .setAtomicityMode(CacheAtomicityMode.ATOMIC)
                .setWriteSynchronizationMode(CacheWriteSynchronizationMode.FULL_SYNC)
                .setReadFromBackup(false);
    }

    /** Groups of 500, two under way on each node as our lanes have them. */
    RawUpserts.Result groups(Duration duration) throws InterruptedException {
        return run(2 * NODES, GROUP, duration, node -> {
            IgniteCache<String, byte[]> cache = node.cache(GROUPS);
            TreeMap<String, byte[]> group = new TreeMap<>();
            while (group.size() < GROUP) {
                group.put(key(), new byte[32]);
            }
            return cache.putAllAsync(group);
        });
    }

    /** Single values, each in the database before its put returns. */
    RawUpserts.Result writeThrough(int outstanding, Duration duration) throws InterruptedException {
        return run(outstanding, 1, duration, node -> {
            IgniteCache<String, byte[]> cache = node.cache(THROUGH);
            return cache.putAsync(key(), new byte[32]);
        });
    }

    private static String key() {
        return "thing/" + ThreadLocalRandom.current().nextInt(KEYS);
    }

    /** Begins something on a node. */
    private interface Call {
        IgniteFuture<Void> begin(Ignite node);
    }

    private RawUpserts.Result run(int outstanding, int entries, Duration duration, Call call)
            throws InterruptedException {
        Semaphore free = new Semaphore(outstanding);
        LongAdder done = new LongAdder();
        Histogram latency = new ConcurrentHistogram(3);
        long end = System.nanoTime() + duration.toNanos();
        for (int i = 0; System.nanoTime() < end; i++) {
            free.acquire();
            long start = System.nanoTime();
            call.begin(nodes.get(i % NODES)).listen(future -> {
                latency.recordValue(System.nanoTime() - start);
                done.add(entries);
                free.release();
            });
        }
        free.acquire(outstanding);
        return new RawUpserts.Result(
                done.sum() * 1e9 / duration.toNanos(),
                latency.getValueAtPercentile(50) / 1e6,
                latency.getValueAtPercentile(99) / 1e6);
    }

    @Override
    public void close() {
        nodes.forEach(node -> Ignition.stop(node.name(), true));
    }

    /** Writes each value by itself, as a store in the usual way does. Made by Ignite. */
    public static final class WriteThrough extends CacheStoreAdapter<String, byte[]> {
        private static final String UPSERT = """
                insert into benchmark_value as p (thing_id, property, value, version) values (?, 'p1', ?, nextval('benchmark_version'))
                on conflict (thing_id, property) do update set value = excluded.value, version = nextval('benchmark_version')""";

        /** Set before the nodes are started; Ignite makes the stores by itself and can hand them nothing. */
        static volatile ClusterUnderTest cluster;

        private final ThreadLocal<PreparedStatement> statement = ThreadLocal.withInitial(this::prepare);

        private PreparedStatement prepare() {
            try {
                Connection connection = cluster.connectToDatabase();
                return connection.prepareStatement(UPSERT);
            } catch (SQLException e) {
                throw new CacheWriterException(e);
            }
        }

        @Override
        public byte[] load(String key) {
            return null;
        }

        @Override
        public void write(Cache.Entry<? extends String, ? extends byte[]> entry) {
            try {
                PreparedStatement upsert = statement.get();
                upsert.setLong(1, Long.parseLong(entry.getKey().substring("thing/".length())) + 1);
                upsert.setBytes(2, entry.getValue());
                upsert.executeUpdate();
            } catch (SQLException e) {
                throw new CacheWriterException(e);
            }
        }

        @Override
        public void delete(Object key) {
            throw new UnsupportedOperationException();
        }
    }
}
