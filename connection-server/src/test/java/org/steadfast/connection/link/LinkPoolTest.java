package org.steadfast.connection.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.steadfast.connection.routing.FoundationCalls;
import org.steadfast.connection.routing.Router;
import org.steadfast.coordination.membership.Member;
import org.steadfast.coordination.settings.Secret;
import org.steadfast.protocol.link.LinkCodec;
import org.steadfast.protocol.link.LinkFrame;
import org.steadfast.protocol.wire.Status;
import org.steadfast.protocol.wire.Verb;

@Timeout(60)
class LinkPoolTest {
    private static final LinkLimits LIMITS = new LinkLimits(1 << 20, Duration.ofSeconds(3));

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Router router = new Router(Duration.ofSeconds(20), registry, links -> {});
    private final WebSocketClient client = new WebSocketClient();
    private final List<FoundationServer> servers = new ArrayList<>();
    /** What foundation nodes asked. */
    private final List<LinkFrame> asked = new CopyOnWriteArrayList<>();

    private final AtomicInteger opened = new AtomicInteger();

    private final FoundationCalls calls = new FoundationCalls() {
        @Override
        public CompletableFuture<LinkFrame.Called> call(LinkFrame.Call call) {
            asked.add(call);
            return CompletableFuture.completedFuture(
                    new LinkFrame.Called(call.correlation(), Status.SUCCESS, call.request()));
        }

        @Override
        public void definitionChanged(LinkFrame.DefinitionChanged changed) {
            throw new IllegalStateException("nothing is changed here");
        }

        @Override
        public void superseded(LinkFrame.Superseded superseded) {
            asked.add(superseded);
        }

        @Override
        public void linkOpened() {
            opened.incrementAndGet();
        }
    };
    private LinkPool pool;

    @BeforeEach
    void open() throws Exception {
        client.start();
        pool = new LinkPool(client, new LinkIdentity("cxserver1", new Secret("the key")), router, calls, LIMITS);
    }

    @AfterEach
    void close() throws Exception {
        pool.close();
        client.stop();
        router.close();
        registry.close();
        for (FoundationServer server : servers) {
            server.close();
        }
    }

    private FoundationServer server(String platformId, int port) throws Exception {
        FoundationServer server = new FoundationServer(platformId, port);
        servers.add(server);
        return server;
    }

    private CompletableFuture<LinkFrame> ask() {
        return router.ask("Pump1", true, correlation -> new LinkFrame.Unbind(correlation, List.of()));
    }

    private static void expectAnswer(CompletableFuture<LinkFrame> reply) throws Exception {
        assertThat(reply.get(10, TimeUnit.SECONDS)).isInstanceOf(LinkFrame.Unbound.class);
    }

    private double links() {
        return registry.get("steadfast.router.links").gauge().value();
    }

    @Test
    void oneLinkIsOpenedToEachMemberHoweverOftenItIsNamed() throws Exception {
        FoundationServer one = server("foundation1", 0);
        FoundationServer two = server("foundation2", 0);
        pool.members(List.of(one.member()));
        pool.members(List.of(one.member(), two.member()));
        await().until(() -> links() == 2);
        pool.members(List.of(one.member(), two.member()));
        expectAnswer(ask());
        assertThat(one.openedBy).containsExactly("the key cxserver1 " + LinkCodec.VERSION);
        assertThat(two.openedBy).containsExactly("the key cxserver1 " + LinkCodec.VERSION);
    }

    @Test
    void whatANodeAsksOfADeviceIsAnsweredOverItsLink() throws Exception {
        FoundationServer one = server("foundation1", 0);
        pool.members(List.of(one.member()));
        await().until(() -> one.links() == 1);
        LinkFrame.Call call = new LinkFrame.Call(5, 6, "Pump1", 7, Verb.GET, 1_000, new byte[] {1, 2});
        LinkFrame.Superseded superseded = new LinkFrame.Superseded(0, 6, "Pump1", 8);
        one.ask(call);
        one.ask(superseded);
        await().until(() -> one.received.size() == 1 && asked.size() == 2);
        assertThat(one.received.get(0))
                .usingRecursiveComparison()
                .isEqualTo(new LinkFrame.Called(5, Status.SUCCESS, new byte[] {1, 2}));
        assertThat(asked.get(1)).isEqualTo(superseded);
    }

