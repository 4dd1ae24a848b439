package org.steadfast.distribution;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.logging.log4j.LogManager;
import org.steadfast.coordination.chassis.ExitCode;
import org.steadfast.coordination.chassis.NodeFailure;
import org.steadfast.coordination.settings.InvalidSettingsException;
import org.steadfast.distribution.backup.BackupCommand;
import org.steadfast.distribution.backup.RestoreCommand;
import org.steadfast.distribution.balancer.HaproxyCommand;
import org.steadfast.distribution.balancer.KeepalivedCommand;
import org.steadfast.distribution.balancer.PgpoolCommand;
import org.steadfast.distribution.cluster.ClusterCommand;
import org.steadfast.distribution.node.ConnectionServerCommand;
import org.steadfast.distribution.node.CoordinatorCommand;
import org.steadfast.distribution.node.DatabaseCommand;
import org.steadfast.distribution.node.FoundationNodeCommand;
import org.steadfast.protocol.release.ProductVersion;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code steadfast}; each script in bin/ is one of its subcommands. */
@Command(
        name = "steadfast",
        mixinStandardHelpOptions = true,
        description = "An IoT platform that stays up.",
        subcommands = {
            ClusterCommand.class,
            FoundationNodeCommand.class,
            ConnectionServerCommand.class,
            CoordinatorCommand.class,
            DatabaseCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            HaproxyCommand.class,
            KeepalivedCommand.class,
            PgpoolCommand.class,
            SettingsReferenceCommand.class
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
            boolean tellsItself = failure instanceof NodeFailure || failure instanceof InvalidSettingsException;
            command.getErr().println("steadfast: " + (tellsItself ? failure.getMessage() : failure));
            return exitCode(failure).code();
        });
        Map<String, String> exitCodes = new LinkedHashMap<>();
        for (ExitCode code : ExitCode.values()) {
            exitCodes.put(String.format(Locale.ROOT, "%2d", code.code()), code.meaning());
        }
        commands.getCommandSpec()
                .usageMessage()
                .exitCodeListHeading("%nExit status:%n")
                .exitCodeList(exitCodes);
        tellVersion(commands);
        return commands;
    }

    private static ExitCode exitCode(Exception failure) {
        if (failure instanceof NodeFailure known) {
            return known.exitCode();
        }
        return failure instanceof InvalidSettingsException ? ExitCode.SETTINGS_INVALID : ExitCode.FAILED;
    }

    /** Picocli gives the version's source to the one command that names it, and to none below. */
    private static void tellVersion(CommandLine command) {
        command.getCommandSpec().versionProvider(() -> new String[] {"Steadfast " + ProductVersion.get()});
        command.getSubcommands().values().forEach(Steadfast::tellVersion);
    }
}
