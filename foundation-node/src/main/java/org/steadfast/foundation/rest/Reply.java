package org.steadfast.foundation.rest;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.steadfast.foundation.live.LiveStream;
import org.steadfast.foundation.model.Passwords;
import org.steadfast.protocol.type.Infotable;

/**
 * What a request is answered with. The body must not be changed after.
 *
 * @param table what the body is to be made of, in the form that the client wants; there is no body then
 * @param stream writes the body, where it is too long to be in memory as a whole
 * @param live what the body is, where it goes on and on
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; a copy of each answer would cost and protect nobody
record Reply(
        int status,
        String contentType,
        byte[] body,
        Map<String, String> headers,
        Optional<Infotable> table,
        Optional<Body> stream,
        Optional<LiveStream> live) {
    private static final String TEXT = "text/plain;charset=UTF-8";
    private static final String EVENTS = "text/event-stream;charset=UTF-8";
    private static final Pattern CONTROL = Pattern.compile("\\p{Cc}");
    private static final Pattern CONTROL_IN_LINES = Pattern.compile("[\\p{Cc}&&[^\n]]");
    /** The one error that has a line for each of several causes. */
    private static final int BUNDLE_REFUSED = 406;

    private static final byte[] NOTHING = new byte[0];

    /** Writes a body; where it cannot go on, the connection is broken off, so that nobody takes a part for the whole. */
    @FunctionalInterface
    interface Body {
        void to(OutputStream out) throws IOException;
    }

    /** 200 with a body that is written while it is made. */
    static Reply streamed(String contentType, Body body) {
        return new Reply(200, contentType, NOTHING, Map.of(), Optional.empty(), Optional.of(body), Optional.empty());
    }

    /** 200 with a body that goes on until the client or the stream ends it. */
    static Reply live(LiveStream live) {
        // A proxy that gathers an answer before it passes it on would pass nothing on.
        Map<String, String> headers = Map.of("Cache-Control", "no-store", "X-Accel-Buffering", "no");
        return new Reply(200, EVENTS, NOTHING, headers, Optional.empty(), Optional.empty(), Optional.of(live));
    }

    /** 200 without a body. */
    static Reply empty() {
        return new Reply(200, "", NOTHING, Map.of(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    static Reply json(String text) {
        return bytes(Form.JSON.contentType(), text.getBytes(StandardCharsets.UTF_8));
    }

    /** 200 with a body of any kind. */
    static Reply bytes(String contentType, byte[] body) {
        return new Reply(200, contentType, body, Map.of(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** 200 with a table, whose form {@link #in} decides; its passwords are hidden. */
    static Reply infotable(Infotable table) {
        return new Reply(
                200, "", NOTHING, Map.of(), Optional.of(Passwords.hidden(table)), Optional.empty(), Optional.empty());
    }

    /** The same reply, with its table, if it has one, written in this form. */
    Reply in(Form form) {
        if (table.isEmpty()) {
            return this;
        }
        Reply written = new Reply(
                status, form.contentType(), Tables.write(table.get(), form), headers, Optional.empty(), stream, live);
        return form == Form.HTML ? written.harmless() : written;
    }

    /** The same reply, of which nothing runs in the browser of whoever looks at it. */
    Reply harmless() {
        return with("X-Content-Type-Options", "nosniff")
                .with("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox");
    }

    static Reply text(int status, String line) {
        return bytes(TEXT, line.getBytes(StandardCharsets.UTF_8)).as(status);
    }

    static Reply error(RestException e) {
        // One line, whatever a name in it holds.
        Pattern control = e.status() == BUNDLE_REFUSED ? CONTROL_IN_LINES : CONTROL;
        Reply reply = text(e.status(), control.matcher(e.getMessage()).replaceAll(" "));
        return switch (e.status()) {
            case 401 -> reply.with("WWW-Authenticate", "Basic realm=\"ThingWorx\"");
            case 429, 503 -> reply.with("Retry-After", Integer.toString(e.retryAfterSeconds()));
            default -> reply;
        };
    }

    /**
     * What a client should do with a file, and what it is called.
     *
     * @param what {@code attachment} or {@code inline}
     */
    static String disposition(String what, String file) {
        // Old clients read the plain name, in which only what every one of them takes stands for itself; new ones the
        // other (RFC 6266).
        String plain = file.replaceAll("[^A-Za-z0-9._ -]", "_");
        String whole = what + "; filename=\"" + plain + "\"";
        return plain.equals(file)
                ? whole
                : whole + "; filename*=UTF-8''"
                        + URLEncoder.encode(file, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The same reply with another status. */
    Reply as(int other) {
        return new Reply(other, contentType, body, headers, table, stream, live);
    }

    /** The same reply with one header more. */
    Reply with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Reply(status, contentType, body, more, table, stream, live);
    }
}
