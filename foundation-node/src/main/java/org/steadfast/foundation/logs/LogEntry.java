package org.steadfast.foundation.logs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Objects;

/**
 * What a node has logged once.
 *
 * @param time epoch milliseconds
 * @param origin name of the logger
 * @param request that it was logged for; empty where it belongs to none
 * @param content the message, and the first line of what was thrown where something was
 */
public record LogEntry(long time, LogLevel level, String origin, String thread, String request, String content) {
    public LogEntry {
        Objects.requireNonNull(level, "level is null");
        Objects.requireNonNull(origin, "origin is null");
        Objects.requireNonNull(thread, "thread is null");
        Objects.requireNonNull(request, "request is null");
        Objects.requireNonNull(content, "content is null");
    }

    ObjectNode toJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("time", time)
                .put("level", level.name())
                .put("origin", origin)
                .put("thread", thread)
                .put("request", request)
                .put("content", content);
    }

    static LogEntry of(JsonNode json) {
        return new LogEntry(
                json.path("time").asLong(),
                LogLevel.of(json.path("level").asText()).orElse(LogLevel.ERROR),
                json.path("origin").asText(),
                json.path("thread").asText(),
                json.path("request").asText(),
                json.path("content").asText());
    }
}
