package org.steadfast.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Locale;
import org.steadfast.protocol.json.Json;

/** The final result, as text for a reader or as JSON. Stateless. */
final class Report {
    private Report() {}

    static String text(FleetResult result, Verification verification, boolean verified) {
        FleetStatistics all = result.statistics();
        LatencySummary latency = all.latency();
        StringBuilder text = new StringBuilder();
        line(text, "ended", "%s: %s", result.outcome(), result.detail());
        line(text, "devices", "%d of %d were bound", all.everConnected(), all.devices());
        line(
                text,
                "messages",
                "%d sent, %d acknowledged, %d errors, %d unacknowledged, %d superseded",
                all.sent(),
                all.acknowledged(),
                all.errors(),
                all.unacknowledged(),
                all.superseded());
        line(
                text,
                "rate",
                "%.1f messages/s, %.1f updates/s over %.1f s",
                all.messagesPerSecond(),
                all.updatesPerSecond(),
                all.elapsed().toNanos() / 1e9);
        line(
                text,
                "latency",
                "p50 %s, p90 %s, p99 %s, p99.9 %s, max %s",
                millis(latency.p50()),
                millis(latency.p90()),
                millis(latency.p99()),
                millis(latency.p999()),
                millis(latency.max()));
        line(text, "longest gap", "%s without any acknowledgement", millis(all.longestGap()));
        line(text, "reconnects", "%d, failed attempts %d", all.reconnects(), all.connectFailures());
        line(
                text,
                "resends",
                "%d, after %d answers 503, %d timeouts",
                all.resends(),
                all.unavailable(),
                all.timeouts());
        if (verified) {
            line(
                    text,
                    "lost",
                    "%d of %d values checked, %d not read",
                    verification.lost(),
                    verification.checked(),
                    verification.unread());
        } else {
            line(text, "lost", "not verified");
        }
        result.problems().forEach(problem -> line(text, "problem", "%s", problem));
        verification.findings().forEach(finding -> line(text, "finding", "%s", finding));
        return text.toString();
    }

    static String json(FleetResult result, Verification verification, boolean verified, ExitStatus status) {
        FleetStatistics all = result.statistics();
        LatencySummary latency = all.latency();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("exitStatus", status.code())
                .put("outcome", result.outcome().name())
                .put("detail", result.detail())
                .put("devices", all.devices())
                .put("everConnected", all.everConnected())
                .put("sent", all.sent())
                .put("acknowledged", all.acknowledged())
                .put("updates", all.updates())
                .put("errors", all.errors())
                .put("unacknowledged", all.unacknowledged())
                .put("superseded", all.superseded())
                .put("reconnects", all.reconnects())
                .put("connectFailures", all.connectFailures())
                .put("resends", all.resends())
                .put("unavailable", all.unavailable())
                .put("timeouts", all.timeouts())
                .put("elapsedMillis", all.elapsed().toMillis())
                .put("messagesPerSecond", all.messagesPerSecond())
                .put("updatesPerSecond", all.updatesPerSecond())
                .put("longestGapMillis", all.longestGap().toMillis());
        json.putObject("latencyMicros")
                .put("p50", micros(latency.p50()))
                .put("p90", micros(latency.p90()))
                .put("p99", micros(latency.p99()))
                .put("p999", micros(latency.p999()))
                .put("max", micros(latency.max()));
        if (verified) {
            json.put("checked", verification.checked())
                    .put("lost", verification.lost())
                    .put("unread", verification.unread());
        }
        ArrayNode problems = json.putArray("problems");
        result.problems().forEach(problems::add);
        verification.findings().forEach(problems::add);
        return Json.write(json) + System.lineSeparator();
    }

    static String millis(Duration duration) {
        return String.format(Locale.ROOT, "%.1f ms", duration.toNanos() / 1e6);
    }

    private static long micros(Duration duration) {
        return duration.toNanos() / 1000;
    }

    private static void line(StringBuilder text, String label, String format, Object... values) {
        text.append(String.format(Locale.ROOT, "%-12s ", label))
                .append(String.format(Locale.ROOT, format, values))
                .append(System.lineSeparator());
    }
}
