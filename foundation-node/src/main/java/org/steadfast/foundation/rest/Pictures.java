package org.steadfast.foundation.rest;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/** How pictures that entities carry are given. Their authors may be anybody: nothing in them runs. Stateless. */
final class Pictures {
    private static final String UNKNOWN = "application/octet-stream";
    private static final List<String> KNOWN =
            List.of("image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml");

    private static final int HEAD_BYTES = 4096;

    private Pictures() {}

    /** An operation that gives a picture. */
    static Operation given(Operation operation, String meaning) {
        Operation giving = operation.giving(meaning, UNKNOWN, Schema.any());
        for (String type : KNOWN) {
            giving = giving.orGiving(type, Schema.any());
        }
        return giving;
    }

    static Reply reply(byte[] picture) {
        return Reply.bytes(type(picture), picture)
                .harmless()
                // It may be another one each time, and only those may see it who may see the entity.
                .with("Cache-Control", "private, no-cache");
    }

    /** By what it begins with; nothing is said of it beside. */
    private static String type(byte[] picture) {
        int length = Math.min(picture.length, HEAD_BYTES);
        String hex = HexFormat.of().formatHex(picture, 0, Math.min(length, 12));
        if (hex.startsWith("89504e470d0a1a0a")) {
            return "image/png";
        }
        if (hex.startsWith("ffd8ff")) {
            return "image/jpeg";
        }
        if (hex.startsWith("474946383")) {
            return "image/gif";
        }
        if (hex.startsWith("52494646") && hex.endsWith("57454250")) {
            return "image/webp";
        }
        String text = new String(picture, 0, length, StandardCharsets.UTF_8).stripLeading();
        // Behind a byte order mark, declarations and comments.
        boolean isSvg = (text.startsWith("<") || text.startsWith("\uFEFF<")) && text.contains("<svg");
        return isSvg ? "image/svg+xml" : UNKNOWN;
    }
}
