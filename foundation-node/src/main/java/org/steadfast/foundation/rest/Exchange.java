package org.steadfast.foundation.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.Part;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.steadfast.foundation.security.Principal;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;

/** One request, as the handlers see it. Used by one thread. */
final class Exchange {
    private static final String XSRF_TOKEN = "X-XSRF-TOKEN";

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

    /**
     * The file of an upload, whatever its part is called.
     *
     * @throws RestException 403 without the header by which forms of other sites give themselves away, 415 for what is no upload, 413
     *     for one that is too long
     */
    Part file() throws RestException {
        String type = String.valueOf(request.getContentType()).toLowerCase(Locale.ROOT);
        if (!type.startsWith("multipart/form-data")) {
            throw new RestException(
                    415, "the Content-Type must be multipart/form-data, not " + request.getContentType());
        }
        if (request.getHeader(XSRF_TOKEN) == null) {
            throw new RestException(
                    403, "the header " + XSRF_TOKEN + " is needed with an upload; its value does not matter");
        }
        try {
            for (Part part : request.getParts()) {
                if (part.getSubmittedFileName() != null) {
                    return part;
                }
            }
        } catch (IOException | ServletException | RuntimeException e) {
            boolean tooLong = e instanceof IllegalStateException
                    || String.valueOf(e.getMessage()).contains("too large")
                    || String.valueOf(e.getMessage()).contains("max");
            throw new RestException(tooLong ? 413 : 400, "the upload cannot be read: " + e.getMessage(), e);
        }
        throw new RestException(400, "the upload has no part that is a file");
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
