package org.steadfast.distribution;

import org.apache.logging.log4j.LogManager;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.distribution.cluster.ClusterCommand;
import org.steadfast.distribution.node.ConnectionServerCommand;
import org.steadfast.distribution.node.CoordinatorCommand;
import org.steadfast.distribution.node.DatabaseCommand;
import org.steadfast.distribution.node.FoundationNodeCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code steadfast}; each script in bin/ is one of its subcommands. */
@Command(
        name = "steadfast",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "An IoT platform that stays up.",
        subcommands = {
            ClusterCommand.class,
            FoundationNodeCommand.class,
            ConnectionServerCommand.class,
            CoordinatorCommand.class,
            DatabaseCommand.class,
            SettingsReferenceCommand.class
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            " 0:stopped as asked",
            " 1:failed for a reason that the log tells",
            " 2:wrong command line",
            "10:settings cannot be used; nothing was started",
            "11:a port that the node needs is in use",
            "12:a data folder is in use by a live process",
            "13:a storage location or data folder cannot be used",
            "14:the coordinator did not answer in time",
            "15:the database did not answer in time or refused the login",
            "20:the cluster went on without this node; it may be started again at once"
        })
public final class Steadfast {
    private Steadfast() {}

    public static void main(String[] arguments) {
        int status = commandLine().execute(arguments);
        LogManager.shutdown();
        System.exit(status);
    }

    static CommandLine commandLine() {
        CommandLine commands = new CommandLine(new Steadfast());
        commands.setExecutionExceptionHandler((failure, command, result) -> {
            command.getErr().println("steadfast: " + failure.getMessage());
            return ExitCode.FAILED.code();
        });
        return commands;
    }
}
