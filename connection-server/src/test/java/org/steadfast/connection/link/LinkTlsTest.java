package org.steadfast.connection.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.steadfast.connection.routing.FoundationCalls;
import org.steadfast.connection.routing.Router;
import org.steadfast.coordination.membership.Member;
import org.steadfast.coordination.settings.Secret;
import org.steadfast.coordination.tls.NodeTls;
import org.steadfast.coordination.tls.TestAuthority;
import org.steadfast.coordination.tls.TlsSample;
import org.steadfast.coordination.tls.TlsSettings;
import org.steadfast.protocol.link.LinkFrame;

/** Links to foundation nodes that speak TLS. */
@Timeout(60)
class LinkTlsTest {
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(2);

    @TempDir
    private static Path folder;

    private static TestAuthority authority;
    private static TestAuthority foreign;
    private static Path byAddress;
    private static Path byName;
    private static Path gate;
    private static Path stranger;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Router router = new Router(Duration.ofSeconds(20), registry, links -> {});
    private FoundationServer server;
    private NodeTls tls;
    private WebSocketClient client;
    private LinkPool pool;

    @BeforeAll
    static void issue() throws Exception {
        authority = new TestAuthority(folder, "authority");
        foreign = new TestAuthority(folder, "foreign");
        byAddress = authority.issue("byAddress", "ip:127.0.0.1", "EC", 90);
        byName = authority.issue("byName", "dns:foundation1.example", "EC", 90);
        gate = authority.issue("gate", "dns:gate.example", "EC", 90);
        stranger = foreign.issue("stranger", "ip:127.0.0.1", "EC", 90);
    }

    @AfterEach
    void close() throws Exception {
        pool.close();
        client.stop();
        tls.close();
        router.close();
        registry.close();
        server.close();
    }

    private void connect(TlsSettings foundation, TlsSettings connection) throws Exception {
        server = new FoundationServer("foundation1", 0, foundation);
        tls = NodeTls.open(connection, registry);
        client = LinkClient.of(tls.client());
        client.start();
        pool = new LinkPool(
                client,
                new LinkIdentity("cxserver1", new Secret("the key")),
                router,
                FakeCalls.NONE,
                new LinkLimits(1 << 20, Duration.ofSeconds(3)));
        pool.members(List.of(server.member()));
    }

    private void assertAnswered() throws Exception {
        CompletableFuture<LinkFrame> reply =
                router.ask("Pump1", true, correlation -> new LinkFrame.Unbind(correlation, List.of()));
        assertThat(reply.get(10, TimeUnit.SECONDS)).isInstanceOf(LinkFrame.Unbound.class);
    }

    /** Not even the upgrade request, which carries the key, has reached the server. */
    private void assertRefused() {
        await().during(LONG_ENOUGH)
                .atMost(LONG_ENOUGH.multipliedBy(3))
                .until(() -> server.openedBy.isEmpty() && !router.hasLinks());
    }

    private static TlsSettings trusting(TestAuthority trusted) throws Exception {
        return TlsSample.of(Map.of("TrustStoreFilePath", trusted.certificate()));
    }

    private static TlsSettings showing(Path keyStore) throws Exception {
        return TlsSample.of(with(keyStore, Map.of()));
    }

    private static TlsSettings requiring(Path keyStore) throws Exception {
        return TlsSample.of(with(keyStore, Map.of("Enabled", true, "RequireLinkCertificate", true)));
    }

    private static Map<String, Object> with(Path keyStore, Map<String, Object> more) throws Exception {
        Map<String, Object> values = new HashMap<>(more);
        values.put("KeyStoreFilePath", keyStore);
        values.put("KeyStorePassword", TestAuthority.PASSWORD);
        values.put("TrustStoreFilePath", authority.certificate());
        return values;
    }

    @Test
    void aLinkIsOpenedToANodeWhoseCertificateIsForItsAddress() throws Exception {
        connect(TlsSample.listener(byAddress), trusting(authority));
        assertAnswered();
        assertThat(server.certificates).containsExactly("none");
    }

    @Test
    void aCertificateOfAnotherAuthorityIsRefused() throws Exception {
        connect(TlsSample.listener(stranger), trusting(authority));
        assertRefused();
    }

    @Test
    void aCertificateForAnotherNameIsRefused() throws Exception {
        connect(TlsSample.listener(byName), trusting(authority));
        assertRefused();
    }

    @Test
    void whereCertificatesAreAskedForTheOwnIsShown() throws Exception {
        connect(requiring(byAddress), showing(gate));
        assertAnswered();
        assertThat(server.certificates).containsExactly("CN=gate");
    }

    @Test
    void aMemberThatTurnsToTlsIsReachedAnew() throws Exception {
        connect(TlsSettings.off(), trusting(authority));
        assertAnswered();
        try (FoundationServer after = new FoundationServer("foundation1", 0, TlsSample.listener(byAddress))) {
            Member turned = after.member();
            assertThat(turned.tls()).isTrue();
            pool.members(List.of(turned));
            assertAnswered();
            assertThat(after.received).hasSize(1);
        }
    }

    /** Asks and tells nothing. */
    private enum FakeCalls implements FoundationCalls {
        NONE;

        @Override
        public CompletableFuture<LinkFrame.Called> call(LinkFrame.Call call) {
            return CompletableFuture.failedFuture(new AssertionError("nobody asks"));
        }

        @Override
        public void definitionChanged(LinkFrame.DefinitionChanged changed) {
            throw new IllegalStateException("nothing is changed here");
        }

        @Override
        public void superseded(LinkFrame.Superseded superseded) {
            // Nobody supersedes.
        }

        @Override
        public void linkOpened() {
            // Seen by the answers.
        }
    }
}
