package org.steadfast.foundation.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.steadfast.coordination.settings.Secret;
import org.steadfast.foundation.action.WebhookAction;

/** Requests to a real server that takes them, refuses them, or does not answer. */
class WebhooksTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final byte[] BODY = "{\"a\":1}".getBytes(UTF_8);
    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    /** Released at the end, so that no thread of the server stays. */
    private final CountDownLatch end = new CountDownLatch(1);

    private final List<Received> received = Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;

    private record Received(String method, String path, Map<String, List<String>> headers, String body) {}

    @BeforeEach
    void open() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
    }

    @AfterEach
    void close() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(int... statuses) {
        serve(exchange -> exchange.sendResponseHeaders(statuses[Math.min(received.size(), statuses.length) - 1], -1));
    }

    private void serve(HttpHandler handler) {
        server.createContext("/", exchange -> {
            try (exchange) {
                received.add(new Received(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI().toString(),
                        Map.copyOf(exchange.getRequestHeaders()),
                        new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
                handler.handle(exchange);
            }
        });
    }

    private WebhookAction webhook(int attempts, Duration timeout, Map<String, String> headers) {
        URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/in/canary?token=canary");
        return new WebhookAction(url, "PUT", headers, Optional.empty(), timeout, attempts);
    }

    private Webhooks webhooks(String signingKey, String... hosts) {
        return new Webhooks(
                new WebhookSettings(1, List.of(hosts), new Secret(signingKey)),
                registry,
                Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private double attempts(String outcome) {
        return registry.counter("steadfast.webhooks.attempts", "outcome", outcome)
                .count();
    }

    @Test
    void bringsTheBodyWithItsHeadersOnce() throws Exception {
        answer(204);
        webhooks("", "127.0.0.1").call(webhook(3, LONG, Map.of("X-Own", "mine")), "d1", BODY, LONG);
        assertThat(received).hasSize(1);
        Received one = received.get(0);
        assertThat(one.method()).isEqualTo("PUT");
        assertThat(one.path()).isEqualTo("/in/canary?token=canary");
        assertThat(one.body()).isEqualTo("{\"a\":1}");
        assertThat(one.headers())
                .containsEntry("Content-type", List.of("application/json"))
                .containsEntry("X-own", List.of("mine"))
                .containsEntry("Steadfast-delivery", List.of("d1"))
                .doesNotContainKey("Steadfast-signature");
        assertThat(attempts("answered")).isEqualTo(1);
    }

    @Test
    void isSignedSoThatTheReceiverCanTell() throws Exception {
        answer(200);
        webhooks("a key", "*").call(webhook(1, LONG, Map.of()), "d", BODY, LONG);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("a key".getBytes(UTF_8), "HmacSHA256"));
        String expected = HexFormat.of().formatHex(mac.doFinal("1800000000.d.{\"a\":1}".getBytes(UTF_8)));
        assertThat(received.get(0).headers().get("Steadfast-signature")).containsExactly("t=1800000000,v1=" + expected);
    }

    @Test
    void comesAgainToAServerThatIsOverloadedAsTheSameDelivery() throws Exception {
        answer(503, 429, 200);
        webhooks("", "*").call(webhook(3, LONG, Map.of()), "d2", BODY, LONG);
        assertThat(received).hasSize(3);
        assertThat(received)
                .allSatisfy(one -> assertThat(one.headers()).containsEntry("Steadfast-delivery", List.of("d2")));
        assertThat(attempts("refused")).isEqualTo(2);
        assertThat(attempts("answered")).isEqualTo(1);
    }

    @Test
    void endsAfterItsAttempts() {
        answer(500);
        assertThatThrownBy(() -> webhooks("", "*").call(webhook(2, LONG, Map.of()), "d", BODY, LONG))
                .isInstanceOf(WebhookException.class)
                .hasMessageContaining("attempt 2 of 2, was answered with 500")
                .hasMessageNotContaining("canary");
        assertThat(received).hasSize(2);
    }

    @Test
    void doesNotComeAgainWhereItIsRefusedForGood() {
        answer(404);
        assertThatThrownBy(() -> webhooks("", "*").call(webhook(5, LONG, Map.of()), "d", BODY, LONG))
                .isInstanceOf(WebhookException.class)
                .hasMessageContaining("attempt 1 of 5, was answered with 404");
        assertThat(received).hasSize(1);
    }

    @Test
    void followsNoRedirection() {
        serve(exchange -> {
            exchange.getResponseHeaders().add("Location", "http://127.0.0.1:1/elsewhere");
            exchange.sendResponseHeaders(302, -1);
        });
        assertThatThrownBy(() -> webhooks("", "*").call(webhook(5, LONG, Map.of()), "d", BODY, LONG))
                .hasMessageContaining("was answered with 302");
    }

    @Test
    void waitsForNoAnswerBeyondItsTimeout() {
        serve(this::hang);
        assertThatThrownBy(() -> webhooks("", "*").call(webhook(2, Duration.ofSeconds(1), Map.of()), "d", BODY, LONG))
                .isInstanceOf(WebhookException.class)
                .hasMessageContaining("attempt 2 of 2, was not answered");
        assertThat(received).hasSize(2);
        assertThat(attempts("unanswered")).isEqualTo(2);
    }

    @Test
    void waitsForNoBodyThatDoesNotEnd() {
        serve(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(' ');
            exchange.getResponseBody().flush();
            hang(exchange);
        });
        assertThatThrownBy(() -> webhooks("", "*").call(webhook(1, Duration.ofSeconds(1), Map.of()), "d", BODY, LONG))
                .isInstanceOf(WebhookException.class)
                .hasMessageContaining("was not answered within 1000 ms");
    }

    @Test
    void allAttemptsTogetherEndByTheDeadline() {
        answer(503);
        assertThatThrownBy(
                        () -> webhooks("", "*").call(webhook(10, LONG, Map.of()), "d", BODY, Duration.ofMillis(1_500)))
                .isInstanceOf(WebhookException.class)
                .hasMessageContaining("of 10, was answered with 503");
        // The pause before the fourth would alone be a second.
        assertThat(received).hasSizeBetween(1, 3);
    }

    @Test
    void callsNobodyButWhoMayBeCalled() {
        answer(200);
        assertThatThrownBy(() ->
                        webhooks("", "example.com", "*.example.org").call(webhook(1, LONG, Map.of()), "d", BODY, LONG))
                .isInstanceOf(WebhookException.class)
                .hasMessage("the host 127.0.0.1 is not among PlatformSettingsConfig.WebhookSettings.AllowedHosts");
        assertThat(received).isEmpty();

        assertThat(new AllowedHosts(List.of()).has("example.com")).isFalse();
        AllowedHosts allowed = new AllowedHosts(List.of("example.com", "*.Example.org"));
        assertThat(allowed.has("EXAMPLE.com")).isTrue();
        assertThat(allowed.has("a.b.example.org")).isTrue();
        assertThat(allowed.has("example.org")).isFalse();
        assertThat(allowed.has("notexample.org")).isFalse();
        assertThat(allowed.has("a.example.com")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "example.com:443", "https://example.com", "*example.com", "::1", "a b"})
    void hostsThatCouldNeverMatchAreRefused(String pattern) {
        assertThatThrownBy(() -> new WebhookSettings(1, List.of(pattern), new Secret("")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("AllowedHosts has [" + pattern + "]: must be a name");
    }

    private void hang(HttpExchange exchange) throws IOException {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(exchange.getRequestURI() + " ends", e);
        }
    }
}
