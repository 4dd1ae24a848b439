package org.steadfast.foundation.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.steadfast.foundation.security.Principal;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;

/** One request, as the handlers see it. Used by one thread. */
final class Exchange {
    private final HttpServletRequest request;
    private final Map<String, String> path;
    private final Principal principal;
    private final int mostBodyBytes;

    Exchange(HttpServletRequest request, Map<String, String> path, Principal principal, int mostBodyBytes) {
        this.request = request;
        this.path = path;
        this.principal = principal;
        this.mostBodyBytes = mostBodyBytes;
    }

    /** A name from the address, decoded. */
    String path(String name) {
        return path.get(name);
    }

    Principal principal() {
        return principal;
    }

    Optional<String> query(String name) throws RestException {
        return Query.find(request.getQueryString(), name);
    }

    /** All parameters of the query. */
    Map<String, String> queries() throws RestException {
        return Query.all(request.getQueryString());
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(request.getHeader(name));
    }

    /** The token of the session that the request belongs to, valid or not. */
    Optional<String> session() {
        return SessionCookie.find(request);
    }

    /** The body as an object; an absent or empty one, or {@code null}, is an empty object. */
    ObjectNode parameters() throws RestException {
        JsonNode body = json();
        if (body.isNull()) {
            return JsonNodeFactory.instance.objectNode();
        }
        if (body instanceof ObjectNode object) {
            return object;
        }
        throw new RestException(400, "the body must be a JSON object");
    }

    /** The body as JSON; {@code null} where there is none. */
    JsonNode json() throws RestException {
        byte[] bytes = body();
        if (bytes.length == 0) {
            return NullNode.getInstance();
        }
        String type = String.valueOf(request.getContentType()).toLowerCase(Locale.ROOT);
        if (!type.startsWith("application/json")) {
            throw new RestException(415, "the Content-Type must be application/json, not " + request.getContentType());
        }
        try {
            return Json.read(bytes);
        } catch (InvalidValueException e) {
            throw new RestException(400, "the body is " + e.getMessage(), e);
        }
    }

    private byte[] body() throws RestException {
        if (request.getContentLengthLong() > mostBodyBytes) {
            throw tooLarge();
        }
        try {
            byte[] bytes = request.getInputStream().readNBytes(mostBodyBytes + 1);
            if (bytes.length > mostBodyBytes) {
                throw tooLarge();
            }
            return bytes;
        } catch (IOException e) {
            throw new RestException(400, "the body could not be read: " + e.getMessage(), e);
        }
    }

    private RestException tooLarge() {
        return new RestException(413, "the body is longer than " + mostBodyBytes + " bytes");
    }
}
