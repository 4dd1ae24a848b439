package org.steadfast.foundation.action;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Sends a request to a server outside.
 *
 * @param headers besides those that every such request has
 * @param body as JSON; empty for what is told of the event
 * @param timeout of one attempt
 * @param attempts how often it is tried at most
 */
public record WebhookAction(
        URI url, String method, Map<String, String> headers, Optional<JsonNode> body, Duration timeout, int attempts)
        implements Action {
    static final String HANDLER = "Webhook";

    private static final int MOST_SECONDS = 60;
    private static final int SECONDS_BY_DEFAULT = 10;
    private static final int MOST_ATTEMPTS = 10;
    private static final int ATTEMPTS_BY_DEFAULT = 3;
    private static final int MOST_PORT = 65_535;
    /** Those by which the client tells where a request ends. */
    private static final Set<String> FRAMING = Set.of(
            "host",
            "connection",
            "content-length",
            "expect",
            "upgrade",
            "transfer-encoding",
            "te",
            "trailer",
            "keep-alive");

    /** What the names of headers begin with that are not the author's. */
    private static final List<String> OWN = List.of("steadfast-", "proxy-");

    private static final Pattern SENDABLE = Pattern.compile("[\\x20-\\x7e\\t]*");
    private static final Set<String> METHODS = Set.of("POST", "PUT", "PATCH");

    public WebhookAction {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    static WebhookAction read(JsonNode settings) throws InvalidActionException {
        ActionFields.requireKnown(settings, Set.of("url", "method", "headers", "body", "timeoutSeconds", "attempts"));
        URI url = url(ActionFields.text(settings, "url"));
        String method = ActionFields.text(settings, "method", "POST").toUpperCase(Locale.ROOT);
        if (!METHODS.contains(method)) {
            throw ActionFields.invalid("method", "must be POST, PUT or PATCH, and is [" + method + "]");
        }
        JsonNode body = settings.path("body");
        return new WebhookAction(
                url,
                method,
                headers(settings, url),
                body.isMissingNode() || body.isNull() ? Optional.empty() : Optional.of(body),
                Duration.ofSeconds(
                        ActionFields.number(settings, "timeoutSeconds", SECONDS_BY_DEFAULT, 1, MOST_SECONDS)),
                ActionFields.number(settings, "attempts", ATTEMPTS_BY_DEFAULT, 1, MOST_ATTEMPTS));
    }

    private static URI url(String text) throws InvalidActionException {
        URI url;
        try {
            // The client sends anything else than ASCII as question marks.
            url = new URI(new URI(text).toASCIIString());
        } catch (URISyntaxException e) {
            throw ActionFields.invalid("url", "[" + text + "] is no address: " + e.getMessage(), e);
        }
        boolean isHttp = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
        if (!isHttp || url.getHost() == null) {
            throw ActionFields.invalid("url", "must be like https://host/path, and is [" + text + "]");
        }
        if (url.getPort() == 0 || url.getPort() > MOST_PORT) {
            throw ActionFields.invalid("url", "has a port that is none: " + url.getPort());
        }
        if (url.getUserInfo() != null) {
            throw ActionFields.invalid("url", "must not hold a user; the header Authorization can tell who asks");
        }
        return url;
    }

    private static Map<String, String> headers(JsonNode settings, URI url) throws InvalidActionException {
        Map<String, String> headers = new LinkedHashMap<>();
        HttpRequest.Builder trial = HttpRequest.newBuilder(url);
        for (Map.Entry<String, JsonNode> header :
                ActionFields.object(settings, "headers").properties()) {
            String name = header.getKey();
            if (!header.getValue().isTextual()) {
                throw ActionFields.invalid("headers." + name, "must be a text");
            }
            String value = header.getValue().textValue();
            String lower = name.toLowerCase(Locale.ROOT);
            if (FRAMING.contains(lower) || OWN.stream().anyMatch(lower::startsWith)) {
                throw ActionFields.invalid("headers." + name, "cannot be sent: the platform sets it itself");
            }
            if (!SENDABLE.matcher(value).matches()) {
                throw ActionFields.invalid("headers." + name, "must have characters of ASCII only, and no controls");
            }
            try {
                trial.header(name, value);
            } catch (IllegalArgumentException e) {
                // Its message holds the value, which may be a secret.
                throw ActionFields.invalid("headers." + name, "cannot be sent, by its name", e);
            }
            headers.put(name, value);
        }
        return headers;
    }
}
