package org.steadfast.distribution.balancer;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.distribution.cluster.ClusterNodes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints the configuration of an HAProxy for the nodes of a cluster. */
@Command(
        name = "haproxy",
        mixinStandardHelpOptions = true,
        description =
                "Prints the configuration of an HAProxy for the nodes of a cluster: those of a cluster on this machine, or those"
                        + " that are named.")
public final class HaproxyCommand implements Callable<Integer> {
    @Option(names = "--instance", paramLabel = "FOLDER", description = "Folder of a cluster on this machine.")
    private Path instance;

    @Option(
            names = "--foundation-node",
            paramLabel = "ID=HOST:PORT",
            converter = BackendNode.Converter.class,
            description = "A foundation node; may be repeated.")
    private List<BackendNode> foundationNodes = List.of();

    @Option(
            names = "--connection-server",
            paramLabel = "ID=HOST:PORT",
            converter = BackendNode.Converter.class,
            description = "A connection server; may be repeated.")
    private List<BackendNode> connectionServers = List.of();

    @Option(
            names = "--rest",
            paramLabel = "ADDRESS",
            defaultValue = ":9080",
            description = "Where users connect to, such as 10.0.0.5:80. Default: ${DEFAULT-VALUE}.")
    private String rest;

    @Option(
            names = "--devices",
            paramLabel = "ADDRESS",
            defaultValue = ":9443",
            description = "Where devices connect to. Default: ${DEFAULT-VALUE}.")
    private String devices;

    @Option(
            names = "--template",
            paramLabel = "FILE",
            defaultValue = "${sys:steadfast.home}/templates/haproxy.cfg",
            description = "The template that is filled in. Default: that of this installation.")
    private Path template;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        List<BackendNode> users = foundationNodes;
        List<BackendNode> gates = connectionServers;
        try {
            if (instance != null) {
                ClusterNodes nodes = ClusterNodes.of(instance.toAbsolutePath().normalize());
                users = backends(nodes.foundationNodes());
                gates = backends(nodes.connectionServers());
            }
        } catch (NodeFailure e) {
            spec.commandLine().getErr().println("steadfast: " + e.getMessage());
            return e.exitCode().code();
        }
        if (users.isEmpty() || gates.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--instance is needed, or at least one --foundation-node and one --connection-server");
        }
        if (!Files.isReadable(template)) {
            spec.commandLine().getErr().println("steadfast: --template: " + template + " cannot be read");
            return ExitCode.USAGE.code();
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(Files.readString(template)
                .replace("{{rest}}", rest)
                .replace("{{devices}}", devices)
                .replace(
                        "{{foundation-nodes}}",
                        lines(users, node -> "  server " + node.id() + " " + node.address() + " cookie " + node.id()))
                .replace(
                        "{{connection-servers}}",
                        lines(gates, node -> "  server " + node.id() + " " + node.address())));
        out.flush();
        return ExitCode.OK.code();
    }

    private static List<BackendNode> backends(Map<String, String> addresses) {
        return addresses.entrySet().stream()
                .map(entry -> new BackendNode(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static String lines(List<BackendNode> nodes, Function<BackendNode, String> line) {
        return nodes.stream().map(line).collect(Collectors.joining("\n"));
    }
}
