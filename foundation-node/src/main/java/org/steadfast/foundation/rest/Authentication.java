package org.steadfast.foundation.rest;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.steadfast.foundation.security.ApplicationKeys;
import org.steadfast.foundation.security.Principal;
import org.steadfast.persistence.store.StoreException;

/** Finds out who sends a request: by application key in the header, or in the query as old devices send it. */
final class Authentication {
    private static final String APP_KEY = "appKey";

    private final ApplicationKeys keys;

    Authentication(ApplicationKeys keys) {
        this.keys = keys;
    }

    /** @throws RestException 401 where nobody is recognised, 503 where that cannot be found out now */
    Principal require(HttpServletRequest request) throws RestException {
        // Header names have no case; the query's has one.
        Optional<String> key = Optional.ofNullable(request.getHeader(APP_KEY));
        if (key.isEmpty()) {
            key = Query.find(request.getQueryString(), APP_KEY);
        }
        if (key.isEmpty()) {
            throw new RestException(401, "an application key is needed, in the header appKey");
        }
        try {
            return keys.find(key.get()).orElseThrow(() -> new RestException(401, "the application key is not known"));
        } catch (StoreException e) {
            throw new RestException(503, "application keys cannot be looked up now", e);
        }
    }
}
