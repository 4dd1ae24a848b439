package org.steadfast.distribution.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import org.steadfast.coordination.chassis.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints what all foundation nodes have logged last, in the order of time. */
@Command(
        name = "log",
        mixinStandardHelpOptions = true,
        description =
                "Prints what the foundation nodes that run, on all machines, have logged last: the newest at the end.")
final class ClusterLogCommand implements Callable<Integer> {
    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    @Mixin
    private InstanceOption option;

    @Option(names = "--lines", paramLabel = "NUMBER", defaultValue = "100", description = "So many: ${DEFAULT-VALUE}.")
    private int lines;

    @Option(
            names = "--level",
            paramLabel = "LEVEL",
            defaultValue = "TRACE",
            description = "From TRACE, DEBUG, INFO, WARN or ERROR on. Default: all that is logged.")
    private String level;

    @Option(names = "--text", paramLabel = "TEXT", description = "With this text in it, in capitals or not.")
    private String text;

    @Option(
            names = "--request",
            paramLabel = "ID",
            description = "Of this request of a client or device, as its answer or another line names it.")
    private String request;

    @Option(names = "--id", paramLabel = "ID", description = "Of the node with this platform id.")
    private String node;

    @Option(names = "--minutes", paramLabel = "NUMBER", description = "Of the last minutes.")
    private Integer minutes;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (lines < 1) {
            throw new ParameterException(spec.commandLine(), "--lines: must be 1 at least, not " + lines);
        }
        if (minutes != null && minutes < 1) {
            throw new ParameterException(spec.commandLine(), "--minutes: must be 1 at least, not " + minutes);
        }
        List<JsonNode> rows = new ArrayList<>();
        LogServicesAccess.ask(option.read(), "QueryLogEntries", query())
                .path("rows")
                .forEach(rows::add);
        Collections.reverse(rows);
        PrintWriter out = spec.commandLine().getOut();
        rows.forEach(row -> print(row, out));
        out.flush();
        return ExitCode.OK.code();
    }

    private ObjectNode query() {
        ObjectNode query = JsonNodeFactory.instance.objectNode();
        query.put("maxItems", lines).put("fromLogLevel", level);
        query.put("searchExpression", text).put("session", request).put("instance", node);
        if (minutes != null) {
            query.put(
                    "startDate",
                    Instant.now().minus(Duration.ofMinutes(minutes)).toEpochMilli());
        }
        return query;
    }

    private static void print(JsonNode row, PrintWriter out) {
        String origin = row.path("origin").asText();
        String belongsTo = row.path("session").asText();
        out.printf(
                "%s %-5s %s %s: %s%s%n",
                TIME.format(Instant.ofEpochMilli(row.path("timestamp").asLong())),
                row.path("level").asText(),
                row.path("platformId").asText(),
                origin.substring(origin.lastIndexOf('.') + 1),
                belongsTo.isEmpty() ? "" : "[" + belongsTo + "] ",
                row.path("content").asText());
    }
}
