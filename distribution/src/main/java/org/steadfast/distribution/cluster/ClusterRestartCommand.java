package org.steadfast.distribution.cluster;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.steadfast.coordination.chassis.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Restarts the nodes of a running cluster one at a time. */
@Command(
        name = "restart",
        mixinStandardHelpOptions = true,
        description =
                "Restarts the foundation nodes and connection servers of a running cluster one at a time: those of this machine. Each"
                        + " next one waits until the cluster can do without it; where it cannot, nothing is stopped.")
final class ClusterRestartCommand implements Callable<Integer> {
    @Mixin
    private InstanceOption option;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        Instance instance = option.read();
        Machine machine = Machine.here();
        RollingRestart restart =
                new RollingRestart(instance, machine.nodesOf(instance), new NodeProbe(instance, machine), out);
        restart.requireNodes();
        try (RestartPermit permit = RestartPermit.take(instance, machine)) {
            restart.run();
        }
        return ExitCode.OK.code();
    }
}
