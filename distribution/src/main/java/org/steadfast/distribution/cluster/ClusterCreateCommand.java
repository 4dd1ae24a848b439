package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lays out a cluster without starting it. */
@Command(
        name = "create",
        mixinStandardHelpOptions = true,
        description = "Lays out a cluster in a folder, without starting it.")
final class ClusterCreateCommand implements Callable<Integer> {
    @Mixin
    private ClusterOptions options;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (options.exists()) {
            spec.commandLine().getErr().println("steadfast: there is a cluster in " + options.folder() + " already");
            return ExitCode.USAGE.code();
        }
        try {
            Instance instance = options.create();
            spec.commandLine()
                    .getOut()
                    .println("Laid out " + instance.nodes().size() + " nodes in " + instance.folder());
            return ExitCode.OK.code();
        } catch (NodeFailure e) {
            spec.commandLine().getErr().println("steadfast: " + e.getMessage());
            return e.exitCode().code();
        }
    }
}
