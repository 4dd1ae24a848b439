package org.steadfast.distribution.cluster;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.FolderLock;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.coordination.settings.InvalidSettingsException;
import org.steadfast.coordination.settings.SecretStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts a whole cluster on this machine, laying it out first where there is none, and stops it at Ctrl-C. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description =
                "Starts a whole cluster on this machine and runs it until Ctrl-C. Lays it out first where there is none.")
final class ClusterRunCommand implements Callable<Integer> {
    @Mixin
    private ClusterOptions options;

    @Option(
            names = "--home",
            hidden = true,
            defaultValue = "${sys:steadfast.home}",
            description = "Folder of the distribution; the scripts set it.")
    private Path home;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try {
            if (!options.exists()) {
                out.println("Laying out a cluster in " + options.folder());
                options.create();
            }
            Instance instance = Instance.read(options.folder());
            try (FolderLock lock = FolderLock.take(instance.folder());
                    DeathNotices notices = DeathNotices.of(instance)) {
                ClusterSupervisor supervisor = new ClusterSupervisor(instance, home, notices, out);
                return supervisor.run(applicationKey(instance)).code();
            }
        } catch (InvalidSettingsException e) {
            spec.commandLine().getErr().println("steadfast: " + e.getMessage());
            return ExitCode.SETTINGS_INVALID.code();
        } catch (NodeFailure e) {
            spec.commandLine().getErr().println("steadfast: " + e.getMessage());
            return e.exitCode().code();
        }
    }

    private static String applicationKey(Instance instance) throws IOException, NodeFailure {
        return new SecretStore(instance.platform())
                .find(InstanceCreation.APPLICATION_KEY)
                .orElseThrow(() -> new NodeFailure(
                        ExitCode.SETTINGS_INVALID,
                        "the keystore in " + instance.platform() + " has no secret "
                                + InstanceCreation.APPLICATION_KEY))
                .reveal();
    }
}
