package org.steadfast.distribution.cluster;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.steadfast.coordination.chassis.FolderLock;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts the nodes of a cluster that are on this machine, laying it out first where there is none, and stops them at Ctrl-C. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description =
                "Starts the nodes of a cluster that are on this machine and runs them until Ctrl-C. Lays a cluster out first where there"
                        + " is none.")
final class ClusterRunCommand implements Callable<Integer> {
    @Mixin
    private ClusterOptions options;

    @Option(
            names = "--service",
            description = "For a service manager: what it prints goes to a log, and has no secrets and nothing to try.")
    private boolean isService;

    @Option(
            names = "--home",
            hidden = true,
            defaultValue = "${sys:steadfast.home}",
            description = "Folder of the distribution; the scripts set it.")
    private Path home;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        // A service never makes a second cluster in the place of one that cannot be seen now.
        if (!isService && !options.exists()) {
            out.println("Laying out a cluster in " + options.folder());
            options.create();
        }
        Instance instance = Instance.read(options.folder());
        Machine machine = Machine.here();
        try (FolderLock lock = FolderLock.take(instance.localFolder());
                DeathNotices notices = DeathNotices.of(instance, machine);
                CertificateRenewal renewal = CertificateRenewal.start(instance)) {
            instance.claimLocalFolder();
            ClusterSupervisor supervisor = new ClusterSupervisor(instance, machine, home, notices, out);
            String key = instance.applicationKey();
            StatusTable table = new StatusTable(instance, out);
            return supervisor
                    .run((nodes, nanos) -> {
                        if (isService) {
                            table.printNodes(nodes, nanos);
                        } else {
                            table.print(
                                    nodes,
                                    key,
                                    nanos,
                                    "Ctrl-C stops the cluster; the next start finds the data again.");
                        }
                    })
                    .code();
        }
    }
}
