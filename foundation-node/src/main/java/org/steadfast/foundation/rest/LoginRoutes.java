package org.steadfast.foundation.rest;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.steadfast.foundation.security.LoginException;
import org.steadfast.foundation.security.Principal;
import org.steadfast.foundation.security.RateLimitException;
import org.steadfast.foundation.security.Security;
import org.steadfast.protocol.type.Infotable;
import org.steadfast.protocol.type.Value;

/** Logging in by a form, and out again. */
final class LoginRoutes {
    private static final String TAG = "Login";
    private static final String USER = "thingworx-form-userid";
    private static final String PASSWORD = "thingworx-form-password";
    private static final int LONGEST_FORM = 8_192;

    /** In no table: nobody is known yet. */
    static final Endpoint LOGIN = Endpoint.of(
            "POST",
            "Login",
            Operation.of(TAG, "Begins a session")
                    .taking(
                            "application/x-www-form-urlencoded",
                            Schema.object().has(USER, Schema.string()).has(PASSWORD, Schema.string()))
                    .with("Set-Cookie", "The cookie of the session")
                    .failing("401", "403", "503")
                    .toAnyone());

    private final Security security;
    private final SessionCookie cookie;

    LoginRoutes(Security security, SessionCookie cookie) {
        this.cookie = cookie;
        this.security = security;
    }

    List<Route> routes() {
        Operation operation = Operation.of(TAG, "Ends the session, where there is one")
                .takingAtMost("application/json", Schema.object())
                .with("Set-Cookie", "Takes the cookie away");
        // Not one of the platform's services, which scripts have as well: what was come in with must be known.
        Operation clientKey = Operation.of(TAG, "Gives a key that lets a client in for 15 seconds")
                .takingAtMost("application/json", Schema.object())
                .giving("One row, with the key as result", Schemas.row());
        return List.of(
                Route.of("POST", "Server/*/Services/Logout", Route.Access.READ, operation, this::logout),
                Route.of(
                        "POST",
                        "Resources/EntityServices/Services/GetClientApplicationKey",
                        Route.Access.READ,
                        clientKey,
                        this::clientKey));
    }

    private CompletionStage<Reply> clientKey(Exchange exchange) throws RestException {
        try {
            String key = security.clientKeys().issue(exchange.principal(), exchange.applicationKey());
            return CompletableFuture.completedFuture(Reply.infotable(Infotable.result(Value.string(key))));
        } catch (LoginException e) {
            throw e.kind() == LoginException.Kind.REFUSED
                    ? new RestException(403, "Not authorized for GetClientApplicationKey: " + e.getMessage(), e)
                    : Authentication.translate(e);
        }
    }

    /** Whether a request is the one that needs nobody to be known. */
    boolean isLogin(String method, List<String> address) {
        return method.equals(LOGIN.method()) && LOGIN.match(address).isPresent();
    }

    /** Begins a session for whoever the form names. */
    Reply login(HttpServletRequest request, String address) throws RestException, RateLimitException {
        // Nor is a browser to be logged in as somebody else without knowing.
        CrossSite.refuse(request);
        Map<String, String> form = form(request);
        try {
            Principal principal =
                    security.logins().byPassword(form.getOrDefault(USER, ""), form.getOrDefault(PASSWORD, ""), address);
            return Reply.empty()
                    .with("Set-Cookie", cookie.of(security.sessions().begin(principal, Optional.empty()), request));
        } catch (LoginException e) {
            throw Authentication.translate(e);
        }
    }

    private static Map<String, String> form(HttpServletRequest request) throws RestException {
        String type = String.valueOf(request.getContentType());
        if (!type.startsWith("application/x-www-form-urlencoded")) {
            throw new RestException(415, "the Content-Type must be application/x-www-form-urlencoded, not " + type);
        }
        try {
            byte[] bytes = request.getInputStream().readNBytes(LONGEST_FORM + 1);
            if (bytes.length > LONGEST_FORM) {
                throw new RestException(413, "the form is longer than " + LONGEST_FORM + " bytes");
            }
            return Query.all(new String(bytes, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new RestException(400, "the body could not be read: " + e.getMessage(), e);
        }
    }

    private CompletionStage<Reply> logout(Exchange exchange) throws RestException {
        Optional<String> token = exchange.session();
        if (token.isPresent()) {
            try {
                security.sessions().end(token.get());
            } catch (LoginException e) {
                throw Authentication.translate(e);
            }
        }
        return CompletableFuture.completedFuture(Reply.empty().with("Set-Cookie", SessionCookie.ended()));
    }
}
