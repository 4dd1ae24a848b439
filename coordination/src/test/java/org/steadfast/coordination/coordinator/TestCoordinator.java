package org.steadfast.coordination.coordinator;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.steadfast.coordination.FreePorts;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.coordination.settings.ClusterSettings;
import org.steadfast.coordination.settings.Secret;
import org.steadfast.coordination.tls.TlsCopies;

/** A coordinator server on a free port, with its data in a test's folder, that can be stopped and started. */
public final class TestCoordinator implements AutoCloseable {
    private static final Duration TICK = Duration.ofMillis(200);
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private final CoordinatorSettings settings;
    private final Optional<TlsCopies> tls;
    private CoordinatorServer server;

    TestCoordinator(CoordinatorSettings settings) {
        this(settings, Optional.empty());
    }

    TestCoordinator(CoordinatorSettings settings, Optional<TlsCopies> tls) {
        this.settings = settings;
        this.tls = tls;
    }

    /** One that stands alone. */
    public static TestCoordinator in(Path folder) {
        return new TestCoordinator(settings(folder, FreePorts.next(), 1, List.of()));
    }

    /** Three of one ensemble. */
    static List<TestCoordinator> ensemble(Path folder, Optional<TlsCopies> tls) {
        List<String> members = new ArrayList<>();
        for (int id = 1; id <= 3; id++) {
            members.add(id + "=127.0.0.1:" + FreePorts.next() + ":" + FreePorts.next());
        }
        List<TestCoordinator> servers = new ArrayList<>();
        for (int id = 1; id <= 3; id++) {
            servers.add(new TestCoordinator(
                    settings(folder.resolve(Integer.toString(id)), FreePorts.next(), id, members), tls));
        }
        return servers;
    }

    static CoordinatorSettings settings(Path folder, int port, int serverId, List<String> ensemble) {
        return new CoordinatorSettings(
                "127.0.0.1", port, serverId, ensemble, folder.resolve("data"), folder.resolve("log"), TICK, 3, 60);
    }

    public TestCoordinator start() throws NodeFailure {
        server = CoordinatorServer.start(settings, tls);
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
        return mode(Optional.empty());
    }

    String mode(Optional<SSLContext> shown) {
        try {
            return CoordinatorHealth.mode(settings.host(), settings.clientPort(), ANSWER, shown)
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
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
