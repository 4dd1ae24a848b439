package org.steadfast.foundation.rest;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import javax.cache.CacheException;
import org.apache.ignite.IgniteException;
import org.eclipse.jetty.ee11.servlet.ServletContextRequest;
import org.eclipse.jetty.ee11.servlet.ServletContextResponse;
import org.eclipse.jetty.http.HttpHeader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.steadfast.coordination.chassis.Correlation;
import org.steadfast.foundation.exchange.ExchangeException;
import org.steadfast.foundation.ingestion.IngestionException;
import org.steadfast.foundation.live.LiveException;
import org.steadfast.foundation.live.ServletOutput;
import org.steadfast.foundation.model.ModelException;
import org.steadfast.foundation.property.PropertyException;
import org.steadfast.foundation.remote.RemoteException;
import org.steadfast.foundation.repository.RepositoryException;
import org.steadfast.foundation.security.Principal;
import org.steadfast.foundation.security.RateLimitException;
import org.steadfast.foundation.security.RateLimits;
import org.steadfast.foundation.service.ServiceException;
import org.steadfast.foundation.sharedstate.StateUnavailableException;

/**
 * The REST API: finds the route, the principal and the answer, and turns whatever goes wrong into a status and one line. No
 * thread waits while an update is being written.
 */
public final class RestServlet extends HttpServlet {
    /** What the query may say in the place of the request's own method. */
    private static final Set<String> SWITCHED = Set.of("GET", "PUT", "POST", "DELETE");

    private static final long serialVersionUID = 1L;
    private static final Logger log = LoggerFactory.getLogger(RestServlet.class);
    private static final String CONTEXT = "/Thingworx/";
    private static final String REQUEST_ID = "X-Request-Id";
    private static final int TOO_LARGE = 413;

    private final transient RouteTable routes;
    private final transient Authentication authentication;
    private final transient LoginRoutes logins;
    private final transient RateLimits limits;
    private final transient RestSettings settings;
    private final transient MeterRegistry registry;
    private final transient BodyRoom room;
    /** Why nothing is answered any more; empty while it is. Written once, when the node stops. */
    private volatile String refusal = "";

    RestServlet(
            RouteTable routes,
            Authentication authentication,
            LoginRoutes logins,
            RateLimits limits,
            RestSettings settings,
            MeterRegistry registry) {
        this.logins = logins;
        this.limits = limits;
        this.routes = routes;
        this.authentication = authentication;
        this.settings = settings;
        this.registry = registry;
        this.room =
                new BodyRoom(Math.max(settings.mostBodyBytes(), (long) settings.mostBodiesMegabytes() << 20), registry);
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        long start = System.nanoTime();
        String id = id(request);
        response.setHeader(REQUEST_ID, id);
        try (Correlation.Scope scope = Correlation.of(id)) {
            service(request, response, start);
        }
    }

    /** As the client or its load balancer calls it, so that their logs and ours can be laid beside each other. */
    private static String id(HttpServletRequest request) {
        String given = request.getHeader(REQUEST_ID);
        return Correlation.isAcceptable(given)
                ? given
                : HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }

    private void service(HttpServletRequest request, HttpServletResponse response, long start) throws IOException {
        String id = Correlation.current();
        CompletableFuture<Reply> reply = answer(request, start)
                .handle((answered, failure) -> failure == null ? answered : Reply.error(translate(failure, id)));
        if (reply.isDone() && reply.join().live().isPresent()) {
            goOn(request, response, reply.join(), start);
            return;
        }
        if (reply.isDone()) {
            send(request, response, reply.join(), start);
            return;
        }
        AsyncContext async = request.startAsync();
        async.setTimeout(0);
        var unused =
                reply.whenComplete((answered, failure) -> sendElsewhere(async, request, response, answered, start));
    }

    /** Begins an answer that goes on by itself. */
    private void goOn(HttpServletRequest request, HttpServletResponse response, Reply reply, long start)
            throws IOException {
        AsyncContext async = request.startAsync();
        async.setTimeout(0);
        head(request, response, reply);
        ServletOutput.attach(reply.live().orElseThrow(), async);
        count(request, reply, start);
    }

    /** Not by the thread that brings the answer: a client that reads slowly would keep it from bringing others theirs. */
    private void sendElsewhere(
            AsyncContext async, HttpServletRequest request, HttpServletResponse response, Reply reply, long start) {
        async.start(() -> {
            try {
                send(request, response, reply, start);
            } catch (IOException e) {
                log.debug("The client is gone", e);
            } finally {
                async.complete();
            }
        });
    }

    /** Answers everything with 503 from now on: what the answers need is about to end. */
    public void refuse(String why) {
        refusal = why;
    }

