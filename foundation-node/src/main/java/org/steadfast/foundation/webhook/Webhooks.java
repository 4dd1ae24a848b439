package org.steadfast.foundation.webhook;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.steadfast.foundation.action.WebhookAction;

/** Calls servers outside. Safe for use by several threads. */
public final class Webhooks {
    /** The same for each attempt of one delivery, and where it is made again after the loss of a node. */
    public static final String DELIVERY_HEADER = "Steadfast-Delivery";

    private static final String AGENT = "Steadfast";
    private static final Duration LONGEST_CONNECTING = Duration.ofSeconds(10);
    private static final long FIRST_PAUSE_MILLIS = 500;
    private static final long LONGEST_PAUSE_MILLIS = 15_000;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int REQUEST_TIMEOUT = 408;

    private final WebhookSettings settings;
    private final AllowedHosts allowed;
    private final Clock clock;
    private final Counter answered;
    private final Counter refused;
    private final Counter unanswered;
    /** Follows no redirection, which could lead to a host that may not be called. */
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(LONGEST_CONNECTING)
            .build();

    public Webhooks(WebhookSettings settings, MeterRegistry registry, Clock clock) {
        this.settings = settings;
        this.allowed = new AllowedHosts(settings.allowedHosts());
        this.clock = clock;
        this.answered = attempts(registry, "answered");
        this.refused = attempts(registry, "refused");
        this.unanswered = attempts(registry, "unanswered");
    }

    private static Counter attempts(MeterRegistry registry, String outcome) {
        return Counter.builder("steadfast.webhooks.attempts")
                .description("Requests of webhooks by outcome")
                .tag("outcome", outcome)
                .register(registry);
    }

    /**
     * Sends a body until the server has taken it: again where there was no answer, or one that says that it may help to ask again
     * (408, 429 and from 500 on). Returns when it was answered with 2xx.
     *
     * @param delivery by which the receiver knows what it has had already
     * @param longest for all attempts together
     * @throws WebhookException if the server did not take it
     */
    public void call(WebhookAction webhook, String delivery, byte[] body, Duration longest)
            throws WebhookException, InterruptedException {
        String host = webhook.url().getHost();
        if (!allowed.has(host)) {
            throw new WebhookException("the host " + host + " is not among " + WebhookSettings.PATH + ".AllowedHosts");
        }
        long end = System.nanoTime() + longest.toNanos();
        WebhookException last = null;
        for (int attempt = 1; attempt <= webhook.attempts(); attempt++) {
            long pause = attempt == 1 ? 0 : pauseMillis(attempt);
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime()) - pause;
            if (left <= 0) {
                break;
            }
            TimeUnit.MILLISECONDS.sleep(pause);
            Duration timeout =
                    Duration.ofMillis(Math.min(left, webhook.timeout().toMillis()));
            try {
                int status = send(request(webhook, delivery, body, timeout), timeout);
                if (status / 100 == 2) {
                    answered.increment();
                    return;
                }
                refused.increment();
                last = new WebhookException(of(webhook, attempt) + " was answered with " + status);
                if (!isWorthTrying(status)) {
                    throw last;
                }
            } catch (ExecutionException e) {
                unanswered.increment();
                last = new WebhookException(of(webhook, attempt) + " was not answered: " + text(e.getCause()), e);
            } catch (TimeoutException e) {
                unanswered.increment();
                last = new WebhookException(
                        of(webhook, attempt) + " was not answered within " + timeout.toMillis() + " ms", e);
            }
        }
        throw last == null ? new WebhookException(name(webhook) + " was not called: there was no time left") : last;
    }

    /** The request's own timeout ends with the head of the answer; a body that does not end must not hold the thread. */
    private int send(HttpRequest request, Duration timeout)
            throws InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture<HttpResponse<Void>> answer =
                client.sendAsync(request, HttpResponse.BodyHandlers.discarding());
        try {
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS).statusCode();
        } finally {
            // Ends the exchange where it goes on.
            answer.cancel(true);
        }
    }

    private HttpRequest request(WebhookAction webhook, String delivery, byte[] body, Duration timeout) {
        HttpRequest.Builder request = HttpRequest.newBuilder(webhook.url())
                .timeout(timeout)
                .method(webhook.method(), HttpRequest.BodyPublishers.ofByteArray(body))
                .setHeader("Content-Type", "application/json")
                .setHeader("User-Agent", AGENT);
        webhook.headers().forEach(request::setHeader);
        request.setHeader(DELIVERY_HEADER, delivery);
        if (!settings.signingKey().reveal().isEmpty()) {
            request.setHeader(
                    Signature.HEADER,
                    Signature.of(settings.signingKey(), clock.instant().getEpochSecond(), delivery, body));
        }
        return request.build();
    }

    private static boolean isWorthTrying(int status) {
        return status >= 500 || status == TOO_MANY_REQUESTS || status == REQUEST_TIMEOUT;
    }

    /** Twice as long each time, and up to half of that longer or shorter, so that not all come again at once. */
    private static long pauseMillis(int attempt) {
        long pause = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(attempt - 2, 10));
        return ThreadLocalRandom.current().nextLong(pause / 2, pause + pause / 2);
    }

    private static String of(WebhookAction webhook, int attempt) {
        return name(webhook) + ", attempt " + attempt + " of " + webhook.attempts() + ",";
    }

    /** Without its path and query, in which many receivers expect a secret. */
    private static String name(WebhookAction webhook) {
        URI url = webhook.url();
        return webhook.method() + " to " + url.getScheme() + "://" + url.getAuthority();
    }

    private static String text(Throwable e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