    @Test
    void aMemberThatLeavesGetsNothingNewAndItsAnswersStillCome() throws Exception {
        FoundationServer one = server("foundation1", 0);
        one.holding = true;
        pool.members(List.of(one.member()));
        CompletableFuture<LinkFrame> earlier = ask();
        await().until(() -> one.held.size() == 1);
        pool.members(List.of());
        assertThat(router.hasLinks()).isFalse();
        CompletableFuture<LinkFrame> later = ask();
        one.release();
        expectAnswer(earlier);
        assertThat(later).isNotDone();
        pool.members(List.of(one.member()));
        expectAnswer(later);
    }

    @Test
    void aMemberThatComesBackOnAnotherPortIsReachedThere() throws Exception {
        FoundationServer before = server("foundation1", 0);
        before.holding = true;
        pool.members(List.of(before.member()));
        CompletableFuture<LinkFrame> earlier = ask();
        await().until(() -> before.held.size() == 1);
        FoundationServer after = server("foundation1", 0);
        pool.members(List.of(after.member()));
        CompletableFuture<LinkFrame> later = ask();
        expectAnswer(later);
        assertThat(after.received).hasSize(1);
        assertThat(links()).isEqualTo(1);
        before.release();
        expectAnswer(earlier);
        // The old one breaks; nobody opens it again.
        before.breakLinks();
        await().until(() -> before.links() == 0);
        expectAnswer(ask());
        assertThat(before.openedBy).hasSize(1);
    }

    @Test
    void aLinkThatBreaksIsOpenedAgainAndWhatWasOnItIsSentAgain() throws Exception {
        FoundationServer one = server("foundation1", 0);
        one.holding = true;
        pool.members(List.of(one.member()));
        CompletableFuture<LinkFrame> reply = ask();
        await().until(() -> one.held.size() == 1);
        one.holding = false;
        one.breakLinks();
        expectAnswer(reply);
        assertThat(one.openedBy).hasSize(2);
        await().until(() -> opened.get() == 2);
        assertThat(links()).isEqualTo(1);
    }

    @Test
    void aLinkOverWhichNothingComesAnyMoreEndsAndWhatWasOnItIsSentElsewhere() throws Exception {
        FoundationServer one = server("foundation1", 0);
        FoundationServer two = server("foundation2", 0);
        one.holding = true;
        try (BlackHole way = new BlackHole(one.member().port())) {
            Member behind = new Member("foundation1", "127.0.0.1", way.port());
            pool.members(List.of(behind));
            CompletableFuture<LinkFrame> reply = ask();
            await().until(() -> one.held.size() == 1);
            // For as long as pings are answered, it stays.
            await().during(LIMITS.timeout().plusSeconds(1))
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> one.openedBy.size() == 1 && links() == 1);
            way.swallowing = true;
            pool.members(List.of(behind, two.member()));
            assertThat(reply.get(6, TimeUnit.SECONDS)).isInstanceOf(LinkFrame.Unbound.class);
            assertThat(two.received).hasSize(1);
            assertThat(links()).isEqualTo(1);
        }
    }

    @Test
    void aLinkThatCarriesNonsenseIsOpenedAgain() throws Exception {
        FoundationServer one = server("foundation1", 0);
        pool.members(List.of(one.member()));
        await().until(() -> links() == 1);
        one.sendNonsense();
        await().until(() -> one.openedBy.size() == 2);
        expectAnswer(ask());
        await().untilAsserted(() -> assertThat(one.links()).isEqualTo(1));
    }

    @Test
    void aMemberThatDoesNotListenYetIsReachedOnceItDoes() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        pool.members(List.of(new Member("foundation1", "127.0.0.1", port)));
        CompletableFuture<LinkFrame> reply = ask();
        await().during(Duration.ofMillis(200)).until(() -> !reply.isDone());
        FoundationServer one = server("foundation1", port);
        expectAnswer(reply);
        assertThat(one.openedBy).hasSize(1);
    }

    @Test
    void anAddressThatIsNoneHarmsNoOtherMember() throws Exception {
        FoundationServer one = server("foundation2", 0);
        pool.members(List.of(new Member("foundation1", "no such host", 1), one.member()));
        expectAnswer(ask());
    }

    @Test
    void theEndOfThePoolClosesItsLinks() throws Exception {
        FoundationServer one = server("foundation1", 0);
        pool.members(List.of(one.member()));
        await().until(() -> links() == 1);
        pool.close();
        await().until(() -> one.links() == 0 && links() == 0);
        assertThat(one.openedBy).hasSize(1);
    }
}
