package org.steadfast.foundation.rest;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.steadfast.foundation.security.ClientAddress;
import org.steadfast.foundation.security.ClientKeys;
import org.steadfast.foundation.security.Credential;
import org.steadfast.foundation.security.Credentials;
import org.steadfast.foundation.security.LoginException;
import org.steadfast.foundation.security.Logins;
import org.steadfast.foundation.security.Principal;
import org.steadfast.foundation.security.RateLimitException;
import org.steadfast.foundation.security.Security;
import org.steadfast.foundation.security.Sessions;

/**
 * Finds out who sends a request: by application key in the header, or in the query as old devices send it, or by user and password in
 * the header {@code Authorization} or in headers of their own, or by the cookie of a session.
 */
final class Authentication {
    private static final String APP_KEY = "appKey";
    private static final String SESSION = "x-thingworx-session";
    private static final String BASIC = "basic ";
    private static final String USER = "userid";
    private static final String PASSWORD = "password";

    private final Logins logins;
    private final ClientAddress addresses;
    private final Sessions sessions;
    private final SessionCookie cookie;
    private final Credentials credentials;

    Authentication(Security security, SessionCookie cookie) {
        this.cookie = cookie;
        this.logins = security.logins();
        this.addresses = security.addresses();
        this.sessions = security.sessions();
        this.credentials = security.credentials();
    }

    /**
     * Who sends a request.
     *
     * @param key by which they are known, where it is one; no browser sends it by itself
     * @param cookie of a session that was begun because the request asked for one
     * @param proof for what goes on for longer than the request
     */
    record Identity(Principal principal, Optional<String> key, Optional<String> cookie, Proof proof) {}

    /** Keeps what somebody came in with; most requests never ask for it. */
    @FunctionalInterface
    interface Proof {
        Credential credential() throws LoginException;
    }

    /**
     * @param address where the request comes from
     * @throws RestException 401 where nobody is recognised, 503 where that cannot be found out now, 403 where a browser could have been
     *     tricked into sending the request
     * @throws RateLimitException if too many logins from the address failed
     */
    Identity require(HttpServletRequest request, String address) throws RestException, RateLimitException {
        // Header names have no case; the query's has one.
        Optional<String> key = Optional.ofNullable(request.getHeader(APP_KEY));
        if (key.isEmpty()) {
            key = Query.find(request.getQueryString(), APP_KEY);
        }
        try {
            if (key.isPresent()) {
                String text = key.get();
                Principal holder = logins.byKey(text, address);
                return withSession(request, holder, key, () -> credentials.ofKey(text, holder));
            }
            String authorization = request.getHeader("Authorization");
            if (authorization != null && authorization.toLowerCase(Locale.ROOT).startsWith(BASIC)) {
                CrossSite.refuse(request);
                Principal holder =
                        byPassword(authorization.substring(BASIC.length()).strip(), address);
                return withSession(request, holder, Optional.empty(), () -> credentials.ofPassword(holder));
            }
            String user = request.getHeader(USER);
            String password = request.getHeader(PASSWORD);
            if (user != null && password != null) {
                Principal holder = logins.byPassword(user, password, address);
                return withSession(request, holder, Optional.empty(), () -> credentials.ofPassword(holder));
            }
            Optional<String> token = SessionCookie.find(request);
            Optional<Principal> inSession = token.isEmpty() ? Optional.empty() : sessions.find(token.get(), address);
            if (inSession.isPresent()) {
                CrossSite.requireToken(request);
                return new Identity(
                        inSession.get(),
                        Optional.empty(),
                        Optional.empty(),
                        () -> credentials.ofSession(token.get(), inSession.get()));
            }
        } catch (LoginException e) {
            throw translate(e);
        }
        throw new RestException(
                401, "an application key is needed, in the header appKey, or a user and a password by Basic");
    }

    /** Sessions are begun only for those who ask for one: most clients never come back with the cookie. */
    private Identity withSession(HttpServletRequest request, Principal principal, Optional<String> key, Proof proof)
            throws RestException, LoginException {
        Optional<String> wanted = Optional.ofNullable(request.getHeader(SESSION));
        if (wanted.isEmpty()) {
            wanted = Query.find(request.getQueryString(), SESSION);
        }
        // What a key for a client lets in for seconds is not to stay longer.
        boolean isForClient = key.filter(ClientKeys::isOne).isPresent();
        if (wanted.isEmpty() || !wanted.get().equalsIgnoreCase("true") || isForClient) {
            return new Identity(principal, key, Optional.empty(), proof);
        }
        Optional<String> token = SessionCookie.find(request);
        if (token.isPresent()
                && sessions.find(token.get(), principal.address())
                        .filter(principal::equals)
                        .isPresent()) {
            return new Identity(principal, key, Optional.empty(), proof);
        }
        return new Identity(principal, key, Optional.of(cookie.of(sessions.begin(principal, key), request)), proof);
    }

    /** Where a request comes from. */
    String address(HttpServletRequest request) {
        // All of them: a client can send one of its own before that of the load balancer.
        List<String> hops = Collections.list(request.getHeaders("X-Forwarded-For"));
        return addresses.of(request.getRemoteAddr(), hops.isEmpty() ? null : String.join(",", hops));
    }

    private Principal byPassword(String credentials, String address)
            throws RestException, LoginException, RateLimitException {
        String decoded;
        try {
            decoded = new String(Base64.getDecoder().decode(credentials), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new RestException(401, "the header Authorization is not well formed", e);
        }
        int colon = decoded.indexOf(':');
        if (colon < 0) {
            throw new RestException(401, "the header Authorization is not well formed");
        }
        return logins.byPassword(decoded.substring(0, colon), decoded.substring(colon + 1), address);
    }

    static RestException translate(LoginException e) {
        return switch (e.kind()) {
            case REFUSED -> new RestException(401, e.getMessage(), e);
            case UNAVAILABLE, BUSY -> new RestException(503, e.getMessage(), e);
        };
    }
}
