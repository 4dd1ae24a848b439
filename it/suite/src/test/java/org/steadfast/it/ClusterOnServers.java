package org.steadfast.it;

import java.io.IOException;
import org.steadfast.it.harness.ClusterLayout;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.PostgresServers;

/** Two foundation nodes that run, and the servers of the database over which they watch. Closing it ends all of them. */
record ClusterOnServers(PostgresServers servers, ClusterUnderTest cluster) implements AutoCloseable {

    /** @param servers that run; closed where the cluster cannot be started */
    static ClusterOnServers start(PostgresServers servers, String policy) throws IOException, InterruptedException {
        return start(servers, policy, false);
    }

    /** The same, with a Pgpool-II that is put before the servers. */
    static ClusterOnServers startThroughPgpool(PostgresServers servers, String policy)
            throws IOException, InterruptedException {
        return start(servers, policy, true);
    }

    private static ClusterOnServers start(PostgresServers servers, String policy, boolean throughPgpool)
            throws IOException, InterruptedException {
        ClusterUnderTest cluster = null;
        try {
            if (throughPgpool) {
                servers.startPgpool();
            }
            cluster = ClusterUnderTest.create(ClusterLayout.of(2, 0).withDatabase(servers, policy));
            cluster.startAll();
            return new ClusterOnServers(servers, cluster);
        } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
            if (cluster != null) {
                cluster.close();
            }
            servers.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        cluster.close();
        servers.close();
    }
}
