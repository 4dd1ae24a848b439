package org.steadfast.distribution.cluster;

import java.util.concurrent.Callable;
import org.steadfast.coordination.chassis.ExitCode;
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
    public Integer call() throws Exception {
        if (options.exists()) {
            spec.commandLine().getErr().println("steadfast: there is a cluster in " + options.folder() + " already");
            return ExitCode.USAGE.code();
        }
        Instance instance = options.create();
        spec.commandLine().getOut().println("Laid out " + instance.nodes().size() + " nodes in " + instance.folder());
        return ExitCode.OK.code();
    }
}
