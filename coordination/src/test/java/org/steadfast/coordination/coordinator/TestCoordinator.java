package org.steadfast.coordination.coordinator;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.steadfast.coordination.FreePorts;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.coordination.settings.ClusterSettings;
import org.steadfast.coordination.settings.Secret;

/** A coordinator server on a free port, with its data in a test's folder, that can be stopped and started. */
public final class TestCoordinator implements AutoCloseable {
    private static final Duration TICK = Duration.ofMillis(200);
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private final CoordinatorSettings settings;
    private CoordinatorServer server;

    TestCoordinator(CoordinatorSettings settings) {
        this.settings = settings;
    }

    /** One that stands alone. */
    public static TestCoordinator in(Path folder) {
        return new TestCoordinator(settings(folder, FreePorts.next(), 1, List.of()));
    }

    static CoordinatorSettings settings(Path folder, int port, int serverId, List<String> ensemble) {
        return new CoordinatorSettings(
                "127.0.0.1", port, serverId, ensemble, folder.resolve("data"), folder.resolve("log"), TICK, 3, 60);
    }

    public TestCoordinator start() throws NodeFailure {
        server = CoordinatorServer.start(settings);
        return this;
    }

    public boolean isRunning() {
        return server != null;
    }

    public void stop() throws IOException {
        if (server != null) {
            server.close();
            server = null;
        }
    }

    CoordinatorSettings settings() {
        return settings;
    }

    /** Empty while it does not serve. */
    String mode() {
        return CoordinatorHealth.mode(settings.host(), settings.clientPort(), ANSWER)
                .orElse("");
    }

    /** The settings of a node of its cluster. */
    public ClusterSettings cluster(String platformId, Duration session) {
        return new ClusterSettings(
                platformId,
                List.of(settings.host() + ":" + settings.clientPort()),
                "steadfast",
                session,
                Duration.ofSeconds(30),
                new Secret("key"));
    }

    @Override
    public void close() throws IOException {
        stop();
    }
}
