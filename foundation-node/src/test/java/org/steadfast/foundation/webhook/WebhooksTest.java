package org.steadfast.foundation.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    private Receiver receiver;

    @BeforeEach
    void open() throws Exception {
        receiver = Receiver.open();
    }

    @AfterEach
    void close() {
        receiver.close();
    }

    private WebhookAction webhook(int attempts, Duration timeout, Map<String, String> headers) {
        URI url = URI.create(receiver.url("/in/canary?token=canary"));
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
        receiver.answer(204);
        webhooks("", "127.0.0.1").call(webhook(3, LONG, Map.of("X-Own", "mine")), "d1", BODY, LONG);
        assertThat(receiver.received()).hasSize(1);
        Receiver.Received one = receiver.received().get(0);
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
        receiver.answer(200);
        webhooks("a key", "*").call(webhook(1, LONG, Map.of()), "d", BODY, LONG);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("a key".getBytes(UTF_8), "HmacSHA256"));
        String expected = HexFormat.of().formatHex(mac.doFinal("1800000000.d.{\"a\":1}".getBytes(UTF_8)));
        assertThat(receiver.received().get(0).headers().get("Steadfast-signature"))
                .containsExactly("t=1800000000,v1=" + expected);
    }

    @Test
    void comesAgainToAServerThatIsOverloadedAsTheSameDelivery() throws Exception {
        receiver.answer(503, 429, 200);
        webhooks("", "*").call(webhook(3, LONG, Map.of()), "d2", BODY, LONG);
        assertThat(receiver.received()).hasSize(3);
        assertThat(receiver.received())
                .allSatisfy(one -> assertThat(one.headers()).containsEntry("Steadfast-delivery", List.of("d2")));
        assertThat(attempts("refused")).isEqualTo(2);
        assertThat(attempts("answered")).isEqualTo(1);
    }

    @Test
    void endsAfterItsAttempts() {
        receiver.answer(500);
        assertThatThrownBy(() -> webhooks("", "*").call(webhook(2, LONG, Map.of()), "d", BODY, LONG))
                .isInstanceOf(WebhookException.class)
                .hasMessageContaining("attempt 2 of 2, was answered with 500")
                .hasMessageNotContaining("canary");
        assertThat(receiver.received()).hasSize(2);
    }

    @Test
    void doesNotComeAgainWhereItIsRefusedForGood() {
        receiver.answer(404);
        assertThatThrownBy(() -> webhooks("", "*").call(webhook(5, LONG, Map.of()), "d", BODY, LONG))
                .isInstanceOf(WebhookException.class)
                .hasMessageContaining("attempt 1 of 5, was answered with 404");
        assertThat(receiver.received()).hasSize(1);
    }

    @Test
    void followsNoRedirection() {
        receiver.serve(exchange -> {
            exchange.getResponseHeaders().add("Location", "http://127.0.0.1:1/elsewhere");
            exchange.sendResponseHeaders(302, -1);
        });
        assertThatThrownBy(() -> webhooks("", "*").call(webhook(5, LONG, Map.of()), "d", BODY, LONG))
                .hasMessageContaining("was answered with 302");
    }

    @Test
    void waitsForNoAnswerBeyondItsTimeout() {
        receiver.serve(receiver::hang);
        assertThatThrownBy(() -> webhooks("", "*").call(webhook(2, Duration.ofSeconds(1), Map.of()), "d", BODY, LONG))
                .isInstanceOf(WebhookException.class)
                .hasMessageContaining("attempt 2 of 2, was not answered");
        assertThat(receiver.received()).hasSize(2);
        assertThat(attempts("unanswered")).isEqualTo(2);
    }

    @Test
    void waitsForNoBodyThatDoesNotEnd() {
        receiver.serve(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(' ');
            exchange.getResponseBody().flush();
            receiver.hang(exchange);
        });
        assertThatThrownBy(() -> webhooks("", "*").call(webhook(1, Duration.ofSeconds(1), Map.of()), "d", BODY, LONG))
                .isInstanceOf(WebhookException.class)
                .hasMessageContaining("was not answered within 1000 ms");
    }

    @Test
    void allAttemptsTogetherEndByTheDeadline() {
        receiver.answer(503);
        assertThatThrownBy(
                        () -> webhooks("", "*").call(webhook(10, LONG, Map.of()), "d", BODY, Duration.ofMillis(1_500)))
                .isInstanceOf(WebhookException.class)
                .hasMessageContaining("of 10, was answered with 503");
        // The pause before the fourth would alone be a second.
        assertThat(receiver.received()).hasSizeBetween(1, 3);
    }

    @Test
    void callsNobodyButWhoMayBeCalled() {
        receiver.answer(200);
        assertThatThrownBy(() ->
                        webhooks("", "example.com", "*.example.org").call(webhook(1, LONG, Map.of()), "d", BODY, LONG))
                .isInstanceOf(WebhookException.class)
                .hasMessage("the host 127.0.0.1 is not among PlatformSettingsConfig.WebhookSettings.AllowedHosts");
        assertThat(receiver.received()).isEmpty();

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
}
