package org.steadfast.foundation.rest;

import java.io.IOException;
import java.io.InputStream;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.http.ByteRange;
import org.eclipse.jetty.util.IO;
import org.steadfast.foundation.repository.FileRepositories;
import org.steadfast.foundation.repository.Repository;
import org.steadfast.foundation.repository.RepositoryEntry;

/**
 * How a file of a repository is given: as a whole, or the part of it that a client has not got yet (RFC 9110, 14), or not at all where the
 * client has it (13.1.2).
 */
final class Download {
    private static final String BYTES = "application/octet-stream";
    /** What a browser may show as it is: nothing that runs, or loads anything. */
    private static final Map<String, String> SHOWN = Map.of(
            "png", "image/png",
            "jpg", "image/jpeg",
            "jpeg", "image/jpeg",
            "gif", "image/gif",
            "webp", "image/webp",
            "txt", "text/plain;charset=UTF-8",
            "log", "text/plain;charset=UTF-8",
            "csv", "text/plain;charset=UTF-8",
            "json", "application/json;charset=UTF-8");

    private static final String RANGE = "Range";
    private static final String IF_RANGE = "If-Range";
    private static final String IF_NONE_MATCH = "If-None-Match";
    private static final String UNIT = "bytes=";

    private final Repository.Opened opened;
    private final FileRepositories.Transfer transfer;

    private Download(Repository.Opened opened, FileRepositories.Transfer transfer) {
        this.opened = opened;
        this.transfer = transfer;
    }

    static Operation operation() {
        return Operation.of("Files", "Gives a file of a repository")
                .header(RANGE, false, "One part of the file, as bytes=700-; several are answered with the whole")
                .header(
                        IF_RANGE,
                        false,
                        "The ETag of the file that the part is to be of; another file is given as a whole")
                .header(IF_NONE_MATCH, false, "ETags of files that the client has")
                .giving("The file", BYTES, Schema.any())
                .with("Content-Disposition", "The name of the file")
                .with("Last-Modified", "When it was written")
                .with(Changes.ETAG, "Which content it is; missing where the storage cannot tell")
                .answering(
                        206,
                        new Operation.Answer(
                                "The part",
                                Map.of(BYTES, Schema.any()),
                                Map.of("Content-Range", "Which part of how many bytes")))
                .answering(304, new Operation.Answer("The client has it", Map.of(), Map.of()))
                .failing("416");
    }

    /**
     * Answers a request for a file.
     *
     * @param opened which the reply closes, and this where it fails
     * @param isShown whether it is to be shown, where that does no harm
     * @param transfer which the reply closes, and whoever calls this where it fails
     */
    static Reply of(Repository.Opened opened, Exchange exchange, boolean isShown, FileRepositories.Transfer transfer)
            throws IOException {
        Download download = new Download(opened, transfer);
        boolean isGiven = false;
        try {
            Reply reply = download.reply(exchange, isShown);
            isGiven = true;
            return reply;
        } finally {
            if (!isGiven) {
                opened.content().close();
            }
        }
    }

    private void close() throws IOException {
        try (InputStream content = opened.content();
                FileRepositories.Transfer under = transfer) {
            // Nobody needs them any more.
        }
    }

    private Optional<String> etag() {
        return opened.version().map(version -> '"' + version + '"');
    }

    private Reply reply(Exchange exchange, boolean isShown) throws IOException {
        Optional<String> etag = etag();
        if (etag.isPresent()
                && exchange.header(IF_NONE_MATCH).filter(this::names).isPresent()) {
            return told(Reply.streamed("", out -> close()).as(304));
        }
        long size = opened.entry().size();
        Optional<String> wanted = exchange.header(RANGE)
                .filter(range -> range.strip().startsWith(UNIT))
                .filter(range -> exchange.header(IF_RANGE)
                        .map(known -> etag.equals(Optional.of(known.strip())))
                        .orElse(true));
        if (wanted.isEmpty()) {
            return file(isShown, 0, size);
        }
        List<ByteRange> ranges = ByteRange.parse(List.of(wanted.get()), size);
        if (ranges.isEmpty()) {
            close();
            return Reply.text(
                            416,
                            "header Range: the file has " + size + " bytes, and none of those that [" + wanted.get()
                                    + "] names")
                    .with("Content-Range", ByteRange.toNonSatisfiableHeaderValue(size));
        }
        if (ranges.size() > 1) {
            return file(isShown, 0, size);
        }
        ByteRange range = ranges.get(0);
        return file(isShown, range.first(), range.getLength()).as(206).with("Content-Range", range.toHeaderValue(size));
    }

    /** Whether one of several ETags is that of the file, which has no comma in it; a weak one will do. */
    private boolean names(String etags) {
        return Arrays.stream(etags.split(",", -1))
                .map(String::strip)
                .map(each -> each.startsWith("W/") ? each.substring(2) : each)
                .anyMatch(each -> each.equals("*") || etag().equals(Optional.of(each)));
    }

    private Reply file(boolean isShown, long first, long length) {
        String name = opened.entry().path().name();
        String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        boolean isHarmless = isShown && SHOWN.containsKey(ending);
        Reply reply = Reply.streamed(isHarmless ? SHOWN.get(ending) : BYTES, out -> {
                    try (InputStream content = opened.content();
                            FileRepositories.Transfer under = transfer) {
                        content.skipNBytes(first);
                        IO.copy(content, out, length);
                    }
                })
                .with("Content-Length", Long.toString(length))
                .with("Accept-Ranges", "bytes")
                .with("Content-Disposition", Reply.disposition(isHarmless ? "inline" : "attachment", name))
                // Whoever may upload must not run anything in the browser of whoever looks at it.
                .with("X-Content-Type-Options", "nosniff")
                .with("Content-Security-Policy", "default-src 'none'; sandbox");
        return told(reply);
    }

    /** With what lets the client find out later whether it is still the same. */
    private Reply told(Reply reply) {
        RepositoryEntry entry = opened.entry();
        Reply dated = reply.with(
                        "Last-Modified",
                        DateTimeFormatter.RFC_1123_DATE_TIME.format(
                                entry.modified().atOffset(ZoneOffset.UTC)))
                .with("Cache-Control", "private, no-cache");
        return etag().map(etag -> dated.with(Changes.ETAG, etag)).orElse(dated);
    }
}
