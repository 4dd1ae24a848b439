package org.steadfast.it.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;

/**
 * An answer.
 *
 * @param headers by their names in small letters
 */
public record Heard(int status, Map<String, List<String>> headers, byte[] bytes) {

    public String body() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    public JsonNode json() {
        try {
            return Json.read(bytes);
        } catch (InvalidValueException e) {
            throw new AssertionError("not JSON, status " + status + ": " + body(), e);
        }
    }

    /** The rows of an infotable. */
    public JsonNode rows() {
        return json().path("rows");
    }

    public Optional<String> header(String name) {
        return headers.getOrDefault(name, List.of()).stream().findFirst();
    }

    /** The value of a cookie that is set. */
    public Optional<String> cookie(String name) {
        return headers.getOrDefault("set-cookie", List.of()).stream()
                .filter(cookie -> cookie.startsWith(name + "="))
                .map(cookie -> cookie.substring(name.length() + 1).replaceAll(";.*", ""))
                .findFirst();
    }

    @Override
    public String toString() {
        return status + " " + headers.getOrDefault("content-type", List.of()) + " " + body();
    }
}
