package org.steadfast.distribution.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.steadfast.coordination.chassis.ExitCode;
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
            for (JsonNode row : LogServicesAccess.ask(
                            instance, "GetSubLoggerLevels", JsonNodeFactory.instance.objectNode())
                    .path("rows")) {
                String name = row.path("fieldName").asText();
                if (logger == null || name.equals(logger) || name.startsWith(logger + ".")) {
                    out.printf("%-5s %s%n", row.path("fieldValue").asText(), name);
                }
            }
        } else {
            ObjectNode parameters =
                    JsonNodeFactory.instance.objectNode().put("name", logger).put("level", level);
            LogServicesAccess.ask(instance, "SetSubLoggerLevel", parameters);
            out.println(logger + " has the level " + level + " on all foundation nodes that run");
        }
        out.flush();
        return ExitCode.OK.code();
    }
}
