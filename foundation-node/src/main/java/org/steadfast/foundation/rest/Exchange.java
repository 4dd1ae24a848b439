package org.steadfast.foundation.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.Part;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.ee11.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EndPoint;
import org.steadfast.foundation.security.Credential;
import org.steadfast.foundation.security.LoginException;
import org.steadfast.foundation.security.Principal;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;

/** One request, as the handlers see it. Used by one thread. */
final class Exchange {
    /** The header that uploads need. */
    static final String XSRF_TOKEN = "X-XSRF-TOKEN";
    /** What an upload may have besides its file. */
    private static final int MOST_FORM_BYTES = 64 << 10;

    /** Some clients say in the query what the header is for. */
    private static final String CONTENT_TYPE = "Content-Type";

    private static final int PIECE_BYTES = 16 << 10;

    private final HttpServletRequest request;
    private final Operation operation;
    private final Map<String, String> path;
    private final Authentication.Identity identity;
    private final BodyTerms terms;

    /**
     * What a body may be.
     *
     * @param room that it takes until the request is answered
     * @param patience in which it must have come
     * @param form whether it may be a form in the place of JSON
     */
    record BodyTerms(int mostBytes, BodyRoom.Share room, Duration patience, boolean form) {}

    /** @param operation what is told to clients; nothing else is given to handlers */
    Exchange(
            HttpServletRequest request,
            Operation operation,
            Map<String, String> path,
            Authentication.Identity identity,
            BodyTerms terms) {
        this.request = request;
        this.operation = operation;
        this.path = path;
        this.identity = identity;
        this.terms = terms;
    }

    /** A name from the address, decoded. */
    String path(String name) {
        return path.get(name);
    }

    Principal principal() {
        return identity.principal();
    }

    /** The application key that the principal came in with, where it was one. */
    Optional<String> applicationKey() {
        return identity.key();
    }

    /** What the principal came in with. */
    Credential credential() throws RestException {
        try {
            return identity.proof().credential();
        } catch (LoginException e) {
            throw Authentication.translate(e);
        }
    }

    Optional<String> query(String name) throws RestException {
        requireKnown(Operation.Place.QUERY, name);
        return Query.find(request.getQueryString(), name);
    }

    /** All values of a parameter, in their order, each once. */
    Set<String> queries(String name) throws RestException {
        requireKnown(Operation.Place.QUERY, name);
        return Query.findAll(request.getQueryString(), name);
    }

    /** All parameters of the query. */
    Map<String, String> queries() throws RestException {
        if (!operation.takesWholeQuery()) {
            throw new IllegalStateException("the operation does not tell that it takes any query");
        }
        return Query.all(request.getQueryString());
    }

    /** The form in which the client wants its answer; empty where it leaves that to us. */
    Optional<Form> wanted() throws RestException {
        return Form.wanted(request);
    }

    Optional<String> header(String name) {
        requireKnown(Operation.Place.HEADER, name);
        return Optional.ofNullable(request.getHeader(name));
    }

    /** What clients are not told of does not exist: else the document would be wrong. */
    private void requireKnown(Operation.Place place, String name) {
        if (!operation.knows(place, name)) {
            throw new IllegalStateException("the operation does not tell of the parameter " + name);
        }
    }

    /** The token of the session that the request belongs to, valid or not. */
    Optional<String> session() {
        return SessionCookie.find(request);
    }

    /**
     * The file of an upload, whatever its part is called.
     *
     * @param mostBytes that the file may have
     * @throws RestException as {@link #upload} does
     */
    Part file(long mostBytes) throws RestException {
        return upload(mostBytes, "MostImportMegabytes").files().get(0);
    }

