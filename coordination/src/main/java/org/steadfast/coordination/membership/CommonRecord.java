package org.steadfast.coordination.membership;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;

/**
 * A small record that all nodes of the cluster share, kept by the coordinator until it is replaced. Of several who replace the same one,
 * one does. Safe for use by several threads.
 */
public final class CommonRecord implements AutoCloseable {
    private final CuratorFramework curator;
    private final String path;
    private final CuratorCache cache;

    /** @param name of the record, among all such records */
    public CommonRecord(CoordinatorClient client, String name) {
        this.curator = client.curator();
        this.path = "/records/" + name;
        this.cache = CuratorCache.build(curator, path, CuratorCache.Options.SINGLE_NODE_CACHE);
    }

    /** What is kept, and which of all that were kept it is. */
    public record Version(byte[] content, int version) {}

    /**
     * Calls for what is kept now and for whatever is kept later, the newest of several alone; once.
     *
     * @param onContent must return soon
     */
    public void watch(Consumer<byte[]> onContent) {
        cache.listenable()
                .addListener(CuratorCacheListener.builder()
                        .forCreatesAndChanges((before, now) -> onContent.accept(now.getData()))
                        .build());
        cache.start();
    }

    /**
     * What is kept; empty where nothing ever was.
     *
     * @throws Exception if the coordinator cannot be reached
     */
    public Optional<Version> read() throws Exception {
        Stat stat = new Stat();
        try {
            // The server that we are connected to may not have the newest.
            curator.sync().forPath(path);
            byte[] content = curator.getData().storingStatIn(stat).forPath(path);
            return Optional.of(new Version(content, stat.getVersion()));
        } catch (KeeperException.NoNodeException e) {
            return Optional.empty();
        }
    }

    /**
     * Replaces what is kept.
     *
     * @param former the version that it must have still; empty where nothing may be there
     * @return the version of what is kept now; empty where it has been replaced: by somebody else, or by this call, when its first answer
     *     was lost and it was sent again
     * @throws Exception if the coordinator cannot be reached; whether it was replaced is not known then
     */
    public OptionalInt replace(OptionalInt former, byte[] content) throws Exception {
        try {
            if (former.isEmpty()) {
                curator.create().creatingParentsIfNeeded().forPath(path, content);
                return OptionalInt.of(0);
            }
            return OptionalInt.of(curator.setData()
                    .withVersion(former.getAsInt())
                    .forPath(path, content)
                    .getVersion());
        } catch (KeeperException.NodeExistsException | KeeperException.BadVersionException e) {
            return OptionalInt.empty();
        }
    }

    /** Watches no more; what is kept stays. */
    @Override
    public void close() {
        cache.close();
    }
}
