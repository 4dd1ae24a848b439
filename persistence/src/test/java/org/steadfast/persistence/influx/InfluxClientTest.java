package org.steadfast.persistence.influx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.steadfast.persistence.store.HistoryEntry;
import org.steadfast.persistence.store.HistoryOutbox;
import org.steadfast.persistence.store.MovingEntry;
import org.steadfast.persistence.store.StoreException;
import org.steadfast.protocol.type.Value;
import org.steadfast.protocol.wire.ValueCodec;

/** Answers that a real InfluxDB gives only when something is wrong with it, or that somebody before it gives. */
class InfluxClientTest {
    private static final byte[] LINE = "a b=1 1\n".getBytes(StandardCharsets.UTF_8);

    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicInteger requests = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;
    private InfluxClient client;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
        client = new InfluxClient(new InfluxSettings(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
                "db",
                "",
                "",
                "",
                Duration.ofSeconds(1),
                Duration.ofSeconds(1)));
    }

    @AfterEach
    void stop() {
        over.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    /** Answers one request. */
    @FunctionalInterface
    private interface Answer {
        void to(HttpExchange exchange) throws IOException, InterruptedException;
    }

    private void answer(Answer answer) {
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            try {
                answer.to(exchange);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                exchange.close();
            }
        });
    }

    private void answer(int status, String body) {
        answer(exchange -> send(exchange, status, body));
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static void assertKind(ThrowingCallable call, StoreException.Kind kind, String... said) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StoreException.class, e -> {
            assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind);
            for (String part : said) {
                assertThat(e.getMessage()).contains(part);
            }
        });
    }

    private void assertWriteFails(int status, String body, StoreException.Kind kind, String... said) {
        answer(status, body);
        assertKind(() -> client.write(LINE, reason -> {}), kind, said);
        server.removeContext("/");
    }

    @Test
    void whatIsNotTheFaultOfThePointsIsNotTakenForIt() {
        assertWriteFails(
                400,
                "Client sent an HTTP request to an HTTPS server.",
                StoreException.Kind.UNAVAILABLE,
                "answers 400, Client sent");
        assertWriteFails(
                400,
                "{\"error\": \"partial write: max-values-per-tag limit exceeded (100000/100000) dropped=3\"}",
                StoreException.Kind.UNAVAILABLE,
                "max-values-per-tag");
        assertWriteFails(401, "{\"error\": \"unauthorized\"}", StoreException.Kind.REFUSED, "unauthorized");
        assertWriteFails(404, "{\"error\": \"database not found: db\"}", StoreException.Kind.NOT_FOUND, "db");
        assertWriteFails(503, "<html>", StoreException.Kind.UNAVAILABLE, "answers 503, <html>");
    }

    /** As a proxy with a limit does. */
    @Test
    void whatIsTooLargeIsWrittenInParts() throws Exception {
        answer(exchange -> {
            int size = exchange.getRequestBody().readAllBytes().length;
            exchange.sendResponseHeaders(size > 1_000 ? 413 : 204, -1);
        });
        HistoryOutbox.Receipt receipt = new InfluxHistory(client).receive(entries(100));
        assertThat(receipt.refused()).isEmpty();
        assertThat(receipt.undecided()).isEmpty();
        assertThat(requests.get()).isBetween(15, 40);
    }

    /** Of those that it has not come to nothing is known: they are neither kept nor taken for refused. */
    @Test
    void theNumberOfRequestsHasABoundAndWhatIsNotDecidedWaits() throws Exception {
        answer(exchange -> {
            String lines = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (lines.contains("7i,")) {
                send(exchange, 400, "{\"error\": \"partial write: field type conflict: dropped=1\"}");
            } else {
                exchange.sendResponseHeaders(204, -1);
            }
        });
        HistoryOutbox.Receipt receipt = new InfluxHistory(client).receive(entries(2_000));
        assertThat(receipt.refused()).isNotEmpty().allMatch(id -> id % 10 == 7);
        assertThat(receipt.undecided()).isNotEmpty().doesNotContainAnyElementsOf(receipt.refused());
        assertThat(requests.get()).isEqualTo(200);
    }

    /** As a page that answers to everything. */
    @Test
    void whoTakesPointsWithoutBeingInfluxIsNotBelieved() {
        assertWriteFails(200, "Welcome", StoreException.Kind.UNAVAILABLE, "answers 200, Welcome");
    }

    @Test
    void anErrorWithTheStatusOfASuccessIsAnError() {
        answer(200, "{\"results\": [{\"statement_id\": 0, \"error\": \"max-concurrent-queries limit exceeded\"}]}");
        assertKind(() -> client.query("asking", "q"), StoreException.Kind.UNAVAILABLE, "asking", "max-concurrent");
        server.removeContext("/");
        answer(200, "{\"results\": [{\"error\": \"query-timeout limit exceeded\"}]}");
        assertKind(() -> client.query("asking", "q"), StoreException.Kind.TOO_SLOW);
        server.removeContext("/");
        answer(
                200,
                "{\"results\": [{\"series\": [{\"values\": [[1]]}], \"partial\": true}]}\n{\"error\": \"engine is closed\"}");
        assertKind(
                () -> {
                    try (InfluxRows rows = client.query("asking", "q")) {
                        assertThat(rows.next()).isPresent();
                        rows.next();
                    }
                },
                StoreException.Kind.UNAVAILABLE,
                "engine is closed");
    }

    @Test
    void anAnswerThatBreaksOffOrStopsIsAnError() {
        String begin = "{\"results\": [{\"series\": [{\"values\": [[1]]}]}]}\n";
        answer(exchange -> {
            exchange.sendResponseHeaders(200, begin.length() + 100);
            exchange.getResponseBody().write(begin.getBytes(StandardCharsets.UTF_8));
        });
        assertKind(this::readAll, StoreException.Kind.UNAVAILABLE);
        server.removeContext("/");
        answer(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(begin.getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            over.await();
        });
        assertKind(this::readAll, StoreException.Kind.TOO_SLOW);
        server.removeContext("/");
        answer(exchange -> {
            exchange.sendResponseHeaders(500, 100);
            exchange.getResponseBody().write('x');
            exchange.getResponseBody().flush();
            over.await();
        });
        assertKind(this::readAll, StoreException.Kind.UNAVAILABLE);
        assertKind(() -> client.write(LINE, reason -> {}), StoreException.Kind.UNAVAILABLE);
    }

    private void readAll() throws StoreException {
        try (InfluxRows rows = client.query("asking", "q")) {
            while (rows.next().isPresent()) {
                // The rest.
            }
        }
    }

    private static List<MovingEntry> entries(int number) {
        return LongStream.range(0, number)
                .mapToObj(i -> new MovingEntry(
                        1,
                        Optional.empty(),
                        new HistoryEntry(i, "level", i, ValueCodec.toBytes(Value.number(i)), "GOOD"),
                        i,
                        Optional.of((double) i)))
                .toList();
    }
}