    /**
     * The parts of an upload.
     *
     * @param mostBytes that each file may have
     * @param setting that says so
     * @throws RestException 403 without the header by which a form of another site is told from a client, 415 for what is no upload,
     *     413 for one that is too long, 400 for one without a file
     */
    Upload upload(long mostBytes, String setting) throws RestException {
        String type = String.valueOf(request.getContentType()).toLowerCase(Locale.ROOT);
        if (!type.startsWith("multipart/form-data")) {
            throw new RestException(
                    415, "the Content-Type must be multipart/form-data, not " + request.getContentType());
        }
        if (header(XSRF_TOKEN).isEmpty()) {
            throw new RestException(
                    403, "the header " + XSRF_TOKEN + " is needed with an upload; its value does not matter");
        }
        if (request.getContentLengthLong() > mostBytes + MOST_FORM_BYTES) {
            throw fileTooLarge(mostBytes, setting, null);
        }
        Upload upload;
        try {
            upload = Upload.of(request.getParts());
        } catch (IOException | ServletException | RuntimeException e) {
            // Whoever sends without saying how much is found out while it is read.
            if (isLimit(e)) {
                throw fileTooLarge(mostBytes, setting, e);
            }
            throw new RestException(400, "the upload cannot be read: " + e.getMessage(), e);
        }
        // The servlet takes as much as the longest of all uploads may have.
        if (upload.files().stream().anyMatch(file -> file.getSize() > mostBytes)) {
            upload.discard();
            throw fileTooLarge(mostBytes, setting, null);
        }
        return upload;
    }

    private static boolean isLimit(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (String.valueOf(cause.getMessage()).contains("exceeded")) {
                return true;
            }
        }
        return false;
    }

    private static RestException fileTooLarge(long mostBytes, String setting, Exception cause) {
        return new RestException(
                413, "the file is longer than " + mostBytes + " bytes, which " + setting + " allows", cause);
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
        String type = Query.find(request.getQueryString(), CONTENT_TYPE)
                .orElse(String.valueOf(request.getContentType()))
                .toLowerCase(Locale.ROOT);
        if (terms.form() && type.startsWith("application/x-www-form-urlencoded")) {
            ObjectNode form = JsonNodeFactory.instance.objectNode();
            Query.all(new String(bytes, StandardCharsets.UTF_8)).forEach(form::put);
            return form;
        }
        if (!type.startsWith("application/json")) {
            throw new RestException(415, "the Content-Type must be application/json, not " + type);
        }
        try {
            return Json.read(bytes);
        } catch (InvalidValueException e) {
            throw new RestException(400, "the body is " + e.getMessage(), e);
        }
    }

    private byte[] body() throws RestException {
        // Before it comes, where its length is told; else as it comes.
        long told = request.getContentLengthLong();
        if (told > terms.mostBytes()) {
            throw tooLarge();
        }
        terms.room().grow(told);
        EndPoint connection = ServletContextRequest.getServletContextRequest(request)
                .getConnectionMetaData()
                .getConnection()
                .getEndPoint();
        long usual = connection.getIdleTimeout();
        // A client that stops in the middle keeps its room and its thread no longer than it may work.
        connection.setIdleTimeout(terms.patience().toMillis());
        long begin = System.nanoTime();
        try {
            return read(request.getInputStream(), told, begin);
        } catch (IOException e) {
            throw isOver(begin) || e.getCause() instanceof TimeoutException
                    ? tooSlow(e)
                    : new RestException(400, "the body could not be read: " + e.getMessage(), e);
        } finally {
            connection.setIdleTimeout(usual);
        }
    }

    private byte[] read(InputStream in, long told, long begin) throws IOException, RestException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) Math.max(1024, told));
        byte[] piece = new byte[PIECE_BYTES];
        for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
            if (bytes.size() + length > terms.mostBytes()) {
                throw tooLarge();
            }
            if (isOver(begin)) {
                throw tooSlow(null);
            }
            terms.room().grow(bytes.size() + (long) length);
            bytes.write(piece, 0, length);
        }
        return bytes.toByteArray();
    }

    private boolean isOver(long begin) {
        return System.nanoTime() - begin > terms.patience().toNanos();
    }

    private RestException tooSlow(Throwable cause) {
        return new RestException(
                408, "the body has not come within " + terms.patience().toSeconds() + " s", cause);
    }

    private RestException tooLarge() {
        return new RestException(413, "the body is longer than " + terms.mostBytes() + " bytes");
    }
}
