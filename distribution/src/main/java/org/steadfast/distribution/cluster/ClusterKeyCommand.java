package org.steadfast.distribution.cluster;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.steadfast.coordination.chassis.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the administrator's application key, for whoever may read the keystore. */
@Command(
        name = "key",
        mixinStandardHelpOptions = true,
        description =
                "Prints the application key with which the administrator was made, and nothing else, so that scripts can take it.")
final class ClusterKeyCommand implements Callable<Integer> {
    @Mixin
    private InstanceOption option;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        out.println(option.read().applicationKey());
        out.flush();
        return ExitCode.OK.code();
    }
}