    private CompletableFuture<Reply> answer(HttpServletRequest request, long start) {
        try {
            if (!refusal.isEmpty()) {
                throw new RestException(503, refusal);
            }
            String client = authentication.address(request);
            limits.countRequest(client);
            List<String> address = address(request);
            if (logins.isLogin(request.getMethod(), address)) {
                return CompletableFuture.completedFuture(logins.login(request, client));
            }
            Authentication.Identity identity = authentication.require(request, client);
            Principal principal = identity.principal();
            limits.countRequest(principal);
            RouteTable.Match match = routes.find(method(request, identity), address);
            if (match.route().access() == Route.Access.WRITE && principal.readOnly()) {
                throw new RestException(403, "Not authorized for changes: the application key may only read");
            }
            Form form = Form.wanted(request).orElse(Form.JSON);
            CompletableFuture<Reply> reply = handle(request, match, identity).thenApply(made -> made.in(form));
            CompletableFuture<Reply> whole = identity.cookie().isEmpty()
                    ? reply
                    : reply.thenApply(
                            made -> made.with("Set-Cookie", identity.cookie().get()));
            return whole.isDone()
                    ? whole
                    : within(match.route().deadline().orElse(settings.requestDeadline()), start, whole);
        } catch (Exception e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /**
     * What a request is to do. Old devices can only send GET and POST, and say in the query what they mean. Whoever is known by what a
     * browser sends by itself says it by the request alone: other sites can make a browser follow a link.
     */
    private String method(HttpServletRequest request, Authentication.Identity identity) throws RestException {
        String method = request.getMethod().toUpperCase(Locale.ROOT);
        if (!settings.oldClients() || identity.key().isEmpty()) {
            return method;
        }
        return Query.find(request.getQueryString(), "method")
                .map(meant -> meant.toUpperCase(Locale.ROOT))
                .filter(SWITCHED::contains)
                .orElse(method);
    }

    private CompletableFuture<Reply> handle(
            HttpServletRequest request, RouteTable.Match match, Authentication.Identity identity) throws Exception {
        BodyRoom.Share share = room.share();
        Exchange exchange = new Exchange(
                request,
                match.route().endpoint().operation(),
                match.names(),
                identity,
                new Exchange.BodyTerms(
                        settings.mostBodyBytes(),
                        share,
                        settings.requestDeadline(),
                        settings.oldClients() && identity.key().isPresent()));
        try {
            return match.route()
                    .handler()
                    .handle(exchange)
                    .toCompletableFuture()
                    .whenComplete((reply, failure) -> share.close());
        } catch (Exception e) {
            share.close();
            throw e;
        }
    }

    /** Whichever comes first answers: the reply or the deadline. */
    private static CompletableFuture<Reply> within(Duration deadline, long start, CompletableFuture<Reply> reply) {
        return reply.completeOnTimeout(
                Reply.error(new RestException(
                        503,
                        "no answer within " + deadline.toSeconds()
                                + " s; whether the request took effect is not known")),
                Math.max(1, deadline.toMillis() - (System.nanoTime() - start) / 1_000_000),
                TimeUnit.MILLISECONDS);
    }

    private static List<String> address(HttpServletRequest request) throws RestException {
        String uri = request.getRequestURI();
        if (!uri.startsWith(CONTEXT)) {
            throw new RestException(404, "there is nothing at " + uri + "; addresses begin with /Thingworx/");
        }
        List<String> segments = new ArrayList<>();
        for (String segment : uri.substring(CONTEXT.length()).split("/", -1)) {
            try {
                // In a path a plus sign is itself.
                segments.add(URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8));
            } catch (IllegalArgumentException e) {
                throw new RestException(400, "the address is not well formed: " + e.getMessage(), e);
            }
        }
        if (segments.size() > 1 && segments.get(segments.size() - 1).isEmpty()) {
            segments.remove(segments.size() - 1);
        }
        return segments;
    }

    /** Whichever thread brings the failure. */
    private static RestException translate(Throwable thrown, String id) {
        try (Correlation.Scope scope = Correlation.of(id)) {
            return translate(thrown);
        }
    }

    private static RestException translate(Throwable thrown) {
        Throwable failure = thrown;
        while (failure instanceof CompletionException && failure.getCause() != null) {
            failure = failure.getCause();
        }
        if (failure instanceof RestException rest) {
            return rest;
        }
        if (failure instanceof RateLimitException limited) {
            return new RestException(429, limited.getMessage(), limited, limited.retryAfterSeconds());
        }
        if (failure instanceof ModelException model) {
            return switch (model.kind()) {
                case INVALID -> new RestException(400, model.getMessage(), model);
                case NOT_FOUND -> new RestException(404, model.getMessage(), model);
                case ALREADY_EXISTS -> new RestException(409, model.getMessage(), model);
                case CHANGED_MEANWHILE -> new RestException(412, model.getMessage(), model);
                case UNAVAILABLE -> new RestException(503, model.getMessage(), model);
                case NOT_ALLOWED -> new RestException(403, model.getMessage(), model);
            };
        }
        if (failure instanceof ExchangeException exchange) {
            return switch (exchange.kind()) {
                case REFUSED -> new RestException(406, exchange.getMessage(), exchange);
                case TOO_LARGE -> new RestException(413, exchange.getMessage(), exchange);
                case UNAVAILABLE -> new RestException(503, exchange.getMessage(), exchange);
            };
        }
        if (failure instanceof ServiceException service) {
            return switch (service.kind()) {
                case INVALID -> new RestException(400, service.getMessage(), service);
                case NOT_FOUND -> new RestException(404, service.getMessage(), service);
                case NOT_ALLOWED -> new RestException(403, service.getMessage(), service);
                case NOT_IMPLEMENTED -> new RestException(501, service.getMessage(), service);
                case FAILED -> new RestException(500, service.getMessage(), service);
                case UNAVAILABLE, NO_ROOM -> new RestException(503, service.getMessage(), service);
            };
        }
        if (failure instanceof PropertyException property) {
            return switch (property.kind()) {
                case INVALID -> new RestException(400, property.getMessage(), property);
                case NOT_FOUND -> new RestException(404, property.getMessage(), property);
                case NOT_ALLOWED -> new RestException(403, property.getMessage(), property);
            };
        }
        if (failure instanceof LiveException live) {
            return switch (live.kind()) {
                case NOT_FOUND -> new RestException(404, live.getMessage(), live);
                case NOT_ALLOWED -> new RestException(403, live.getMessage(), live);
                case TOO_LARGE -> new RestException(400, live.getMessage(), live);
                case TOO_MANY_OF_USER -> new RestException(429, live.getMessage(), live, 10);
                case UNAVAILABLE -> new RestException(503, live.getMessage(), live);
            };
        }
        if (failure instanceof RepositoryException repository) {
            return switch (repository.kind()) {
                case INVALID -> new RestException(400, repository.getMessage(), repository);
                case NOT_FOUND -> new RestException(404, repository.getMessage(), repository);
                case ALREADY_EXISTS -> new RestException(409, repository.getMessage(), repository);
                case TOO_LARGE -> new RestException(413, repository.getMessage(), repository);
                case NO_ROOM -> new RestException(507, repository.getMessage(), repository);
                case UNAVAILABLE -> new RestException(503, repository.getMessage(), repository);
            };
        }
        if (failure instanceof RemoteException remote) {
            return new RestException(remote.httpStatus(), remote.getMessage(), remote);
        }
        if (failure instanceof IngestionException ingestion) {
            String outcome = ingestion.outcomeKnown() ? "nothing was written" : "it may have been written nevertheless";
            return new RestException(503, ingestion.getMessage() + "; " + outcome, ingestion);
        }
        if (failure instanceof StateUnavailableException) {
            return new RestException(503, failure.getMessage(), failure);
        }
        if (failure instanceof CacheException || failure instanceof IgniteException) {
            log.warn("STATE_UNAVAILABLE: shared state cannot answer", failure);
            return new RestException(503, "shared state cannot answer now", failure);
        }
        log.error("REQUEST_FAILED: a request failed", failure);
        return new RestException(
                500,
                "the request failed for a reason that the node's log tells, for request " + Correlation.current(),
                failure);
    }

    private void send(HttpServletRequest request, HttpServletResponse response, Reply reply, long start)
            throws IOException {
        head(request, response, reply);
        if (reply.stream().isPresent()) {
            reply.stream().get().to(response.getOutputStream());
        } else {
            response.setContentLength(reply.body().length);
            response.getOutputStream().write(reply.body());
        }
        count(request, reply, start);
    }

    private static void head(HttpServletRequest request, HttpServletResponse response, Reply reply) {
        response.setStatus(reply.status());
        // A request may be refused before its body has come. Jetty ends the connection then; the client must be told,
        // or it sends the next request into one that is gone.
        // Of a body that was given up for its length all may seem to have come, and the connection ends all the same.
        boolean isConsumed =
                ServletContextRequest.getServletContextRequest(request).consumeAvailable();
        if (!isConsumed || reply.status() == TOO_LARGE) {
            response.setHeader("Connection", "close");
        }
        reply.headers().forEach(response::setHeader);
        if (!reply.contentType().isEmpty()) {
            // Past the servlet API, which would write the charset in small letters: there are clients that compare
            // them.
            ServletContextResponse.getServletContextResponse(response)
                    .getWrapped()
                    .getHeaders()
                    .put(HttpHeader.CONTENT_TYPE, reply.contentType());
        }
    }

    private void count(HttpServletRequest request, Reply reply, long start) {
        Timer.builder("steadfast.rest.requests")
                .description("REST requests")
                .tag("method", known(request.getMethod()))
                .tag("status", Integer.toString(reply.status()))
                .register(registry)
                .record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
    }

    /** Strangers must not be able to make new time series. */
    private static String known(String method) {
        return switch (method) {
            case "GET", "PUT", "POST", "DELETE" -> method;
            default -> "other";
        };
    }
}
