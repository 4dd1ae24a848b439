package org.steadfast.distribution.cluster;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.steadfast.coordination.chassis.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Restarts the nodes of a running cluster one at a time. */
@Command(
        name = "restart",
        mixinStandardHelpOptions = true,
        description =
                "Restarts the nodes of a running cluster one at a time: the foundation nodes and connection servers of this machine, and its"
                        + " coordinator where there are three or more. Each next one waits until the cluster can do without it; where it"
                        + " cannot, nothing is stopped. They are started from the programs that this command is of: that is how a"
                        + " cluster is brought to another version while it runs.")
final class ClusterRestartCommand implements Callable<Integer> {
    @Mixin
    private InstanceOption option;

    @Option(
            names = "--home",
            hidden = true,
            defaultValue = "${sys:steadfast.home}",
            description = "Folder of the programs that nodes are started from; by default the one of this command.")
    private Path home;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        Instance instance = option.read();
        Machine machine = Machine.here();
        NodeProbe probe = new NodeProbe(instance, machine);
        RollingRestart restart = new RollingRestart(
                instance, machine.nodesOf(instance), probe, NodeRestart.of(instance, probe, home, out), out);
        restart.requireNodes();
        try (RestartPermit permit = RestartPermit.take(instance, machine)) {
            restart.run(permit);
        }
        return ExitCode.OK.code();
    }
}
