package org.steadfast.distribution.cluster;

import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.distribution.cluster.ClusterAnswers.Subject;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lays out a cluster without starting it. */
@Command(
        name = "create",
        mixinStandardHelpOptions = true,
        description = "Lays out a cluster in a folder, without starting it.")
final class ClusterCreateCommand implements Callable<Integer> {
    @Mixin
    private ClusterOptions options;

    @Option(
            names = "--check",
            description =
                    "Looks first whether folders, ports and the database will do, and lays nothing out where they will not.")
    private boolean check;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (options.exists()) {
            spec.commandLine().getErr().println("steadfast: there is a cluster in " + options.folder() + " already");
            return ExitCode.USAGE.code();
        }
        if (check) {
            refuse(new LayoutCheck(options.layout(), Machine.here()).of(EnumSet.allOf(Subject.class)));
        }
        Instance instance = options.create();
        spec.commandLine().getOut().println("Laid out " + instance.nodes().size() + " nodes in " + instance.folder());
        return ExitCode.OK.code();
    }

    private static void refuse(List<Finding> findings) throws NodeFailure {
        List<String> failures = Finding.failures(findings);
        if (!failures.isEmpty()) {
            throw new NodeFailure(
                    ExitCode.FAILED, "nothing was laid out: " + String.join(System.lineSeparator() + "  ", failures));
        }
    }
}
