package org.steadfast.distribution.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.PrintWriter;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.protocol.json.InvalidValueException;
import org.steadfast.protocol.json.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells or changes how much foundation nodes log. */
@Command(
        name = "log-level",
        mixinStandardHelpOptions = true,
        description =
                "Tells which loggers of foundation nodes have a level of their own, or gives one to a logger, on all foundation nodes that run and until each is restarted.")
final class ClusterLogLevelCommand implements Callable<Integer> {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final String SERVICES = "/Thingworx/Logs/ApplicationLog/Services/";
    private static final int OK = 200;
    private static final List<Integer> NOT_LET_IN = List.of(401, 403);

    @Mixin
    private InstanceOption option;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "LOGGER",
            description = "A logger, such as org.steadfast.foundation.event; those below it go with it.")
    private String logger;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "LEVEL",
            description = "TRACE, DEBUG, INFO, WARN, ERROR or OFF.")
    private String level;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Instance instance = option.read();
        PrintWriter out = spec.commandLine().getOut();
        if (level == null) {
            for (JsonNode row : ask(instance, "GetSubLoggerLevels", "{}").path("rows")) {
                String name = row.path("fieldName").asText();
                if (logger == null || name.equals(logger) || name.startsWith(logger + ".")) {
                    out.printf("%-5s %s%n", row.path("fieldValue").asText(), name);
                }
            }
        } else {
            String parameters = JsonNodeFactory.instance
                    .objectNode()
                    .put("name", logger)
                    .put("level", level)
                    .toString();
            ask(instance, "SetSubLoggerLevel", parameters);
            out.println(logger + " has the level " + level + " on all foundation nodes that run");
        }
        out.flush();
        return ExitCode.OK.code();
    }

    /** The first node that answers will do. */
    private static JsonNode ask(Instance instance, String service, String parameters) throws Exception {
        NodeHttp http = new NodeHttp(instance, TIMEOUT);
        for (NodePlan node : instance.nodes(NodePlan.FOUNDATION_NODE)) {
            Optional<HttpResponse<String>> answer =
                    http.post(node, SERVICES + service, parameters, instance.applicationKey());
            if (answer.isPresent()) {
                return accepted(node, answer.get());
            }
        }
        throw new NodeFailure(
                ExitCode.FAILED, "no foundation node of the cluster in " + instance.folder() + " answers; start one");
    }

    private static JsonNode accepted(NodePlan node, HttpResponse<String> answer) throws NodeFailure {
        String body = answer.body();
        if (NOT_LET_IN.contains(answer.statusCode())) {
            throw new NodeFailure(
                    ExitCode.FAILED,
                    node.id() + " does not take the application key with which the administrator was made (" + body
                            + "); use the service SetSubLoggerLevel of Logs/ApplicationLog with another one");
        }
        if (answer.statusCode() != OK) {
            throw new NodeFailure(ExitCode.FAILED, node.id() + " says " + answer.statusCode() + ": " + body);
        }
        try {
            return body.isEmpty()
                    ? JsonNodeFactory.instance.objectNode()
                    : Json.read(body.getBytes(StandardCharsets.UTF_8));
        } catch (InvalidValueException e) {
            throw new NodeFailure(ExitCode.FAILED, node.id() + " answers with no JSON: " + e.getMessage(), e);
        }
    }
}
