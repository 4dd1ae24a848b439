package org.steadfast.coordination.membership;

import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.utils.ZKPaths;
import org.apache.curator.x.discovery.ServiceCache;
import org.apache.curator.x.discovery.ServiceDiscovery;
import org.apache.curator.x.discovery.ServiceDiscoveryBuilder;
import org.apache.curator.x.discovery.ServiceInstance;
import org.apache.curator.x.discovery.ServiceInstanceBuilder;
import org.apache.curator.x.discovery.details.JsonInstanceSerializer;
import org.apache.curator.x.discovery.details.ServiceCacheListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers this node with the coordinator while it takes traffic, and watches who else does. Registrations end with the session
 * that made them. Safe for use by several threads.
 */
public final class Membership implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Membership.class);
    private static final String BASE_PATH = "/services";

    private final ServiceDiscovery<String> discovery;
    private final Registration registration;
    private final Role role;
    private final Member self;
    /** Whether this node is registered; guarded by this. */
    private boolean online;

    private Membership(ServiceDiscovery<String> discovery, Registration registration, Role role, Member self) {
        this.discovery = discovery;
        this.registration = registration;
        this.role = role;
        this.self = self;
    }

    /** Opens discovery for this node without registering it. */
    public static Membership open(CoordinatorClient client, Role role, Member self) throws Exception {
        ServiceInstanceBuilder<String> entry = ServiceInstance.<String>builder()
                .name(role.serviceName())
                .id(self.platformId())
                .address(self.host())
                .port(self.port())
                .payload(self.version())
                .registrationTimeUTC(Instant.now().toEpochMilli());
        if (self.tls()) {
            // The plain one stays as well, for nodes of earlier versions, which rely on it.
            entry.sslPort(self.port());
        }
        ServiceInstance<String> instance = entry.build();
        ServiceDiscovery<String> discovery = ServiceDiscoveryBuilder.builder(String.class)
                .client(client.curator())
                .basePath(BASE_PATH)
                .build();
        discovery.start();
        Registration registration = new Registration(
                client.curator(),
                ZKPaths.makePath(BASE_PATH, role.serviceName(), self.platformId()),
                new JsonInstanceSerializer<>(String.class).serialize(instance));
        return new Membership(discovery, registration, role, self);
    }

    /**
     * Puts this node into discovery. Does nothing where it is there. While it is online it is registered again whenever its
     * session was lost.
     *
     * @throws Exception if the coordinator cannot be reached; the node stays offline then
     */
    public synchronized void goOnline() throws Exception {
        if (!online) {
            registration.add();
            online = true;
            log.info("Online: {} {} at {}:{}", role.title(), self.platformId(), self.host(), self.port());
        }
    }

    /**
     * Takes this node out of discovery, so that nobody sends it anything new. Does nothing where it is not there. Where the
     * coordinator cannot be reached, the registration ends with the session, or as soon as it can be reached again.
     */
    public synchronized void goOffline() throws Exception {
        if (online) {
            online = false;
            registration.remove();
            log.info("Offline: {} {}", role.title(), self.platformId());
        }
    }

    /**
     * Watches the members of a role. The listener is called with the whole list, sorted by platform id, once now and after each
     * change, one call at a time. While the coordinator cannot be reached the last known list stands.
     */
    public Watch watch(Role role, Consumer<List<Member>> listener) throws Exception {
        ServiceCache<String> cache =
                discovery.serviceCacheBuilder().name(role.serviceName()).build();
        Watch watch = new Watch(cache, listener);
        cache.addListener(watch);
        cache.start();
        watch.cacheChanged();
        return watch;
    }

    @Override
    public synchronized void close() throws Exception {
        online = false;
        try {
            registration.close();
        } finally {
            discovery.close();
        }
    }

    /** A running watch. */
    public static final class Watch implements ServiceCacheListener, AutoCloseable {
        private final ServiceCache<String> cache;
        private final Consumer<List<Member>> listener;

        private Watch(ServiceCache<String> cache, Consumer<List<Member>> listener) {
            this.cache = cache;
            this.listener = listener;
        }

        /** The members now. */
        public List<Member> members() {
            return cache.getInstances().stream()
                    .map(Watch::member)
                    .sorted(Comparator.comparing(Member::platformId))
                    .toList();
        }

        private static Member member(ServiceInstance<String> entry) {
            return new Member(
                    entry.getId(),
                    entry.getAddress(),
                    entry.getPort(),
                    entry.getSslPort() != null,
                    Objects.requireNonNullElse(entry.getPayload(), ""));
        }

        @Override
        public synchronized void cacheChanged() {
            listener.accept(members());
        }

        @Override
        public void stateChanged(CuratorFramework client, ConnectionState state) {
            log.info("Connection to the coordinator: {}", state);
        }

        @Override
        public void close() throws IOException {
            cache.close();
        }
    }
}
