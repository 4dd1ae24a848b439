package org.steadfast.it.shared;

import java.time.Duration;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.steadfast.it.harness.ClusterLayout;
import org.steadfast.it.harness.ClusterUnderTest;
import org.steadfast.it.harness.Network;
import org.steadfast.it.harness.Supervision;

/** Hands out the cluster that a test class asks for. There is one at a time: two of them would starve each other. */
final class SharedCluster implements ParameterResolver {
    private static final Duration PATIENCE = Duration.ofSeconds(150);
    private static final String KEY = "the cluster";

    /** A cluster and what kind it is; closed after the last test. */
    private record Running(String kind, ClusterUnderTest cluster) implements AutoCloseable {
        @Override
        public void close() throws Exception {
            cluster.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == ClusterUnderTest.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        OnCluster wanted = context.getRequiredTestClass().getAnnotation(OnCluster.class);
        ExtensionContext.Store store =
                context.getRoot().getStore(ExtensionContext.Namespace.create(SharedCluster.class));
        try {
            Running running = store.get(KEY, Running.class);
            if (running == null || !running.kind().equals(kind(wanted))) {
                if (running != null) {
                    store.remove(KEY);
                    running.close();
                }
                running = new Running(kind(wanted), ClusterUnderTest.create(layout(wanted)));
                store.put(KEY, running);
            }
            running.cluster().heal();
            running.cluster().startAll();
            new Supervision(running.cluster()).awaitAllReady(PATIENCE);
            return running.cluster();
        } catch (Exception e) {
            throw new IllegalStateException("the cluster " + kind(wanted) + " cannot be had", e);
        }
    }

    /** Equal where a cluster of one serves the other. */
    static String kind(OnCluster wanted) {
        return "%d coordinators, %d foundation nodes, %d connection servers%s"
                .formatted(
                        wanted.coordinators(),
                        wanted.foundationNodes(),
                        wanted.connectionServers(),
                        wanted.onMachines() ? ", on machines" : "");
    }

    private static ClusterLayout layout(OnCluster wanted) {
        ClusterLayout layout = ClusterLayout.of(wanted.foundationNodes(), wanted.connectionServers())
                .withCoordinators(wanted.coordinators());
        return wanted.onMachines() && Network.obstacle().isEmpty() ? layout.spreadOverMachines() : layout;
    }
}
